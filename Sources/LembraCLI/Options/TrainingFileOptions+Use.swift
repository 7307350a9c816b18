import ArgumentParser
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

extension TrainingFileOptions {
  /// Checks that the files of a training can be written and that its checkpoint is as it should be.
  ///
  /// - Parameters:
  ///   - reports: more files that are written, with the option that names each.
  ///   - inputs: the files that are read.
  /// - Throws: `LembraError` when a file cannot be written, or when a checkpoint is there that was
  ///   not expected, or the other way round.
  func check(reports: [(option: String, path: String?)] = [], inputs: [String]) throws {
    try OutputFiles.check(
      [("--output", output), ("--checkpoint", checkpointPath)] + reports, inputs: inputs)
    let exists = OutputFiles.exists(checkpointPath)
    if exists, !resume {
      throw LembraError(
        .fileSystem, "a checkpoint is there", remedy: "add --resume, or remove it",
        at: .init(file: checkpointPath))
    }
    guard resume, !exists else { return }
    throw LembraError(
      .notFound, "there is no checkpoint to resume from",
      remedy: "name it with --checkpoint, or train from the start without --resume",
      at: .init(file: checkpointPath))
  }

  /// Where the state of training goes.
  var checkpointing: Checkpointing {
    checkpoint.map { Checkpointing(path: $0) } ?? .onlyWhenInterrupted(path: checkpointPath)
  }

  /// How a training is kept, watched and stopped.
  func supervision(
    _ monitor: TrainingMonitor, _ diagnosis: DiagnosisOption
  ) -> TrainingSupervision {
    TrainingSupervision(
      checkpoint: checkpointing, resumes: resume, diagnosis: diagnosis.options(output: output),
      observer: monitor.observer,
      shouldStop: monitor.shouldStop)
  }

  /// Says how to go on after an interruption, and ends the command.
  func finish(_ outcome: TrainingOutcome, epochs: Int, _ narrator: Narrator) throws {
    narrator.display.clear()
    guard outcome == .interrupted else { return }
    narrator.farewell(
      """
      stopped after \(NumberText.counted(epochs, "epoch")) and saved the state of training as \
      \(checkpointPath); to go on: \(ShellCommand.current.adding("--resume"))
      """)
    throw ExitCode.failure
  }

  /// Saves the model of a training that came to its end, and tells how it went; `data` is the name of
  /// what was learnt from.
  func conclude(
    _ result: TextTrainingResult<some TrainedTextModel>, data: String, _ talk: TalkOptions,
    _ narrator: Narrator
  ) throws {
    try finish(result.outcome, epochs: result.history.count, narrator)
    narrator.tell(result.diagnosis)
    try keep(narrator) { try result.model.save(to: $0) }
    let report = TextTrainingReport(result: result, data: data, file: output)
    try StandardStreams.printResult(talk.json ? jsonText(of: report.document) : report.text)
  }

  /// Saves a model, for which a checkpoint has served.
  func keep(_ narrator: Narrator, saving: (_ path: String) throws -> Void) throws {
    try saving(output)
    removeCheckpoint()
    narrator.remark("saved the model as \(output)")
  }

  /// Removes a checkpoint that was only written because of an interruption and has served.
  private func removeCheckpoint() {
    if resume, checkpoint == nil { OutputFiles.remove(checkpointPath) }
  }
}

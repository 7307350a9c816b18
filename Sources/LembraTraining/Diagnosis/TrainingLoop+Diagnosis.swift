import LembraFormats
import LembraLayers
import LembraTensor

extension TrainingLoop {
  /// How steps are looked into; nil, as at first, for not at all.
  ///
  /// What is learnt is the same to the bit. It can be set before the loop is run.
  public var diagnosis: DiagnosisOptions? {
    get { examiner?.options }
    set { examiner = newValue.map(StepExaminer.init) }
  }

  /// Looks into a step whose gradient is known, if it has to be.
  ///
  /// - Throws: `LembraError` with code `notFinite` and the place of the first bad number.
  mutating func examine(loss: Float, norm: Double) throws {
    guard var examiner, let step = examiner.last else { return }
    let isFinite = loss.isFinite && norm.isFinite
    let explodes = isFinite && examiner.explodes(norm)
    guard !isFinite || explodes || examiner.isDue else { return self.examiner = examiner }
    let probe = RecurrentProbe()
    let finding = try finding(of: step, probe)
    if !isFinite {
      // Where only the kernels overflow, the usual message says what there is to say.
      if finding.isFinite { return }
      throw failure(nil, finding, step)
    }
    if explodes {
      examiner.warn(
        "the gradient has a norm of \(norm) \(step.place), more than "
          + "\(Int(examiner.options.explosion)) times what it usually is: \(finding)"
          + keep(step, finding))
    } else if !finding.isFinite, examiner.diagnosis.warnings.isEmpty {
      examiner.warn("\(step.place) \(finding)" + keep(step, finding))
    }
    if examiner.isDue { examiner.take(probe) }
    self.examiner = examiner
  }

  /// An error of the end of an epoch, with what the last step tells about it.
  func examined(_ error: LembraError) throws -> LembraError {
    guard error.code == .notFinite, let step = examiner?.last else { return error }
    let finding = try finding(of: step, RecurrentProbe())
    // Where the step is well, it is the validation alone that failed.
    return finding.isFinite ? error : failure(error, finding, step)
  }

  private func finding(of step: KeptStep<Batch>, _ probe: RecurrentProbe) throws -> StepFinding {
    var carried = step.carried
    var finding = try StepFinding(model, probe: probe) {
      try task.loss($0, step.batch, step.key, &carried)
    }
    if let number = finding.number {
      finding.number?.sequence = task.sequenceName?(step.batch, number.row - 1, number.layer)
    }
    return finding
  }

  /// The error of a step that was looked into, which it keeps.
  private func failure(
    _ error: LembraError?, _ finding: StepFinding, _ step: KeptStep<Batch>
  ) -> LembraError {
    LembraError(
      .notFinite,
      (error.map { "\($0.message); looked into again, " } ?? "") + "\(step.place) \(finding)"
        + keep(step, finding),
      remedy: error?.remedy
        ?? "lower the learning rate, clip the gradients or look for extreme values in the data",
      at: error?.location ?? .init())
  }

  /// Keeps a step for replay, and says where.
  private func keep(_ step: KeptStep<Batch>, _ finding: StepFinding) -> String {
    guard let path = examiner?.options.replayPath, let replay = task.replay else { return "" }
    do {
      let settings = configuration.settings(optimizer: optimizer, learningRate: learningRate)
      try replay(model, step, settings, finding).write(to: path)
      return "; the step is kept in \(path)"
    } catch {
      return "; the step cannot be kept: \(error)"
    }
  }
}

extension KeptStep {
  /// When it was, in words.
  fileprivate var place: String { "in step \(step) of epoch \(epoch)" }
}

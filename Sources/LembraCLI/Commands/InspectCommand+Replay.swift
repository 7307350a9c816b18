import LembraModels
import LembraReport
import LembraTraining

extension InspectCommand {
  /// Runs a step of a training again, and tells what is found in it.
  func replay(_ file: String) throws {
    let replay = try StepReplay(readingFrom: file)
    let finding = try replay.run()
    if talk.json {
      return try StandardStreams.printResult(
        jsonText(
          of: ReplayDocument(
            file: file, task: replay.modelTask, epoch: replay.epoch, step: replay.step,
            settings: replay.settings, found: finding, foundInTraining: replay.finding)))
    }
    var table = ReportTable(columns: [.init("Step of a training"), .init(file)])
    let facts =
      [("task", replay.modelTask), ("epoch", "\(replay.epoch)"), ("step", "\(replay.step)")]
      + replay.settings.sorted { $0.key < $1.key }.filter { $0.value.count <= 100 }
    for (name, value) in facts { table.append([.text(name), .text(value)]) }
    let isSame = "\(finding)" == "\(replay.finding)"
    try StandardStreams.printResult(
      """
      \(TextTable(table))

      found again: \(finding)
      \(isSame ? "This is what was found in training." : "found in training: \(replay.finding)")
      """)
  }
}

/// What a JSON document says of a step that was run again.
private struct ReplayDocument: Encodable {
  var file: String
  var task: String
  var epoch: Int
  var step: Int
  var settings: [String: String]
  var found: StepFinding
  var foundInTraining: StepFinding
}

import ArgumentParser
import LembraTensor

/// Which networks are timed, and on what.
struct WorkloadOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("A JSON file with the workloads. (default: ten sizes)", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var workloads: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The ids of the workloads to time. (default: all)", valueName: "id,id"))
  var only: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The kinds of cell. (default: lstm,gru,rnn)", valueName: "kinds"),
    transform: { try ChoiceList($0, noun: "kind") })
  var kinds = ChoiceList<RecurrentKind>()

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What is timed. (default: inference,training)", valueName: "modes"),
    transform: { try ChoiceList($0, noun: "mode") })
  var modes = ChoiceList<RecurrentMode>()

  @Flag(help: "Spread the lengths of sequences evenly from 1 step to all, and count real steps.")
  var ragged = false

  /// The workloads that were asked for, in the order of the list.
  ///
  /// - Throws: `LembraError` when the file cannot be used, or with code `invalidOption` when it
  ///   lacks one that is asked for or nothing is left to time.
  func chosenWorkloads() throws -> [Workload] {
    let all = try workloads.map(WorkloadFile.read) ?? Workload.standard
    let chosen = try only.map { try Self.choice($0, among: all) } ?? all
    let measurable = chosen.filter { !cells(of: $0).isEmpty }
    guard !measurable.isEmpty else {
      throw LembraError(
        .invalidOption, "a workload of one step is a stream, which is not trained",
        remedy: "add inference, or choose another workload", at: .init(name: "--modes"))
    }
    for workload in measurable { try workload.requireMemory() }
    return measurable
  }

  /// What of a workload is timed; a stream is not trained.
  func cells(of workload: Workload) -> [(kind: RecurrentKind, mode: RecurrentMode)] {
    let modes = modes.choices.filter { !workload.isStream || $0 == .inference }
    return kinds.choices.flatMap { kind in modes.map { (kind, $0) } }
  }

  private static func choice(
    _ text: String, among all: [Workload]
  ) throws(LembraError) -> [Workload] {
    let wanted = text.split(separator: ",").map(String.init)
    let remedy = "choose among \(all.map(\.id).joined(separator: ","))"
    if let unknown = wanted.first(where: { id in !all.contains { $0.id == id } }) {
      throw LembraError(
        .invalidOption, "there is no workload '\(unknown)'", remedy: remedy,
        at: .init(name: "--only"))
    }
    guard !wanted.isEmpty else {
      throw LembraError(
        .invalidOption, "there is no workload in this list", remedy: remedy,
        at: .init(name: "--only"))
    }
    return all.filter { wanted.contains($0.id) }
  }
}

/// What is written while it is timed.
struct LineOptions: ParsableArguments {
  @Flag(help: "Write a line of JSON for each measurement as soon as it is made.")
  var jsonLines = false

  /// Refuses two forms of one result.
  func check(_ talk: TalkOptions) throws {
    guard jsonLines, talk.json else { return }
    throw ValidationError("--json and --json-lines contradict each other; leave out one of them.")
  }
}

/// How it is timed.
struct MeasurementOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The threads to compute with.", valueName: "count"))
  var threads = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long one measurement may take; at least five samples are taken.", valueName: "seconds"))
  var seconds = 0.5

  mutating func validate() throws {
    try require("--threads", threads, in: 1...ThreadOptions.most)
    guard seconds > 0, seconds <= Self.mostSeconds else {
      throw ValidationError(
        "--seconds is \(seconds); choose a number above 0, at most \(Int(Self.mostSeconds)).")
    }
  }

  private static let mostSeconds = 3600.0
}

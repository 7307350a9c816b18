import ArgumentParser
import LembraLayers

/// What is timed at several precisions.
struct PrecisionWorkOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The kinds of cell. (default: lstm,gru,rnn)", valueName: "kinds"),
    transform: { try ChoiceList($0, noun: "kind") })
  var kinds = ChoiceList<RecurrentKind>()

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The units, and features, of each layer to time. (default: 256,512,1024)",
      valueName: "count,count"),
    transform: Self.sizes)
  var hidden = [256, 512, 1024]

  @Option(parsing: .unconditional, help: "What is timed; training has no int8.")
  var mode = RecurrentMode.inference

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The steps of a sequence; 1 for a stream.", valueName: "count"))
  var steps = 64

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The sequences read side by side.", valueName: "count"))
  var batch = 1

  mutating func validate() throws {
    try require("--steps", steps, in: 1...Self.most)
    try require("--batch", batch, in: 1...Self.most)
  }

  /// The networks to time, one for each number of units.
  var workloads: [Workload] {
    hidden.map { Workload("\($0)", batch: batch, time: steps, input: $0, hidden: $0) }
  }

  /// The precisions that are timed beside float32.
  var precisions: [Precision] {
    Precision.allCases.filter {
      $0 != .float32 && (mode == .inference || $0.hasGradients)
    }
  }

  private static let most = 4096

  private static func sizes(_ text: String) throws -> [Int] {
    let sizes = text.split(separator: ",").map { Int($0) ?? 0 }
    guard !sizes.isEmpty, sizes.allSatisfy({ (1...most).contains($0) }) else {
      throw ValidationError("'\(text)' is no list of numbers from 1 to \(most), as in 256,512.")
    }
    return sizes
  }
}

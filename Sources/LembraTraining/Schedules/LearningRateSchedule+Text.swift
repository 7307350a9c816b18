public import LembraTensor

extension LearningRateSchedule: CustomStringConvertible {
  /// The text that ``init(_:)`` reads.
  public var description: String {
    switch self {
    case .constant: "constant"
    case .step(let every, let factor): "step:\(every):\(factor)"
    case .exponential(let factor): "exponential:\(factor)"
    case .cosine(let end): "cosine:\(end)"
    case .warmup(let length, let next): "warmup:\(length):\(next)"
    case .plateau(let patience, let factor, let minimum):
      "plateau:\(patience):\(factor):\(minimum)"
    }
  }

  /// The forms that ``init(_:)`` reads.
  public static let forms = [
    "constant", "step:EVERY:FACTOR", "exponential:FACTOR", "cosine[:END]", "warmup:LENGTH:SCHEDULE",
    "plateau:PATIENCE:FACTOR[:MINIMUM]",
  ]

  /// Reads a schedule such as `step:50:0.5`, `warmup:100:cosine` or `plateau:10:0.5`.
  ///
  /// The end of a cosine and the minimum of a plateau are 0 when they are left out.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that says what is wrong with the text.
  public init(_ text: String) throws(LembraError) {
    // Each warm-up within a warm-up is a recursion.
    guard text.utf8.count <= 1_000 else {
      throw Arguments("", String(text.prefix(20)) + "…").fault("there is too much to read")
    }
    self = try Self.parse(text[...], within: text)
  }

  private static func parse(
    _ text: Substring, within whole: String
  ) throws(LembraError) -> LearningRateSchedule {
    var arguments = Arguments(text, whole)
    let name = arguments.first
    switch name {
    case "constant":
      try arguments.expect(0...0)
      return .constant
    case "step":
      try arguments.expect(2...2)
      return .step(
        every: try arguments.count("EVERY", from: 1), factor: try arguments.share("FACTOR"))
    case "exponential":
      try arguments.expect(1...1)
      return .exponential(factor: try arguments.share("FACTOR"))
    case "cosine":
      try arguments.expect(0...1)
      return .cosine(end: arguments.isEmpty ? 0 : try arguments.share("END"))
    case "warmup":
      try arguments.expect(2...Int.max)
      let length = try arguments.count("LENGTH", from: 0)
      return .warmup(
        length: length, then: try parse(arguments.rest, within: whole))
    case "plateau":
      try arguments.expect(2...3)
      return .plateau(
        patience: try arguments.count("PATIENCE", from: 0), factor: try arguments.share("FACTOR"),
        minimum: arguments.isEmpty ? 0 : try arguments.share("MINIMUM"))
    default:
      throw arguments.fault("\(name) is no schedule")
    }
  }
}

/// The parts of a schedule's text between the colons.
private struct Arguments {
  let first: Substring
  private var parts: ArraySlice<Substring>
  private let whole: String

  init(_ text: Substring, _ whole: String) {
    let all = text.split(separator: ":", omittingEmptySubsequences: false)
    first = all[0]
    parts = all[1...]
    self.whole = whole
  }

  var isEmpty: Bool { parts.isEmpty }

  var rest: Substring { Substring(parts.joined(separator: ":")) }

  func expect(_ counts: ClosedRange<Int>) throws(LembraError) {
    guard counts.contains(parts.count) else {
      throw fault("\(first) does not take \(parts.count) numbers")
    }
  }

  /// Takes the next part as an integer.
  mutating func count(_ name: String, from least: Int) throws(LembraError) -> Int {
    let text = parts.removeFirst()
    guard let value = Int(text), value >= least, value <= Int32.max else {
      throw fault("\(name) is an integer of at least \(least), not \(text)")
    }
    return value
  }

  /// Takes the next part as a number from 0 to 1.
  mutating func share(_ name: String) throws(LembraError) -> Double {
    let text = parts.removeFirst()
    guard let value = Double(text), (0...1).contains(value) else {
      throw fault("\(name) is a number from 0 to 1, not \(text)")
    }
    return value
  }

  func fault(_ what: String) -> LembraError {
    LembraError(
      .invalidOption, "in the schedule \(whole), \(what)",
      remedy: "use one of " + LearningRateSchedule.forms.joined(separator: ", "),
      at: .init(name: "schedule"))
  }
}

extension LearningRateSchedule: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      try self.init(container.decode(String.self))
    } catch let error as LembraError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

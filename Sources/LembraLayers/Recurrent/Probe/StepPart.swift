/// What a recurrent step computes and can be looked at: a gate, or a part of the state.
public struct StepPart: Hashable, Codable, Sendable {
  /// The name in documents, such as `forget`.
  public let name: String

  public init(_ name: String) {
    self.name = name
  }

  /// What the layer reads, before any weight.
  public static let reading = StepPart("reading")

  // An LSTM's.
  public static let input = StepPart("input")
  public static let forget = StepPart("forget")
  public static let candidate = StepPart("candidate")
  public static let output = StepPart("output")
  public static let cell = StepPart("cell")

  // An sLSTM's beside.
  public static let normalizer = StepPart("normalizer")
  public static let stabilizer = StepPart("stabilizer")

  // A GRU's.
  public static let reset = StepPart("reset")
  public static let update = StepPart("update")
  public static let new = StepPart("new")

  /// The output of every cell.
  public static let hidden = StepPart("hidden")

  /// The name in a sentence, such as `the forget gate`.
  public var title: String {
    switch self {
    case .reading: "what is read"
    case .candidate: "the candidate"
    case .new: "the new state"
    case .cell: "the cell vector"
    case .hidden: "the hidden state"
    case .normalizer, .stabilizer: "the \(name)"
    case .input, .forget, .output, .reset, .update: "the \(name) gate"
    default: name
    }
  }

  public init(from decoder: any Decoder) throws {
    name = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

/// The function between the sum of a part of a step and its value, which saturates.
public enum Squashing: String, Hashable, Codable, Sendable {
  /// Between 0 and 1; saturated below 0.05 and above 0.95.
  case sigmoid
  /// Between −1 and 1; saturated where the magnitude is above 0.95.
  case tanh
  /// None that saturates.
  case none

  /// The values between which a part is not saturated.
  package var open: ClosedRange<Float> {
    switch self {
    case .sigmoid: 0.05...0.95
    case .tanh: -0.95...0.95
    case .none: -.infinity ... .infinity
    }
  }
}

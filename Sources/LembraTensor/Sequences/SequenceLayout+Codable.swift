extension SequenceLayout: Codable {
  /// Reads the lengths in the caller's order, from which everything else follows.
  ///
  /// - Throws: `DecodingError` when there are none, when one is negative, or when there are more than 2²⁴
  ///   steps in all, for which a damaged number would take all memory.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let lengths = try container.decode([Int].self)
    guard !lengths.isEmpty, lengths.allSatisfy({ (0...Self.mostCoded).contains($0) }),
      lengths.reduce(0, +) <= Self.mostCoded
    else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "these are no lengths of sequences")
    }
    self.init(lengths: lengths)
  }

  private static let mostCoded = 1 << 24

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(callersLengths)
  }
}

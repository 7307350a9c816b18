extension SequenceLayout: Codable {
  /// Reads the lengths in the caller's order, from which everything else follows.
  ///
  /// - Throws: `DecodingError` when there are none, or when one is negative or beyond all memory.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let lengths = try container.decode([Int].self)
    guard !lengths.isEmpty, lengths.allSatisfy({ (0...1 << 30).contains($0) }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "these are no lengths of sequences")
    }
    self.init(lengths: lengths)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(callersLengths)
  }
}

import LembraTensor

extension Tokenizer: Codable {
  /// - Throws: `LembraError` with code `invalidFile` when the parts do not fit each other, so that
  ///   no damaged file makes a tokenizer that traps.
  public init(from decoder: any Decoder) throws {
    try self.init(TokenizerParts(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws { try engine.parts.encode(to: encoder) }
}

extension TokenizerParts: Codable {
  private enum CodingKeys: CodingKey {
    case vocabulary, modelCount, model, addedTokens, normalization, splitting, decoding
    case prefix, suffix, recognizesSpecialTokens, requestedCount
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<T: Decodable>(_ key: CodingKeys, or other: T) throws -> T {
      try container.decodeIfPresent(T.self, forKey: key) ?? other
    }
    try self.init(
      container.decode(Vocabulary.self, forKey: .vocabulary),
      container.decode(TokenModel.self, forKey: .model))
    modelCount = try value(.modelCount, or: vocabulary.count)
    addedTokens = try value(.addedTokens, or: [])
    normalization = try value(.normalization, or: [])
    splitting = try value(.splitting, or: [])
    decoding = try value(.decoding, or: [])
    prefix = try value(.prefix, or: [])
    suffix = try value(.suffix, or: [])
    recognizesSpecialTokens = try value(.recognizesSpecialTokens, or: false)
    requestedCount = try container.decodeIfPresent(Int.self, forKey: .requestedCount)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func write(_ steps: [some Encodable], _ key: CodingKeys) throws {
      if !steps.isEmpty { try container.encode(steps, forKey: key) }
    }
    try container.encode(vocabulary, forKey: .vocabulary)
    try container.encode(model, forKey: .model)
    if modelCount < vocabulary.count { try container.encode(modelCount, forKey: .modelCount) }
    try write(addedTokens, .addedTokens)
    try write(normalization, .normalization)
    try write(splitting, .splitting)
    try write(decoding, .decoding)
    try write(prefix, .prefix)
    try write(suffix, .suffix)
    if recognizesSpecialTokens {
      try container.encode(recognizesSpecialTokens, forKey: .recognizesSpecialTokens)
    }
    try container.encodeIfPresent(requestedCount, forKey: .requestedCount)
  }
}

import LembraTensor

/// All that makes up a tokenizer, as it is saved.
struct TokenizerParts: Hashable, Sendable {
  var vocabulary: Vocabulary

  /// How many tokens of the vocabulary, from the first on, belong to the model.
  var modelCount: Int

  var model: TokenModel
  var addedTokens: [AddedToken] = []
  var normalization: [TextNormalization] = []
  var splitting: [TextSplitting] = []
  var decoding: [TokenDecoding] = []

  /// The ids that stand before and behind a text when special tokens are asked for.
  var prefix: [Int] = []
  var suffix: [Int] = []

  /// Whether special tokens are found in the text.
  var recognizesSpecialTokens = false

  /// How many tokens training was asked for, if the text gave fewer.
  var requestedCount: Int?

  init(_ vocabulary: Vocabulary, _ model: TokenModel) {
    self.vocabulary = vocabulary
    modelCount = vocabulary.count
    self.model = model
  }

  /// - Throws: `LembraError` with code `invalidFile` when the parts do not fit each other.
  func validate() throws(LembraError) {
    guard (0...vocabulary.count).contains(modelCount) else {
      throw Self.fault("the model has \(modelCount) of \(vocabulary.count) tokens")
    }
    if let unknown = vocabulary.unknown, unknown >= modelCount {
      throw Self.fault("the unknown token does not belong to the model")
    }
    let ids = addedTokens.map(\.id)
    guard Set(ids).count == ids.count else { throw Self.fault("a token is added twice") }
    for id in ids + prefix + suffix where !(0..<vocabulary.count).contains(id) {
      throw Self.fault("there is no token \(id) among \(vocabulary.count)")
    }
    for id in ids where vocabulary.bytes(of: id).isEmpty {
      throw Self.fault("the added token \(id) is empty")
    }
    for step in splitting {
      let scalar: UInt32? =
        switch step {
        case .metaspace(let metaspace): metaspace.scalar
        case .delimiter(let scalar): scalar
        default: nil
        }
      if let scalar, Unicode.Scalar(scalar) == nil {
        throw Self.fault("a character at which text is split is none")
      }
    }
    try validateModel()
  }

  private func validateModel() throws(LembraError) {
    switch model {
    case .characters, .words: break
    case .bytePairs(let rules): try validate(rules)
    case .unigram(let scores, _):
      guard scores.count == modelCount, scores.allSatisfy(\.isFinite) else {
        throw Self.fault("not every token of the model has a score")
      }
      guard vocabulary.unknown != nil else { throw Self.fault("there is no unknown token") }
    case .wordPiece(_, let longestWord):
      guard longestWord >= 0 else {
        throw Self.fault("the longest word has \(longestWord) characters")
      }
      guard vocabulary.unknown != nil else { throw Self.fault("there is no unknown token") }
    }
  }

  private func validate(_ rules: BytePairRules) throws(LembraError) {
    guard rules.merges.count % 2 == 0 else { throw Self.fault("a merge has one token") }
    for place in stride(from: 0, to: rules.merges.count, by: 2) {
      let (left, right) = (rules.merges[place], rules.merges[place + 1])
      for id in [left, right] where !(0..<modelCount).contains(Int(id)) {
        throw Self.fault("merge \(place / 2) is of the token \(id), which does not exist")
      }
      let result = rules.result(of: left, right, vocabulary)
      guard let result, result < modelCount else {
        throw Self.fault(
          "merge \(place / 2), of \(quoted(vocabulary[Int(left)])) and "
            + "\(quoted(vocabulary[Int(right)])), makes a token that is not in the vocabulary")
      }
    }
  }

  static func fault(_ what: String) -> LembraError {
    LembraError(
      .invalidFile, "the tokenizer is damaged: \(what)", remedy: "train and save it again")
  }
}

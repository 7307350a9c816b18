import LembraTensor

/// Makes text of tokens that come one by one, as from a language model.
///
/// What it gives is certain: the bytes of a character that lacks others are held back until these
/// have come. All that it gave, and what `finish` gives, are together what ``Tokenizer/decode(_:skippingSpecialTokens:)``
/// makes of the same tokens.
///
///     var decoder = tokenizer.decoder()
///     for id in ids { print(decoder.append(id), terminator: "") }
///     print(decoder.finish())
public struct TokenDecoder: Sendable {
  private let engine: TokenizerEngine
  private let skipsSpecialTokens: Bool
  private let isEager: Bool
  private var stages: [DecodingStage]

  init(_ engine: TokenizerEngine, skipsSpecialTokens: Bool, isEager: Bool) {
    self.engine = engine
    self.skipsSpecialTokens = skipsSpecialTokens
    self.isEager = isEager
    stages = engine.decoding.stages(areEager: isEager)
  }

  /// Takes a token, and gives the text that is certain and was not given before.
  ///
  /// - Precondition: `id` is that of a token.
  public mutating func append(_ id: Int) -> String {
    var text: [UInt8] = []
    append(id, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Gives the text that was held back, and is ready for other tokens then.
  public mutating func finish() -> String {
    var text: [UInt8] = []
    finish(&text)
    return String(decoding: text, as: UTF8.self)
  }

  mutating func append(_ id: Int, to text: inout [UInt8]) {
    let count = engine.parts.vocabulary.count
    precondition(
      (0..<count).contains(id), "TokenDecoder.append: there is no token \(id) among \(count)")
    guard !skipsSpecialTokens || !engine.isSpecial(id) else { return }
    pass(engine.text(of: id), to: 0, &text)
  }

  mutating func finish(_ text: inout [UInt8]) {
    for index in stages.indices {
      var tokens: [ArraySlice<UInt8>] = []
      stages[index].finish { tokens.append($0) }
      for token in tokens { pass(token, to: index + 1, &text) }
    }
    stages = engine.decoding.stages(areEager: isEager)
  }

  /// Passes a token to the stage `index`, and what that makes of it to the next.
  private mutating func pass(_ token: ArraySlice<UInt8>, to index: Int, _ text: inout [UInt8]) {
    guard index < stages.count else {
      text.append(contentsOf: token)
      return
    }
    guard index + 1 < stages.count else {
      return stages[index].append(token) { text.append(contentsOf: $0) }
    }
    var tokens: [ArraySlice<UInt8>] = []
    stages[index].append(token) { tokens.append($0) }
    for token in tokens { pass(token, to: index + 1, &text) }
  }
}

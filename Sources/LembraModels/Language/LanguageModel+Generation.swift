import LembraData
import LembraLayers
import LembraTensor

extension LanguageModel {
  /// Goes on from a text.
  ///
  /// - Parameters:
  ///   - prompt: the text to go on from; empty to begin anew, as after a line end.
  ///   - count: how many tokens to draw.
  ///   - options: how they are drawn.
  ///   - emit: is given the new text, piece by piece, as soon as it is certain; false ends it.
  /// - Throws: `LembraError` when an option cannot be used or the prompt has no token, and what `emit`
  ///   throws.
  public func generate(
    _ prompt: String, count: Int, options: SamplingOptions = SamplingOptions(),
    emit: (_ text: String) throws -> Bool
  ) throws {
    try options.validate()
    try require(count >= 0, "\(count) tokens cannot be drawn", "choose 0 or more", "count")
    let tokens = try promptTokens(prompt)
    var sampler = TokenSampler(options)
    for token in tokens { sampler.observe(token) }
    var decoder = tokenizer.decoder()
    var written = WrittenText()
    if !prompt.isEmpty {
      let given = tokens.map { decoder.append($0) }.joined()
      // A decoder may hold back what the next token could change.
      written = WrittenText(tokenizer.decode(tokens).dropFirst(given.count))
    }
    var (scores, state) = read(tokens, from: nil)
    for index in 0..<count {
      let token = sampler.next(scores)
      let text = written.removed(from: decoder.append(token))
      if !text.isEmpty, try !emit(text) { return }
      if index + 1 < count { (scores, state) = read([token], from: state) }
    }
    let rest = written.removed(from: decoder.finish())
    if !rest.isEmpty { _ = try emit(rest) }
  }

  /// The text that follows a prompt; see ``generate(_:count:options:emit:)``.
  public func generate(
    _ prompt: String, count: Int, options: SamplingOptions = SamplingOptions()
  ) throws -> String {
    var text = ""
    try generate(prompt, count: count, options: options) {
      text += $0
      return true
    }
    return text
  }

  /// Reads tokens of one stream; returns the scores of what follows the last, and the state.
  private func read(_ tokens: [Int], from state: [Tensor]?) -> (scores: [Float], state: [Tensor]) {
    let layout = SequenceLayout(count: 1, length: tokens.count)
    let (rows, next) = network.hidden(tokens, layout: layout, from: state)
    var scores = network.logits(rows.rows(tokens.count - 1..<tokens.count)).array
    // What stands for no text, such as the unknown token, is never said.
    for token in tokenizer.specialTokens.compactMap(tokenizer.id(ofToken:)) {
      scores[token] = -.infinity
    }
    return (scores, next)
  }

  private func promptTokens(_ prompt: String) throws(LembraError) -> [Int] {
    let tokens = tokenizer.encode(prompt.isEmpty ? "\n" : prompt)
    if !tokens.isEmpty { return tokens }
    guard prompt.isEmpty else {
      throw LembraError(
        .invalidOption, "the prompt has no character that the model knows",
        remedy: "write it in the characters of the text that the model was trained on",
        at: .init(name: "prompt"))
    }
    // A model that knows no line end begins after its first token.
    return [0]
  }
}

/// Text that comes again from a decoder, and is not new.
private struct WrittenText {
  private var rest: Substring

  init(_ text: Substring = "") { rest = text }

  /// What is new in a piece of text.
  mutating func removed(from text: String) -> String {
    let known = zip(rest, text).prefix { $0 == $1 }.count
    rest = known == text.count ? rest.dropFirst(known) : ""
    return String(text.dropFirst(known))
  }
}

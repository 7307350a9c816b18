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
  /// - Throws: `LembraError` when an option cannot be used or the prompt has nothing that the model
  ///   knows, and what `emit` throws.
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
    if !prompt.isEmpty { for token in tokens { _ = decoder.append(token) } }
    var (scores, state) = read(tokens, from: nil)
    for index in 0..<count {
      let token = sampler.next(scores)
      let text = decoder.append(token)
      if !text.isEmpty, try !emit(text) { return }
      if index + 1 < count { (scores, state) = read([token], from: state) }
    }
    let rest = decoder.finish()
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

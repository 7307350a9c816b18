import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How well a language model predicts a text, from the negative logarithms of the probabilities
/// that it gave to the text's tokens.
///
///     nats = -Σ log p / tokens        bits = nats / log 2        perplexity = exp(nats)
///
/// Models with other tokens have other perplexities for the same text; per character or byte they
/// can be compared: ``bitsPerCharacter``, ``bits(per:)``.
public struct LanguageScores: Hashable, Codable, Sendable {
  /// The negative logarithm of a token's probability, on average.
  public var nats: Double

  /// The same in bits.
  public var bits: Double

  /// The number of tokens that would leave as much choice if all were as likely.
  public var perplexity: Double

  /// The number of tokens that were predicted.
  public var tokens: Int

  /// The number of characters that they stand for.
  public var characters: Int

  /// Scores of a text.
  ///
  /// - Parameters:
  ///   - negativeLogLikelihood: `-Σ log p` over all tokens, in nats.
  ///   - tokens: the number of tokens that were predicted.
  ///   - characters: the number of characters that they stand for.
  /// - Precondition: there is at least one token.
  public init(negativeLogLikelihood: Double, tokens: Int, characters: Int) {
    precondition(tokens >= 1 && characters >= 0, "LanguageScores: \(tokens) tokens")
    nats = negativeLogLikelihood / Double(tokens)
    bits = nats / log(2)
    perplexity = exp(nats)
    self.tokens = tokens
    self.characters = characters
  }

  /// The bits that a character takes on average; `nil` without characters.
  public var bitsPerCharacter: Double? {
    characters > 0 ? bits(per: characters) : nil
  }

  /// The bits of the whole text divided by `count`, such as its number of bytes.
  ///
  /// - Precondition: `count ≥ 1`.
  public func bits(per count: Int) -> Double {
    precondition(count >= 1, "LanguageScores: bits per one of \(count)")
    return bits * Double(tokens) / Double(count)
  }
}

import LembraModels
import LembraTensor

/// A decoder whose probabilities are drawn anew for each source and each beginning of a sequence.
final class DrawnDecoder: SequenceDecoder {
  let tokenCount: Int
  private let key: RandomKey

  /// The rows of every step.
  private(set) var rowCounts: [Int] = []

  /// What the score of token 1 is moved by.
  private let bias: Float

  init(tokenCount: Int, seed: UInt64, bias: Float = 0) {
    self.tokenCount = tokenCount
    self.bias = bias
    key = RandomKey(seed: seed)
  }

  /// The source of each row and the tokens that it read.
  typealias State = [(source: Int, tokens: [Int])]

  func logs(_ source: Int, _ tokens: [Int]) -> Tensor {
    let key = tokens.reduce(key.folding(source)) { $0.folding($1 + 1) }
    var scores = Tensor(uniformIn: -2...2, shape: [1, tokenCount], key: key).array
    scores[1] += bias
    return Tensor(scores, shape: [1, tokenCount]).logSoftmax()
  }

  func step(_ tokens: [Int], _ state: State) -> DecodingStep<State> {
    rowCounts.append(tokens.count)
    let next = zip(state, tokens).map { (source: $0.source, tokens: $0.tokens + [$1]) }
    return DecodingStep(
      scores: TokenScores(
        logProbabilities: Tensor(stacking: next.map { logs($0.source, $0.tokens) })), state: next,
      attention: next.map { row in
        let weight = Float(row.tokens.count % 3) / 2
        return [weight, 1 - weight]
      })
  }

  func rows(_ indices: [Int], of state: State) -> State { indices.map { state[$0] } }
}

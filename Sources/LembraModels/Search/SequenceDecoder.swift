import LembraTensor

/// What writes sequences token by token, many at a time: a row for each hypothesis.
///
/// What it computes for a row must not depend on the others.
public protocol SequenceDecoder {
  /// What is carried from one step to the next, for any number of rows.
  associatedtype State

  /// Reads a token for each row.
  ///
  /// - Parameters:
  ///   - tokens: the last token of each row.
  ///   - state: the state of the rows before.
  /// - Returns: what may follow, and the state after.
  func step(_ tokens: [Int], _ state: State) -> DecodingStep<State>

  /// The state of some rows, of which one may be taken more than once.
  func rows(_ indices: [Int], of state: State) -> State
}

/// What a decoder says after a step.
public struct DecodingStep<State> {
  /// How probable every token is that may follow each row.
  public var scores: TokenScores

  public var state: State

  /// How much each part of each row's source counted in this step; empty without attention.
  public var attention: [[Float]]

  public init(scores: TokenScores, state: State, attention: [[Float]] = []) {
    self.scores = scores
    self.state = state
    self.attention = attention
  }
}

/// Decoders of the same tokens that decide together: the mean of their probabilities counts
/// (Sutskever, Vinyals and Le, 2014).
public struct EnsembleDecoder<Member: SequenceDecoder>: SequenceDecoder {
  private let members: [Member]

  /// - Precondition: there is a member.
  public init(_ members: [Member]) {
    precondition(!members.isEmpty, "EnsembleDecoder: there are no members")
    self.members = members
  }

  public func step(_ tokens: [Int], _ state: [Member.State]) -> DecodingStep<[Member.State]> {
    let steps = zip(members, state).map { $0.step(tokens, $1) }
    return DecodingStep(
      scores: mean(steps.map(\.scores)), state: steps.map(\.state),
      attention: meanAttention(steps.map(\.attention)))
  }

  public func rows(_ indices: [Int], of state: [Member.State]) -> [Member.State] {
    zip(members, state).map { $0.rows(indices, of: $1) }
  }

  private func mean(_ scores: [TokenScores]) -> TokenScores {
    guard scores.count > 1 else { return scores[0] }
    let logs = scores.map { $0.logProbabilities() }
    // From the largest on, since the probability itself may be too small for a number. Where all are
    // impossible, so is the mean.
    let largest = logs.dropFirst().reduce(logs[0]) {
      $0.selected(where: $0.greater(than: $1), otherwise: $1)
    }.clamped(to: -Float.greatestFiniteMagnitude...0)
    let sum = logs.dropFirst().reduce((logs[0] - largest).exp()) { $0 + ($1 - largest).exp() }
    return TokenScores(logProbabilities: (sum / Float(logs.count)).log() + largest)
  }

  private func meanAttention(_ all: [[[Float]]]) -> [[Float]] {
    guard let first = all.first, all.allSatisfy({ $0.count == first.count }) else { return [] }
    return first.indices.map { row in
      first[row].indices.map { place in
        all.reduce(0) { $0 + $1[row][place] } / Float(all.count)
      }
    }
  }
}

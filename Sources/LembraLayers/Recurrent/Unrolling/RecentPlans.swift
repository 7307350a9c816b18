import LembraTensor

/// The last plans that were made: the batches of a training often have one shape, and ask for the same
/// plan again.
package final class RecentPlans: Sendable {
  /// What a run and its budget are, as far as its plan depends on them.
  package struct Question: Hashable, Sendable {
    /// The blocks of each part of the sequences; a segment belongs to one.
    package var counts: [Int]

    /// The bytes there are, those of the record of a block, and those of a state.
    package var budget: Int
    package var blockBytes: Int
    package var stateBytes: Int

    package init(counts: [Int], budget: Int, blockBytes: Int, stateBytes: Int) {
      self.counts = counts
      self.budget = budget
      self.blockBytes = blockBytes
      self.stateBytes = stateBytes
    }
  }

  /// The number of blocks that make a segment, and what to keep.
  package typealias Answer = (size: Int, plan: RecomputationPlan)

  private let answers = Locked<[(question: Question, answer: Answer)]>([])

  /// As many as a stack asks in turn: of its first layer and of those above it, in both directions.
  private static let most = 4

  package init() {}

  /// The answer to a question, made now unless it was asked lately.
  package func answer(_ question: Question, _ make: (Question) -> Answer) -> Answer {
    if let known = answers.withLock({ $0.first { $0.question == question } }) {
      return known.answer
    }
    let answer = make(question)
    answers.withLock { $0 = [(question, answer)] + $0.prefix(Self.most - 1) }
    return answer
  }
}

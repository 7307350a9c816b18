import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// A layer and what its emissions are like.
enum ChainUnderTest: String, CaseIterable, CustomTestStringConvertible {
  case plain = "no constraints"
  case constrained = "constraints"
  case constrainedPaths = "constraints on paths alone"
  case large = "scores up to 100, too far apart for the scaled passes"
  case mixed = "some sequences with scores up to 100"

  var testDescription: String { rawValue }

  static let tagCount = 5

  var tagCount: Int { Self.tagCount }

  /// Every other tag may begin, all but the last may end, and one in four transitions is forbidden.
  static let constraints = TransitionConstraints(
    tagCount: tagCount, start: { $0 % 2 == 0 }, end: { $0 < tagCount - 1 },
    transition: { ($0 * 3 + $1) % 4 != 1 })

  var layer: LinearChainCRF {
    var crf = LinearChainCRF(
      tagCount: tagCount, initializer: .uniform(bound: 1), key: RandomKey(seed: 3))
    if self == .constrained || self == .constrainedPaths { crf.constraints = Self.constraints }
    crf.constrainsProbabilities = self != .constrainedPaths
    return crf
  }

  /// Emissions of a sequence, by the caller's index.
  func emissions(_ length: Int, _ index: Int) -> Tensor {
    let isLarge = self == .large || self == .mixed && index % 2 == 0
    let range: ClosedRange<Float> = isLarge ? -100...100 : -2...2
    return random([length, tagCount], in: range, seed: 70 + UInt64(index))
  }

  func batch(_ lengths: [Int]) -> SequenceBatch {
    SequenceBatch(lengths.enumerated().map { emissions($0.element, $0.offset) })
  }

  /// Tags of a sequence of this length, allowed if the probabilities are constrained.
  func path(_ length: Int, seed: UInt64) -> [Int] {
    var generator = RandomGenerator(RandomKey(seed: seed))
    let constraints = self == .constrained ? layer.constraints : nil
    var path: [Int] = []
    while path.count < length {
      let tag = Int.random(in: 0..<tagCount, using: &generator)
      let follows =
        path.last.map { constraints?.allowsTransition(from: $0, to: tag) ?? true }
        ?? constraints?.allowsStart(tag) ?? true
      let mayEnd = path.count < length - 1 || constraints?.allowsEnd(tag) ?? true
      if follows && mayEnd { path.append(tag) }
    }
    return path
  }

  /// A tag for each row of a batch of these lengths.
  func tags(_ layout: SequenceLayout) -> [Int] {
    var tags = [Int](repeating: 0, count: layout.rowCount)
    for (position, index) in layout.order.enumerated() {
      let path = path(layout.lengths[position], seed: 500 + UInt64(index))
      for (row, tag) in zip(layout.rows(ofSequence: position), path) { tags[row] = tag }
    }
    return tags
  }

  /// What paths, or probabilities, are compared with.
  func reference(_ transitions: Reference, _ start: Reference, _ end: Reference, paths: Bool)
    -> ChainReference
  {
    let free = ChainReference(transitions: transitions, start: start, end: end)
    let isFree = paths ? layer.constraints == nil : self != .constrained
    if isFree { return free }
    let constraints = Self.constraints
    return free.constrained(
      start: { constraints.allowsStart($0) }, end: { constraints.allowsEnd($0) },
      transition: { constraints.allowsTransition(from: $0, to: $1) })
  }

  func reference(paths: Bool) -> ChainReference {
    reference(
      Reference(layer.transitions), Reference(layer.startScores), Reference(layer.endScores),
      paths: paths)
  }
}

/// Lengths in the caller's order, also of sequences without steps.
let chainLengths = [
  [1], [4, 4], [5, 3, 1], [1, 3, 5], [2, 0, 3], [6, 2, 6, 1, 4, 4, 3], [0, 0],
]

extension Tensor {
  var doubleRows: [[Double]] { Reference(self).rows }
}

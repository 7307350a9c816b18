/// How the steps of sequences of different lengths are laid out as the rows of one matrix.
///
/// Sequences are ordered longest first. All first steps come first, then all second steps, and so
/// on, so the sequences still running at any step are a prefix of the batch and no row is padding.
/// The layout remembers the order in which the caller gave the sequences; answers come back in it.
public struct SequenceLayout: Hashable, Sendable {
  /// The length of each sequence, in decreasing order.
  public let lengths: [Int]

  /// The caller's index of each sequence of the layout.
  public let order: [Int]

  /// The number of sequences with more than `t` steps, for each step `t`.
  public let activeCounts: [Int]

  /// The row at which each step begins.
  public let offsets: [Int]

  /// The number of rows: the sum of all lengths.
  public let rowCount: Int

  /// Whether the caller gave the sequences longest first, so that ``order`` changes nothing.
  public let isInCallersOrder: Bool

  /// Where the sequences of a part of a batch come from, see ``part(_:)``.
  private var origin: Origin?

  private struct Origin: Hashable {
    let indices: [Int]
    let firstStep: Int
  }

  /// Lays out sequences of these lengths, given in any order.
  ///
  /// Equal lengths keep their order.
  ///
  /// - Precondition: there is at least one sequence, and no length is negative.
  public init(lengths: [Int]) {
    precondition(!lengths.isEmpty, "SequenceLayout: a batch needs at least one sequence")
    precondition(
      lengths.allSatisfy { $0 >= 0 }, "SequenceLayout: a length of \(lengths) is negative")
    let isSorted = zip(lengths, lengths.dropFirst()).allSatisfy { $0 >= $1 }
    isInCallersOrder = isSorted
    order =
      isSorted
      ? Array(lengths.indices)
      : lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
    self.lengths = isSorted ? lengths : order.map { lengths[$0] }
    var active = lengths.count
    var counts: [Int] = []
    var offsets: [Int] = []
    var offset = 0
    counts.reserveCapacity(self.lengths[0])
    offsets.reserveCapacity(self.lengths[0])
    for step in 0..<self.lengths[0] {
      while self.lengths[active - 1] <= step { active -= 1 }
      counts.append(active)
      offsets.append(offset)
      offset += active
    }
    activeCounts = counts
    self.offsets = offsets
    rowCount = offset
  }

  /// Lays out `count` sequences of the same length.
  public init(count: Int, length: Int) {
    self.init(lengths: Array(repeating: length, count: count))
  }

  /// The number of sequences, N.
  public var batchCount: Int { lengths.count }

  /// The length of the longest sequence, T.
  public var stepCount: Int { lengths[0] }

  /// The rows that hold step `step`.
  public func rows(ofStep step: Int) -> Range<Int> {
    offsets[step]..<offsets[step] + activeCounts[step]
  }

  /// The rows that hold the sequence at `position` of the layout, in the order of its steps.
  public func rows(ofSequence position: Int) -> [Int] {
    (0..<lengths[position]).map { offsets[$0] + position }
  }

  /// The position in the layout of each of the caller's sequences: the inverse of ``order``.
  public var positions: [Int] {
    var positions = Array(repeating: 0, count: order.count)
    for (position, index) in order.enumerated() { positions[index] = position }
    return positions
  }

  // MARK: - Parts

  /// The layout of some consecutive steps, of the sequences that have the first of them.
  ///
  /// It remembers the steps and the caller's indices of its sequences: what chance does to a row is the
  /// same in the part as in the whole.
  ///
  /// - Precondition: the longest sequence has these steps, and there is one at least.
  package func part(_ steps: Range<Int>) -> SequenceLayout {
    precondition(
      !steps.isEmpty && steps.lowerBound >= 0 && steps.upperBound <= stepCount,
      "part: steps \(steps) of \(stepCount)")
    let active = activeCounts[steps.lowerBound]
    var part = SequenceLayout(
      lengths: lengths.prefix(active).map { min($0, steps.upperBound) - steps.lowerBound })
    part.origin = Origin(
      indices: (0..<active).map(callersIndex), firstStep: firstStep + steps.lowerBound)
    return part
  }

  /// The caller's index of the sequence at a position, in the whole batch of which this may be a part.
  package func callersIndex(_ position: Int) -> Int {
    origin?.indices[position] ?? order[position]
  }

  /// The step of the whole batch that the first one here is.
  package var firstStep: Int { origin?.firstStep ?? 0 }

  /// The rows of consecutive steps.
  package func rows(ofSteps steps: Range<Int>) -> Range<Int> {
    let end = steps.upperBound < stepCount ? offsets[steps.upperBound] : rowCount
    return (steps.isEmpty ? end : offsets[steps.lowerBound])..<end
  }
}

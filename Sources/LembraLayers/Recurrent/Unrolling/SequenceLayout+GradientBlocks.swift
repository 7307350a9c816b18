import CLembraKernels
import LembraTensor

// On the way back, what rows add to the gradient of a weight is summed up in blocks of whole steps, as
// many as fit, from the last step that a direction reads to its first. The kernels of fused cells cut
// their rows in the same way. A run that is cut between two blocks makes the same sums, in the same
// order.

extension SequenceLayout {
  /// The steps of each block of some steps, in the order in which they are gone back through.
  func gradientBlocks(of steps: Range<Int>, _ direction: Direction) -> [Range<Int>] {
    var blocks: [Range<Int>] = []
    var rows = 0
    for index in 0..<steps.count {
      let step = direction == .forward ? steps.upperBound - 1 - index : steps.lowerBound + index
      rows += activeCounts[step]
      if let last = blocks.last, rows <= Int(lembra_gradient_block) {
        blocks[blocks.count - 1] = min(last.lowerBound, step)..<max(last.upperBound, step + 1)
      } else {
        blocks.append(step..<step + 1)
        rows = activeCounts[step]
      }
    }
    return blocks
  }

  /// The rows of each block.
  ///
  /// A step that does not fit is several. Without rows there is an empty one.
  func gradientBlockRows(_ direction: Direction) -> [Range<Int>] {
    if rowCount == 0 { return [0..<0] }
    return gradientBlocks(of: 0..<stepCount, direction).flatMap { steps in
      let rows = rows(ofSteps: steps)
      return stride(from: rows.lowerBound, to: rows.upperBound, by: Int(lembra_gradient_block)).map
      {
        $0..<min($0 + Int(lembra_gradient_block), rows.upperBound)
      }
    }
  }
}

extension [Tensor?] {
  /// Has the gradient of a matrix and that of its bias, if there is one, added to the sums at a place and
  /// the next, and goes on to the place after them.
  mutating func addAffine(
    at place: inout Int, hasBias: Bool,
    _ add: (_ matrix: inout Tensor?, _ bias: inout Tensor?) -> Void
  ) {
    var matrix = self[place].take()
    var bias = hasBias ? self[place + 1].take() : nil
    add(&matrix, &bias)
    self[place] = matrix
    if hasBias { self[place + 1] = bias }
    place += hasBias ? 2 : 1
  }
}

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

extension Tensor {
  /// What the rows of each block add up to, added to what there is.
  ///
  /// - Parameters:
  ///   - blocks: the rows that are summed up together, in the order in which their sums are added.
  ///   - sum: what they are added to.
  ///   - sumOf: the sum of some rows.
  /// - Returns: the sum; nil if there is no row and nothing to add to.
  static func total(
    of blocks: [Range<Int>], onto sum: Tensor?, _ sumOf: (Range<Int>) -> Tensor
  ) -> Tensor? {
    blocks.reduce(sum) { Tensor.total($0, sumOf($1)) }
  }
}

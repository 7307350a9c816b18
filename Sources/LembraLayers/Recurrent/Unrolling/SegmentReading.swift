import CLembraKernels
import LembraTensor

/// How a layer can be read in segments of steps, one after the other.
public struct SegmentReading: Hashable, Sendable {
  /// The order in which the whole layer reads each sequence.
  public var direction: Direction

  /// About how many numbers a step of one sequence leaves in memory while gradients are wanted.
  public var floatsPerStep: Int

  public init(direction: Direction, floatsPerStep: Int) {
    self.direction = direction
    self.floatsPerStep = floatsPerStep
  }
}

extension FusedNetwork {
  /// What a step of one sequence leaves behind, and what the way back makes of it.
  var floatsPerStep: Int {
    var sum = 0
    for (index, cell) in cells.enumerated() {
      let shape = cell.shape
      sum += shape.gate_width + shape.hidden + (cell.hasCellVector ? shape.hidden : 0)
      // The gradients of what a layer reads.
      if index % directionCount == 0 { sum += shape.input }
    }
    return sum
  }
}

extension RecurrentCell {
  /// What a step of one sequence leaves on a tape when it is repeated, and as much for its gradients.
  func floatsOfRepeatedStep() -> Int {
    let tape = Tape()
    defer { tape.close() }
    var tracked = self
    tracked.updateParameters { _, parameter in parameter = tape.leaf(parameter.detached) }
    _ = tracked.step(Tensor(zeros: [1, inputSize]), zeroState(batch: 1))
    return 2 * tape.recordedFloats
  }
}

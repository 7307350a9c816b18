public import LembraTensor

/// A cell in whose runs chance may have its part, by a key that it holds.
///
/// A cell says by `drawsNoise` whether it has anything for chance to decide; `drawingNoise(_:)` follows.
public protocol NoisyCell: RecurrentCell {
  /// What names the noise of the runs of this cell; nil, at first, for the mean of all noise.
  var noiseKey: RandomKey? { get set }
}

extension NoisyCell {
  public func drawingNoise(_ key: RandomKey) -> Self {
    guard drawsNoise else { return self }
    var cell = self
    cell.noiseKey = key
    return cell
  }
}

extension RecurrentCell {
  /// Advances one step, in which chance has its part.
  package func step(_ input: Tensor, _ state: State, noise: RecurrentNoise?) -> State {
    step(input, state, watch: StepWatch(noise: noise))
  }

  /// The noise of a run; nil where there is none.
  package func noise(_ layout: SequenceLayout) -> RecurrentNoise? {
    (self as? any GatedCell)?.recurrence.drawnNoise(layout)
  }
}

public import LembraTensor

/// Who looks on while a cell computes a step; usually nobody.
///
/// A cell whose gates are to be seen hands each of them over as it computes it:
///
///     let forget = watch.sigmoid(.forget, sums)      // σ(sums), and shown as the forget gate
public struct StepWatch: Sendable {
  private let run: ProbedRun?
  private let step: Int

  /// What chance decides in this step; nil for its mean.
  package let noise: RecurrentNoise?

  /// Nobody looks on.
  public static let none = StepWatch()

  init(_ run: ProbedRun? = nil, step: Int = 0, noise: RecurrentNoise? = nil) {
    self.run = run
    self.step = step
    self.noise = noise
  }

  /// The logistic function of a sum, shown as a part of the step.
  public func sigmoid(_ part: StepPart, _ sum: Tensor) -> Tensor {
    value(part, LembraTensor.sigmoid(sum), squashing: .sigmoid, of: sum)
  }

  /// The hyperbolic tangent of a sum, shown as a part of the step.
  public func tanh(_ part: StepPart, _ sum: Tensor) -> Tensor {
    value(part, LembraTensor.tanh(sum), squashing: .tanh, of: sum)
  }

  /// Shows a part of the step.
  ///
  /// - Parameters:
  ///   - part: what it is.
  ///   - value: the part, `[N, width]`.
  ///   - squashing: the function that it is the value of.
  ///   - sum: what that function was applied to; nil where there is no such sum.
  /// - Returns: `value`, to go on with, so that its gradient is seen too.
  public func value(
    _ part: StepPart, _ value: Tensor, squashing: Squashing = .none, of sum: Tensor? = nil
  ) -> Tensor {
    run?.keep(part, squashing, sum: sum, value, step: step) ?? value
  }

  /// Shows the sum that a part is made of before anything else is that is made of it too.
  public func sum(_ part: StepPart, _ sum: Tensor) {
    run?.check(part, ofSum: sum, step: step)
  }

  /// Shows all tensors of a state under their own names.
  public func state<State: RecurrentState>(_ state: State) -> State {
    guard run != nil else { return state }
    var state = state
    state.updateParameters { name, rows in rows = value(StepPart(name.description), rows) }
    return state
  }
}

extension RecurrentCell {
  /// Runs over whole sequences by repeating the step while a probe looks on.
  func scan(
    _ input: SequenceBatch, from state: State?, direction: Direction, probe: LayerProbe
  ) -> (output: SequenceBatch, finalState: State) {
    let layout = input.layout
    let run = probe.begin(direction, layout)
    let noise = noise(layout)
    return scan(input, from: state, direction: direction) { rows, state, index in
      let watch = StepWatch(run, step: index, noise: noise?.step(index, of: layout))
      return step(watch.value(.reading, rows), state, watch: watch)
    }
  }
}

import CLembraKernels
public import LembraTensor

extension GRUCell {
  public func run(
    _ input: SequenceBatch, from state: HiddenState?, direction: Direction
  ) -> (output: SequenceBatch, finalState: HiddenState) {
    // A reset before the product puts two products after each other into a step, which the fused
    // kernels, with one product a step, do not compute.
    guard reset == .afterProduct else { return scan(input, from: state, direction: direction) }
    let result = FusedLayer(.gru, weights, direction)(input, hidden: state?.hidden)
    return (input.replacing(rows: result.rows), HiddenState(hidden: result.hidden))
  }
}

import CLembraKernels
public import LembraTensor

extension RNNCell {
  public func run(
    _ input: SequenceBatch, from state: HiddenState?, direction: Direction
  ) -> (output: SequenceBatch, finalState: HiddenState) {
    let kind: lembra_cell_kind = nonlinearity == .tanh ? .tanh : .relu
    let result = FusedLayer(kind, weights, direction)(input, hidden: state?.hidden)
    return (input.replacing(rows: result.rows), HiddenState(hidden: result.hidden))
  }
}

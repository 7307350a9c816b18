import CLembraKernels
public import LembraTensor

extension LSTMCell {
  public func run(
    _ input: SequenceBatch, from state: State?, direction: Direction
  ) -> (output: SequenceBatch, finalState: State) {
    let result = FusedLayer(.lstm, weights, direction)(
      input, hidden: state?.hidden, cellState: state?.cell)
    let cell = result.cell ?? result.hidden
    return (input.replacing(rows: result.rows), State(hidden: result.hidden, cell: cell))
  }
}

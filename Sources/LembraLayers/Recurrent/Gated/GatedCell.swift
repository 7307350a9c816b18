import LembraTensor

/// A cell whose steps are those of a ``GatedRecurrence``.
protocol GatedCell: RecurrentCell {
  /// What runs it over whole sequences, noise included.
  var recurrence: GatedRecurrence { get }
}

extension GatedCell {
  /// Runs over whole sequences as one record on the tape.
  func runGated(
    _ input: SequenceBatch, from state: State?, direction: Direction
  ) -> (output: SequenceBatch, finalState: State) {
    let (rows, last) = recurrence(input, from: state?.tensors, direction)
    return (input.replacing(rows: rows), zeroState(batch: 0).filled(from: last))
  }
}

extension LSTMCell: GatedCell {}
extension GRUCell: GatedCell {}
extension MGUCell: GatedCell {}
extension SLSTMCell: GatedCell {}

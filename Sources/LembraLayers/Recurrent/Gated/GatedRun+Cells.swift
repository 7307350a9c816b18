import CLembraKernels
import LembraTensor

extension GatedRun {
  /// Leads the sums of a step through the cell.
  ///
  /// - Parameters:
  ///   - step: the step, whose product of the state is done.
  ///   - fromInput: what the gates get from the input.
  ///   - vectors: the state's vectors beside the output, of all sequences, which move on.
  ///   - out: what the units put out, `[·, H]`.
  func advance(
    _ step: GatedStep, _ fromInput: UnsafePointer<Float>, _ vectors: [StepRows],
    into out: UnsafeMutablePointer<Float>
  ) {
    switch cell.kind {
    case .lstm: advanceLSTM(step, fromInput, vectors[0], into: out)
    case .slstm: advanceSLSTM(step, fromInput, vectors, into: out)
    case .gru(.afterProduct): advanceGRU(step, fromInput, into: out)
    case .gru(.beforeProduct): advanceReset(lembra_reset_gru, step, fromInput, into: out)
    case .mgu: advanceReset(lembra_reset_mgu, step, fromInput, into: out)
    }
  }

  private func advanceGRU(
    _ step: GatedStep, _ fromInput: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>
  ) {
    let (sums, units) = (room.sums(step), cell.units)
    kernels.gates.gru(
      fromInput, sums, room.before[step.place], room.gates[step.place], out, step.count, units)
    guard isTraining, let newSums = room.newSums else { return }
    kernels.rows.copy_rows(
      sums + 2 * units, width, newSums[step.place], units, step.count, units)
  }

  /// Advances a cell that has a second product, of what a gate has left of the state.
  private func advanceReset(
    _ kind: lembra_reset_kind, _ step: GatedStep, _ fromInput: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) {
    guard let kept = room.kept?[step.place] else { return }
    let (gates, count, units) = (room.gates[step.place], step.count, cell.units)
    kernels.resets.begin(
      kind, fromInput, room.sums(step), room.read[step.place], gates, kept, count, units)
    multiply(kept, step, product: 1)
    kernels.resets.finish(
      kind, fromInput, room.sums(step), room.before[step.place], gates, out, count, units)
  }

  private func advanceSLSTM(
    _ step: GatedStep, _ fromInput: UnsafePointer<Float>, _ vectors: [StepRows],
    into out: UnsafeMutablePointer<Float>
  ) {
    let (place, first) = (step.place, step.sequences.lowerBound)
    var rows = lembra_slstm_forward(
      x: fromInput, y: room.sums(step), cell: vectors[0][first], normalizer: vectors[1][first],
      stabilizer: vectors[2][first], cell_before: room.vectorsBefore[0][place],
      normalizer_before: room.vectorsBefore[1][place], gates: room.gates[place],
      slopes: room.slopes?[place], out: out)
    kernels.slstms.forward(&rows, step.count, cell.units)
  }

  private func advanceLSTM(
    _ step: GatedStep, _ fromInput: UnsafePointer<Float>, _ vector: StepRows,
    into out: UnsafeMutablePointer<Float>
  ) {
    let cellBefore = room.vectorsBefore[0]
    let (units, place) = (cell.units, step.place)
    let state = vector[step.sequences.lowerBound]
    cellBefore[place].update(from: state, count: step.count * units)
    var kernel = cell.lstm()
    var rows = lembra_lstm_forward(
      x: fromInput, y: room.sums(step),
      cell: cellBefore[place],
      masks: cell.noise?.cellKept.map { $0.unsafeBase + step.row * units },
      gates: room.gates[place], cell_out: state, out: out, candidate: room.candidate?[place],
      mean: room.cellNorm.mean[place], inverse: room.cellNorm.inverse[place])
    kernels.lstms.forward(&kernel, &rows, step.count)
  }
}

import CLembraKernels
import LembraTensor

extension GatedRun {
  /// Takes all steps.
  ///
  /// - Parameters:
  ///   - products: what the gates get from the input, `[rows, G·H]`.
  ///   - first: the tensors of the first state, rows in the layout's order.
  /// - Returns: the output at every step `[rows, P]`, and the tensors of the last state.
  func forward(
    _ products: Tensor, from first: [Tensor]
  ) -> (rows: Tensor, states: [Tensor]) {
    let batch = layout.batchCount
    for (state, size) in zip(first, [cell.outputSize, cell.units]) {
      precondition(
        state.shape == [batch, size],
        "a state of shape \(state.shape) for \(batch) sequences and \(size) numbers")
    }
    let outputs = StepRows(rows: layout.rowCount, width: cell.outputSize)
    let hidden = StepRows(rows: batch, width: cell.outputSize, first: first[0])
    let vector = cell.hasCell ? StepRows(rows: batch, width: cell.units, first: first[1]) : nil
    withExtendedLifetime((self, products, outputs, hidden, vector)) {
      runTeam { sequences in
        forEachStep(of: sequences, reversed: false) { step in
          read(hidden, step)
          multiply(step)
          let fromInput = normalizedInput(products.unsafeBase + step.row * width, step)
          if let vector {
            advanceLSTM(
              step, fromInput, vector,
              into: room.unprojected.map { $0[step.place] } ?? outputs[step.row])
          } else {
            kernels.gates.gru(
              fromInput, room.sums(step), room.before[step.place],
              room.gates[step.place], outputs[step.row], step.count, cell.units)
          }
          if let forwardProjection, let unprojected = room.unprojected {
            forwardProjection.multiplyAlone(
              unprojected[step.place], rows: step.count, into: outputs[step.row])
          }
          keep(step, outputs[step.row])
          hidden[step.sequences.lowerBound].update(
            from: outputs[step.row], count: step.count * cell.outputSize)
        }
      }
    }
    return (outputs.tensor, [hidden.tensor] + (vector.map { [$0.tensor] } ?? []))
  }

  /// The numbers of a row of gates, G·H.
  var width: Int { cell.gateCount * cell.units }

  /// Keeps the state before a step, and what of it is multiplied.
  private func read(_ hidden: StepRows, _ step: GatedStep) {
    let (state, count) = (hidden[step.sequences.lowerBound], step.count * cell.outputSize)
    room.before[step.place].update(from: state, count: count)
    guard let mask = cell.noise?.recurrent else { return }
    combineElements(
      state, mask.unsafeBase + step.sequences.lowerBound * cell.outputSize,
      by: kernels.elementwise.multiply, into: room.read[step.place], count: count)
  }

  /// Multiplies the state by `R`, and normalises the products.
  private func multiply(_ step: GatedStep) {
    let sums = room.products(step)
    let bias = cell.hiddenBias?.unsafeBase
    forwardHidden.multiplyAlone(
      room.read[step.place], rows: step.count, bias: cell.hiddenGain == nil ? bias : nil,
      into: sums)
    guard let gain = cell.hiddenGain else { return }
    normalize(sums, gain, bias, room.hiddenNorms, step, into: room.sums(step))
  }

  /// What the gates get from the input in a step, whose products are its `own`.
  private func normalizedInput(
    _ own: UnsafePointer<Float>, _ step: GatedStep
  ) -> UnsafePointer<Float> {
    guard let gain = cell.inputGain, let normalized = room.normalizedProducts else { return own }
    let target = normalized[step.sequences.lowerBound]
    normalize(own, gain, cell.inputShift?.unsafeBase, room.inputNorms, step, into: target)
    return UnsafePointer(target)
  }

  /// Normalises the products of a step, each group of gates on its own.
  private func normalize(
    _ products: UnsafePointer<Float>, _ gain: Tensor, _ shift: UnsafePointer<Float>?,
    _ norms: [RowNorm], _ step: GatedStep, into target: UnsafeMutablePointer<Float>
  ) {
    let gain = gain.unsafeBase
    for (group, norm) in zip(cell.normalizedGroups, norms) {
      let start = group.lowerBound
      kernels.rows.layer_norm(
        products + start, gain + start, shift.map { $0 + start }, GatedRecurrence.epsilon,
        target + start, norm.mean[step.place], norm.inverse[step.place], step.count, group.count,
        width)
    }
  }

  private func advanceLSTM(
    _ step: GatedStep, _ fromInput: UnsafePointer<Float>, _ vector: StepRows,
    into out: UnsafeMutablePointer<Float>
  ) {
    guard let cellBefore = room.cellBefore else { return }
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

  /// Lets zoneout keep some of the state before.
  private func keep(_ step: GatedStep, _ out: UnsafeMutablePointer<Float>) {
    let masks = cell.noise?.hiddenKept
    guard masks != nil || cell.zoneout.hidden > 0 else { return }
    kernels.gates.keep(
      room.before[step.place], masks.map { $0.unsafeBase + step.row * cell.outputSize },
      cell.zoneout.hidden, out, step.count * cell.outputSize)
  }
}

/// `out = a ∘ b` for an operation on elements; `out` may be one of them.
func combineElements(
  _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, by operation: lembra_binary,
  into out: UnsafeMutablePointer<Float>, count: Int
) {
  operation(
    lembra_operand(base: a, row_stride: count, column_stride: 1),
    lembra_operand(base: b, row_stride: count, column_stride: 1), out, 1, count)
}

import CLembraKernels
import LembraTensor

extension GatedRun {
  /// Takes all steps.
  ///
  /// - Parameter first: the tensors of the first state, rows in the layout's order.
  /// - Returns: the output at every step `[rows, P]`, and the tensors of the last state.
  func forward(from first: [Tensor]) -> (rows: Tensor, states: [Tensor]) {
    let batch = layout.batchCount
    let sizes = [cell.outputSize] + Array(repeating: cell.units, count: cell.vectorCount)
    for (state, size) in zip(first, sizes) {
      precondition(
        state.shape == [batch, size],
        "a state of shape \(state.shape) for \(batch) sequences and \(size) numbers")
    }
    let outputs = StepRows(rows: layout.rowCount, width: cell.outputSize)
    let hidden = StepRows(rows: batch, width: cell.outputSize, first: first[0])
    let vectors = first.dropFirst().map { StepRows(rows: batch, width: cell.units, first: $0) }
    withExtendedLifetime((self, outputs, hidden, vectors)) {
      runTeam { sequences in
        forEachStep(of: sequences, reversed: false) { step in
          read(hidden, step)
          multiply(room.read[step.place], step)
          let fromInput = normalizedInput(inputProducts[step.row], step)
          let units = room.unprojected.map { $0[step.place] } ?? outputs[step.row]
          advance(step, fromInput, vectors, into: units)
          if let forwardProjection {
            forwardProjection.multiplyAlone(units, rows: step.count, into: outputs[step.row])
          }
          keep(step, outputs[step.row])
          hidden[step.sequences.lowerBound].update(
            from: outputs[step.row], count: step.count * cell.outputSize)
        }
      }
    }
    return (outputs.tensor, [hidden.tensor] + vectors.map(\.tensor))
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

  /// Makes a product of the state, or of what is left of it, and normalises it.
  func multiply(_ state: UnsafePointer<Float>, _ step: GatedStep, product: Int = 0) {
    let sums = room.products[step]
    let bias = cell.hiddenBias?.unsafeBase
    forwardProducts[product].multiply(
      state, rows: step.count, bias: cell.hiddenGain == nil ? bias : nil, into: sums)
    guard let gain = cell.hiddenGain else { return }
    normalize(
      sums, gain, bias, room.hiddenNorms, step, cell.groups(of: product), into: room.sums(step))
  }

  /// What the gates get from the input in a step, whose products are its `own`.
  private func normalizedInput(
    _ own: UnsafePointer<Float>, _ step: GatedStep
  ) -> UnsafePointer<Float> {
    guard let gain = cell.inputGain, let normalized = room.normalizedProducts else { return own }
    normalize(
      own, gain, cell.inputShift?.unsafeBase, room.inputNorms, step, room.inputNorms.indices,
      into: normalized[step])
    return UnsafePointer(normalized[step])
  }

  /// Normalises products of a step, each of these groups of gates on its own.
  private func normalize(
    _ products: UnsafePointer<Float>, _ gain: Tensor, _ shift: UnsafePointer<Float>?,
    _ norms: [RowNorm], _ step: GatedStep, _ groups: Range<Int>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let gain = gain.unsafeBase
    for index in groups {
      let (group, norm) = (cell.normalizedGroups[index], norms[index])
      let start = group.lowerBound
      kernels.rows.layer_norm(
        products + start, gain + start, shift.map { $0 + start }, GatedRecurrence.epsilon,
        target + start, norm.mean[step.place], norm.inverse[step.place], step.count, group.count,
        width)
    }
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

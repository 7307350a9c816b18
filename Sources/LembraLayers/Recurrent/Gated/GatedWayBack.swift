import CLembraKernels
import LembraTensor

/// What a run needs on its way back.
final class GatedWayBack: Sendable {
  let run: GatedRun
  private let rows: Tensor?

  /// The gradient that flows to the state before, of every sequence.
  let hidden: StepRows
  let vectors: [StepRows]

  /// The gradients of outputs, `[·, P]`, which last if those are projected.
  let outputs: StepMatrix

  /// Those of what the units put out in a step, where that is projected.
  private let unprojected: StepMatrix?

  /// Those of what the gates got from the input and from the state, `[·, G·H]`, which last if they are those
  /// of the products themselves.
  private let productGradients: StepMatrix
  private let sumGradients: StepMatrix

  /// Those of the products, `[rows, G·H]`: in the place of products that were normalised.
  let inputProductGradients: StepRows
  let hiddenProductGradients: StepRows

  /// What steps add to the gradients of gains, shifts and peepholes, and where each has its numbers.
  let sums: ParameterSums?
  let places: GatedRecurrence.SumPlaces

  private let backwardProducts: [PackedBlocks]
  private let backwardProjection: PackedMatrix?

  var cell: GatedRecurrence { run.cell }
  var room: GatedRoom { run.room }

  init(_ run: GatedRun, rows: Tensor?, states: [Tensor?]) {
    let (cell, count, batch) = (run.cell, run.layout.rowCount, run.layout.batchCount)
    func matrix(_ width: Int, lasts: Bool) -> StepMatrix {
      StepMatrix(width: width, rows: count, sequences: batch, lasts: lasts)
    }
    self.run = run
    self.rows = rows
    hidden = StepRows(rows: batch, width: cell.outputSize, first: states[0])
    vectors = states.dropFirst().map { StepRows(rows: batch, width: cell.units, first: $0) }
    outputs = matrix(cell.outputSize, lasts: cell.projection != nil)
    unprojected = cell.projection == nil ? nil : matrix(cell.units, lasts: false)
    let isNormalized = cell.hiddenGain != nil
    // With a second product the gates are needed after some of their gradients are there.
    productGradients =
      isNormalized || cell.kind.reset != nil
      ? matrix(run.width, lasts: !isNormalized) : StepMatrix(lasting: run.room.gates)
    sumGradients =
      cell.addsSums ? productGradients : matrix(run.width, lasts: !isNormalized)
    inputProductGradients = isNormalized ? run.inputProducts : productGradients.rows
    hiddenProductGradients = isNormalized ? run.room.products.rows : sumGradients.rows
    places = cell.sumPlaces
    sums = ParameterSums(
      width: places.width, layout: run.layout, direction: run.steps.direction)
    backwardProducts = cell.products.map {
      $0.packed(cell.hidden, isTransposed: false, rows: count)
    }
    backwardProjection = cell.projection.map {
      PackedMatrix($0, isTransposed: false, work: Double(count) * Double($0.shape.count))
    }
  }

  func takeSteps() {
    withExtendedLifetime((self, rows)) {
      run.runTeam(together: sums == nil ? 1 : ParameterSums.sequences) { sequences in
        let count = sequences.count * max(cell.units, cell.outputSize)
        let scratch = Storage(count: cell.products.count * count)
        run.forEachStep(of: sequences, reversed: true) { step in
          stepBack(step, scratch.base, scratch.base + (cell.products.count - 1) * count)
        }
        withExtendedLifetime(scratch) {}
      }
    }
  }

  /// Takes some sequences back over one step.
  ///
  /// - Parameters:
  ///   - step: the step.
  ///   - scratch: room for the step's outputs, or for its units.
  ///   - kept: as much for what a second product reads; may be `scratch` where there is none.
  private func stepBack(
    _ step: GatedStep, _ scratch: UnsafeMutablePointer<Float>,
    _ kept: UnsafeMutablePointer<Float>
  ) {
    let carried = hidden[step.sequences.lowerBound]
    let count = step.count * cell.outputSize
    gather(carried, step)
    // What reaches the state before directly comes first, then what does through the products.
    var isBegun = split(step, carried)
    if cell.kind.hasNewState {
      backState(step, isBegun ? scratch : carried)
      if isBegun { add(scratch, to: carried, count: count) }
      isBegun = true
    } else {
      backVectors(step, scratch)
    }
    let (mask, reset) = (cell.noise?.recurrent, cell.kind.reset)
    if let reset { backReset(reset, step, kept, into: scratch) }
    normalizeBack(step)
    if mask == nil, reset == nil {
      backwardProducts[0].multiplyBack(
        hiddenProductGradients[step.row], rows: step.count, accumulating: isBegun, into: carried)
      return
    }
    backwardProducts[0].multiplyBack(
      hiddenProductGradients[step.row], rows: step.count, accumulating: reset != nil,
      into: scratch)
    if let mask {
      combineElements(
        scratch, mask.unsafeBase + step.sequences.lowerBound * cell.outputSize,
        by: kernels.elementwise.multiply, into: scratch, count: count)
    }
    if isBegun {
      add(scratch, to: carried, count: count)
    } else {
      carried.update(from: scratch, count: count)
    }
  }

  private func add(
    _ part: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, count: Int
  ) {
    combineElements(sum, part, by: kernels.elementwise.add, into: sum, count: count)
  }

  /// Adds up the whole gradient of a step's outputs.
  private func gather(_ carried: UnsafeMutablePointer<Float>, _ step: GatedStep) {
    let count = step.count * cell.outputSize
    guard let rows else {
      outputs[step].update(from: carried, count: count)
      return
    }
    combineElements(
      carried, rows.unsafeBase + step.row * cell.outputSize, by: kernels.elementwise.add,
      into: outputs[step], count: count)
  }

  /// Takes from the gradient of a step's outputs what goes to the state that zoneout kept, if any
  /// was.
  private func split(_ step: GatedStep, _ before: UnsafeMutablePointer<Float>) -> Bool {
    let masks = cell.noise?.hiddenKept
    guard masks != nil || cell.zoneout.hidden > 0 else { return false }
    kernels.gates.keep_pullback(
      outputs[step], masks.map { $0.unsafeBase + step.row * cell.outputSize },
      cell.zoneout.hidden, before, step.count * cell.outputSize)
    return true
  }

  /// The gradient of what the units put out.
  private func unitGradients(_ step: GatedStep) -> UnsafeMutablePointer<Float> {
    guard let backwardProjection, let unprojected else { return outputs[step] }
    backwardProjection.multiplyAlone(outputs[step], rows: step.count, into: unprojected[step])
    return unprojected[step]
  }

  /// Takes a cell back whose state is its output alone: `direct` gets the gradient of the state before but
  /// for its products.
  private func backState(_ step: GatedStep, _ direct: UnsafeMutablePointer<Float>) {
    let (gates, before, gradient) = (room.gates[step.row], room.before[step.row], outputs[step])
    if let reset = cell.kind.reset {
      kernels.resets.finish_pullback(
        reset, gates, before, gradient, productGradients[step], direct, step.count, cell.units)
    } else if let newSums = room.newSums {
      kernels.gates.gru_pullback(
        gates, newSums[step.row], cell.units, before, gradient, productGradients[step],
        sumGradients[step], direct, step.count, cell.units)
    }
  }

  /// Takes the second product of a cell back, to the gate before it and to what that gate read.
  private func backReset(
    _ kind: lembra_reset_kind, _ step: GatedStep, _ kept: UnsafeMutablePointer<Float>,
    into read: UnsafeMutablePointer<Float>
  ) {
    normalizeBack(step, product: 1)
    backwardProducts[1].multiplyBack(
      hiddenProductGradients[step.row], rows: step.count, into: kept)
    kernels.resets.begin_pullback(
      kind, room.gates[step.row], room.read[step.row], room.before[step.row], outputs[step],
      kept, productGradients[step], read, step.count, cell.units)
  }

  /// Takes a cell back whose state has vectors beside the output.
  private func backVectors(_ step: GatedStep, _ scratch: UnsafeMutablePointer<Float>) {
    let (row, first) = (step.row, step.sequences.lowerBound)
    if case .slstm = cell.kind {
      var rows = lembra_slstm_backward(
        gates: room.gates[row], slopes: room.slopes?[row], cell: room.vectorsBefore[0][row],
        normalizer: room.vectorsBefore[1][row], gradient: outputs[step],
        cell_gradient: vectors[0][first], normalizer_gradient: vectors[1][first],
        stabilizer_gradient: vectors[2][first])
      kernels.slstms.backward(&rows, step.count, cell.units)
      return
    }
    var kernel = cell.lstm()
    var rows = lembra_lstm_backward(
      gates: room.gates[row], sum_gradient: productGradients[step],
      cell: room.vectorsBefore[0][row],
      masks: cell.noise?.cellKept.map { $0.unsafeBase + row * cell.units },
      gradient: unitGradients(step), cell_gradient: vectors[0][first],
      candidate: room.candidate?[row], scratch: scratch, mean: room.cellNorm.mean[row],
      inverse: room.cellNorm.inverse[row], gamma_sums: sums?[step, places.cellGain],
      beta_sums: sums?[step, places.cellShift], peephole_sums: sums?[step, places.peepholes],
      sums_stride: places.width)
    kernels.lstms.backward(&kernel, &rows, step.count)
  }

  /// Leads the gradients of the normalised sums of a product of the state to the product, and with the
  /// first, which is the last to be taken back, those of the input's.
  private func normalizeBack(_ step: GatedStep, product: Int = 0) {
    guard let inputGain = cell.inputGain, let hiddenGain = cell.hiddenGain else { return }
    lead(
      sumGradients[step], to: hiddenProductGradients[step.row], hiddenGain, room.hiddenNorms,
      (places.hiddenGain, places.hiddenShift), step, cell.groups(of: product))
    guard product == 0 else { return }
    lead(
      productGradients[step], to: inputProductGradients[step.row], inputGain, room.inputNorms,
      (places.inputGain, places.inputShift), step, room.inputNorms.indices)
  }

  /// Leads gradients to products, in whose place they come.
  private func lead(
    _ gradients: UnsafePointer<Float>, to products: UnsafeMutablePointer<Float>, _ gain: Tensor,
    _ norms: [RowNorm], _ places: (gain: Range<Int>, shift: Range<Int>), _ step: GatedStep,
    _ groups: Range<Int>
  ) {
    guard let sums else { return }
    let gain = gain.unsafeBase
    for index in groups {
      let (group, norm) = (cell.normalizedGroups[index], norms[index])
      let start = group.lowerBound
      kernels.rows.layer_norm_pullback_in_place(
        products + start, gain + start, norm.mean[step.row], norm.inverse[step.row],
        gradients + start, sums[step, places.gain] + start, sums[step, places.shift] + start,
        sums.width, step.count, group.count, run.width)
    }
  }
}

import CLembraKernels
import LembraTensor

extension GatedRun {
  /// Backpropagation through time; the gates that were kept are overwritten.
  ///
  /// - Parameters:
  ///   - rows: the gradient of every output, zeros when nil.
  ///   - states: those of the tensors of the last state, likewise.
  /// - Returns: the gradients of the products, of the first state, and of the parameters that there
  ///   are: `R` and its bias, gain and shift of the input's products, the gain of the state's, gain and
  ///   shift of the cell, peepholes and projection.
  func backward(rows: Tensor?, states: [Tensor?]) -> [Tensor?] {
    let way = GatedWayBack(self, rows: rows, states: states)
    way.takeSteps()
    return [way.inputProductGradients.tensor, way.hidden.tensor]
      + (way.vector.map { [$0.tensor] } ?? []) + way.parameterGradients()
  }
}

/// What a run needs on its way back.
private final class GatedWayBack: Sendable {
  private let run: GatedRun
  private let rows: Tensor?

  /// The gradient that flows to the state before, of every sequence.
  let hidden: StepRows
  let vector: StepRows?

  /// The gradient of every output, `[rows, P]`.
  private let outputs: StepRows

  /// Those of what the units put out, `[rows, H]`, where that is projected.
  private let unprojected: StepRows?

  /// Those of what the gates got from the input and from the state, and of the products themselves; the
  /// same where nothing is between them.
  private let productGradients: StepRows
  private let sumGradients: StepRows
  let inputProductGradients: StepRows
  private let hiddenProductGradients: StepRows

  /// Those of an LSTM's normalised cell vector.
  private let normalizedCell: StepRows?

  private let backwardHidden: PackedMatrix
  private let backwardProjection: PackedMatrix?

  private var cell: GatedRecurrence { run.cell }
  private var room: GatedRoom { run.room }

  init(_ run: GatedRun, rows: Tensor?, states: [Tensor?]) {
    let (cell, count, batch) = (run.cell, run.layout.rowCount, run.layout.batchCount)
    func matrix(_ width: Int) -> StepRows { StepRows(rows: count, width: width) }
    self.run = run
    self.rows = rows
    hidden = StepRows(rows: batch, width: cell.outputSize, first: states[0])
    vector = cell.hasCell ? StepRows(rows: batch, width: cell.units, first: states[1]) : nil
    outputs = matrix(cell.outputSize)
    unprojected = cell.projection == nil ? nil : matrix(cell.units)
    productGradients = cell.hasCell ? run.room.gates : matrix(run.width)
    sumGradients = cell.hasCell ? productGradients : matrix(run.width)
    inputProductGradients = cell.inputGain == nil ? productGradients : matrix(run.width)
    hiddenProductGradients = cell.hiddenGain == nil ? sumGradients : matrix(run.width)
    normalizedCell = cell.cellGain == nil ? nil : matrix(cell.units)
    func packed(_ matrix: Tensor) -> PackedMatrix {
      PackedMatrix(matrix, isTransposed: false, work: Double(count) * Double(matrix.shape.count))
    }
    backwardHidden = packed(cell.hidden)
    backwardProjection = cell.projection.map(packed)
  }

  func takeSteps() {
    withExtendedLifetime((self, rows)) {
      run.runTeam { sequences in
        let scratch = Storage(count: max(cell.units, sequences.count * cell.outputSize))
        run.forEachStep(of: sequences, reversed: true) { stepBack($0, scratch.base) }
        withExtendedLifetime(scratch) {}
      }
    }
  }

  /// Takes some sequences back over one step.
  private func stepBack(_ step: GatedStep, _ scratch: UnsafeMutablePointer<Float>) {
    let carried = hidden[step.sequences.lowerBound]
    let count = step.count * cell.outputSize
    gather(carried, step)
    // What reaches the state before directly comes first, then what does through the products.
    var isBegun = split(step, carried)
    if let vector {
      backLSTM(step, vector, scratch)
    } else if isBegun {
      backGRU(step, scratch)
      combineElements(carried, scratch, by: kernels.elementwise.add, into: carried, count: count)
    } else {
      backGRU(step, carried)
      isBegun = true
    }
    normalizeBack(step)
    guard let mask = cell.noise?.recurrent else {
      backwardHidden.multiplyAlone(
        hiddenProductGradients[step.row], rows: step.count, accumulating: isBegun,
        into: carried)
      return
    }
    backwardHidden.multiplyAlone(
      hiddenProductGradients[step.row], rows: step.count, into: scratch)
    let factors = mask.unsafeBase + step.sequences.lowerBound * cell.outputSize
    combineElements(
      scratch, factors, by: kernels.elementwise.multiply, into: isBegun ? scratch : carried,
      count: count)
    if isBegun {
      combineElements(carried, scratch, by: kernels.elementwise.add, into: carried, count: count)
    }
  }

  /// Adds up the whole gradient of a step's outputs.
  private func gather(_ carried: UnsafeMutablePointer<Float>, _ step: GatedStep) {
    let count = step.count * cell.outputSize
    guard let rows else {
      outputs[step.row].update(from: carried, count: count)
      return
    }
    combineElements(
      carried, rows.unsafeBase + step.row * cell.outputSize, by: kernels.elementwise.add,
      into: outputs[step.row],
      count: count)
  }

  /// Takes from the gradient of a step's outputs what goes to the state that zoneout kept, if any
  /// was.
  private func split(_ step: GatedStep, _ before: UnsafeMutablePointer<Float>) -> Bool {
    let masks = cell.noise?.hiddenKept
    guard masks != nil || cell.zoneout.hidden > 0 else { return false }
    kernels.gates.keep_pullback(
      outputs[step.row], masks.map { $0.unsafeBase + step.row * cell.outputSize },
      cell.zoneout.hidden, before, step.count * cell.outputSize)
    return true
  }

  /// The gradient of what the units put out.
  private func unitGradients(_ step: GatedStep) -> UnsafeMutablePointer<Float> {
    guard let backwardProjection, let unprojected else { return outputs[step.row] }
    backwardProjection.multiplyAlone(
      outputs[step.row], rows: step.count, into: unprojected[step.row])
    return unprojected[step.row]
  }

  private func backLSTM(
    _ step: GatedStep, _ vector: StepRows, _ scratch: UnsafeMutablePointer<Float>
  ) {
    guard let cellBefore = room.cellBefore else { return }
    var kernel = cell.lstm()
    var rows = lembra_lstm_backward(
      gates: room.gates[step.row], cell: cellBefore[step.row],
      masks: cell.noise?.cellKept.map { $0.unsafeBase + step.row * cell.units },
      gradient: unitGradients(step), cell_gradient: vector[step.sequences.lowerBound],
      candidate: room.candidate?[step.row], mean: room.cellNorm.mean[step.row],
      inverse: room.cellNorm.inverse[step.row],
      normalized_gradient: normalizedCell?[step.row], scratch: scratch)
    kernels.lstms.backward(&kernel, &rows, step.count)
  }

  private func backGRU(_ step: GatedStep, _ scratch: UnsafeMutablePointer<Float>) {
    kernels.gates.gru_pullback(
      room.gates[step.row], room.sums(step), room.before[step.row], outputs[step.row],
      productGradients[step.row], sumGradients[step.row], scratch, step.count, cell.units)
  }

  /// Leads the gradients of normalised products to the products.
  private func normalizeBack(_ step: GatedStep) {
    guard let inputGain = cell.inputGain, let hiddenGain = cell.hiddenGain,
      let products = run.inputProducts
    else { return }
    lead(
      productGradients, to: inputProductGradients,
      of: products.unsafeBase + step.row * run.width,
      inputGain, room.inputNorms, step)
    lead(
      sumGradients, to: hiddenProductGradients, of: room.products(step), hiddenGain,
      room.hiddenNorms, step)
  }

  private func lead(
    _ gradients: StepRows, to target: StepRows, of products: UnsafePointer<Float>, _ gain: Tensor,
    _ norms: [RowNorm], _ step: GatedStep
  ) {
    let gain = gain.unsafeBase
    for (group, norm) in zip(cell.normalizedGroups, norms) {
      let start = group.lowerBound
      kernels.rows.layer_norm_pullback(
        products + start, gain + start, norm.mean[step.row], norm.inverse[step.row],
        gradients[step.row] + start, target[step.row] + start, step.count, group.count, run.width)
    }
  }

  // MARK: - After the steps

  func parameterGradients() -> [Tensor?] {
    var gradients: [Tensor?] = []
    let (product, sums) = hiddenProductGradients.tensor
      .transposedTimesWithSums(room.read.tensor)
    gradients.append(product)
    let hiddenNorm = cell.hiddenGain.map { _ in
      norms(room.allProducts, sumGradients, room.hiddenNorms)
    }
    if cell.hiddenBias != nil { gradients.append(hiddenNorm?.shift ?? sums) }
    if let products = run.inputProducts {
      let inputNorm = norms(products, productGradients, room.inputNorms)
      gradients.append(inputNorm.gain)
      if cell.inputShift != nil { gradients.append(inputNorm.shift) }
    }
    if let hiddenNorm { gradients.append(hiddenNorm.gain) }
    if let normalizedCell, let candidate = room.candidate {
      let norms = NormGradients(width: cell.units)
      norms.write(candidate.tensor, normalizedCell, room.cellNorm, 0..<cell.units)
      gradients += [norms.tensors.gain, norms.tensors.shift]
    }
    if cell.peepholes != nil { gradients.append(peepholeGradients()) }
    if cell.projection != nil, let units = room.unprojected {
      gradients.append(outputs.tensor.transposedTimesWithSums(units.tensor).product)
    }
    return gradients
  }

  /// The gradients of the gain and the shift of normalised products.
  private func norms(
    _ products: Tensor, _ gradients: StepRows, _ norms: [RowNorm]
  ) -> (gain: Tensor, shift: Tensor) {
    let sums = NormGradients(width: run.width)
    for (group, norm) in zip(cell.normalizedGroups, norms) {
      sums.write(products, gradients, norm, group)
    }
    return sums.tensors
  }

  private func peepholeGradients() -> Tensor? {
    guard let before = room.cellBefore?.tensor, let candidate = room.candidate?.tensor else {
      return nil
    }
    // All gates but the candidate look at a cell vector: the output gate at the new one.
    let (units, last) = (cell.units, cell.gateCount - 1)
    let looking = Array(0..<last - 1) + [last]
    return Tensor(
      stacking: looking.map { gate in
        let own = productGradients.tensor.columns(gate * units..<(gate + 1) * units)
        return (own * (gate == last ? candidate : before)).sum(axis: 0).reshaped(to: [1, units])
      })
  }
}

/// The gradients of the gain and the shift of rows that were normalised, in groups of columns.
private struct NormGradients {
  private let gain: StepRows
  private let shift: StepRows
  private let width: Int

  init(width: Int) {
    gain = StepRows(rows: 1, width: width)
    shift = StepRows(rows: 1, width: width)
    self.width = width
  }

  /// Writes those of one group.
  ///
  /// - Parameters:
  ///   - rows: what was normalised.
  ///   - gradients: those of what it became.
  ///   - norm: the mean and the inverse deviation of each row.
  ///   - group: the columns.
  func write(
    _ rows: Tensor, _ gradients: StepRows, _ norm: RowNorm, _ group: Range<Int>
  ) {
    let count = rows.shape[0]
    withExtendedLifetime((self, rows, gradients, norm)) {
      inParallel(over: group.count, unit: 64, cost: Double(count) * 0.2) { part in
        let start = group.lowerBound + part.lowerBound
        kernels.rows.layer_norm_parameter_pullback(
          rows.unsafeBase + start, norm.mean[0], norm.inverse[0], gradients[0] + start, width,
          gain[0] + start, shift[0] + start, count, part.count)
      }
    }
  }

  var tensors: (gain: Tensor, shift: Tensor) {
    (gain.tensor.sharing(as: [width]), shift.tensor.sharing(as: [width]))
  }
}

import CLembraKernels
import LembraTensor

extension GatedRun {
  /// Backpropagation through time; the gates that were kept are overwritten.
  ///
  /// - Parameters:
  ///   - rows: the gradient of every output, zeros when nil.
  ///   - states: those of the tensors of the last state, likewise.
  /// - Returns: the gradients of the products, of the first state, and of the parameters that there
  ///   are: `R`, its bias, its gain, the cell's gain and shift, peepholes and projection.
  func backward(rows: Tensor?, states: [Tensor?]) -> [Tensor?] {
    let way = GatedWayBack(self, rows: rows, states: states)
    way.takeSteps()
    return [way.productGradients.tensor, way.hidden.tensor]
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

  /// Those of what the gates got from the input and from the state, and of the products of the state;
  /// the same where nothing is between them.
  let productGradients: StepRows
  private let sumGradients: StepRows
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
    hiddenProductGradients = cell.hiddenGain == nil ? sumGradients : matrix(run.width)
    normalizedCell = cell.cellGain == nil ? nil : matrix(cell.units)
    let work = Double(count)
    backwardHidden = PackedMatrix(cell.hidden, isTransposed: false, work: work)
    backwardProjection = cell.projection.map {
      PackedMatrix($0, isTransposed: false, work: work)
    }
  }

  func takeSteps() {
    withExtendedLifetime((self, rows)) {
      run.runTeam { sequences in
        let size = cell.outputSize
        // What reaches the state before directly, and through the products.
        let direct = Storage(count: max(1, sequences.count) * size)
        let scratch = Storage(count: max(cell.units, max(1, sequences.count) * size))
        run.forEachStep(of: sequences, reversed: true) { step in
          let count = step.count * size
          let carried = hidden[step.sequences.lowerBound]
          gather(carried, step)
          split(step, direct.base)
          if let vector {
            backLSTM(step, vector, scratch.base)
          } else {
            backGRU(step, scratch.base)
            addElements(direct.base, scratch.base, into: direct.base, count: count)
          }
          normalizeBack(step)
          backwardHidden.multiplyAlone(
            hiddenProductGradients[step.row], rows: step.count, into: scratch.base)
          if let mask = cell.noise?.recurrent {
            multiplyElements(
              scratch.base, mask.unsafeBase + step.sequences.lowerBound * size,
              into: scratch.base, count: count)
          }
          addElements(direct.base, scratch.base, into: carried, count: count)
        }
        withExtendedLifetime((direct, scratch)) {}
      }
    }
  }

  /// Adds up the whole gradient of a step's outputs.
  private func gather(_ carried: UnsafeMutablePointer<Float>, _ step: GatedStep) {
    let count = step.count * cell.outputSize
    guard let rows else {
      outputs[step.row].update(from: carried, count: count)
      return
    }
    addElements(
      carried, rows.unsafeBase + step.row * cell.outputSize, into: outputs[step.row],
      count: count)
  }

  /// Takes from the gradient of a step's outputs what goes to the state that zoneout kept.
  private func split(_ step: GatedStep, _ direct: UnsafeMutablePointer<Float>) {
    let count = step.count * cell.outputSize
    let masks = cell.noise?.hiddenKept
    guard masks != nil || cell.zoneout.hidden > 0 else {
      direct.update(repeating: 0, count: count)
      return
    }
    kernels.gates.keep_pullback(
      outputs[step.row], masks.map { $0.unsafeBase + step.row * cell.outputSize },
      cell.zoneout.hidden, direct, count)
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
      room.gates[step.row], run.normalizedSums(step), room.before[step.row], outputs[step.row],
      productGradients[step.row], sumGradients[step.row], scratch, step.count, cell.units)
  }

  /// Leads the gradient of normalised products to the products.
  private func normalizeBack(_ step: GatedStep) {
    guard let gain = cell.hiddenGain?.unsafeBase else { return }
    for (group, norm) in zip(cell.normalizedGroups, room.groups) {
      let start = group.lowerBound
      for row in step.row..<step.row + step.count {
        kernels.rows.layer_norm_pullback(
          room.sums[row] + start, gain + start, norm.mean[row], norm.inverse[row],
          sumGradients[row] + start, hiddenProductGradients[row] + start, 1, group.count)
      }
    }
  }

  // MARK: - After the steps

  func parameterGradients() -> [Tensor?] {
    var gradients: [Tensor?] = []
    let (product, sums) = hiddenProductGradients.tensor
      .transposedTimesWithSums(room.read.tensor)
    gradients.append(product)
    if cell.hiddenGain != nil {
      let norms = NormGradients(width: run.width)
      for (group, norm) in zip(cell.normalizedGroups, room.groups) {
        norms.write(room.sums, sumGradients, norm, group)
      }
      let (gain, bias) = norms.tensors
      if cell.hiddenBias != nil { gradients.append(bias) }
      gradients.append(gain)
    } else if cell.hiddenBias != nil {
      gradients.append(sums)
    }
    if let normalizedCell, let candidate = room.candidate {
      let norms = NormGradients(width: cell.units)
      norms.write(candidate, normalizedCell, room.cellNorm, 0..<cell.units)
      gradients += [norms.tensors.gain, norms.tensors.shift]
    }
    if cell.peepholes != nil { gradients.append(peepholeGradients()) }
    if cell.projection != nil, let units = room.unprojected {
      gradients.append(outputs.tensor.transposedTimesWithSums(units.tensor).product)
    }
    return gradients
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
    _ rows: StepRows, _ gradients: StepRows, _ norm: (mean: StepRows, inverse: StepRows),
    _ group: Range<Int>
  ) {
    let count = rows.tensor.shape[0]
    withExtendedLifetime((self, rows, gradients, norm.mean, norm.inverse)) {
      inParallel(over: group.count, unit: 64, cost: Double(count) * 0.2) { part in
        let start = group.lowerBound + part.lowerBound
        kernels.rows.layer_norm_parameter_pullback(
          rows[0] + start, norm.mean[0], norm.inverse[0], gradients[0] + start, width,
          gain[0] + start, shift[0] + start, count, part.count)
      }
    }
  }

  var tensors: (gain: Tensor, shift: Tensor) {
    (gain.tensor.sharing(as: [width]), shift.tensor.sharing(as: [width]))
  }
}

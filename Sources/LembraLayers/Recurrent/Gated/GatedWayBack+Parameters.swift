import CLembraKernels
import LembraTensor

extension GatedWayBack {
  /// Adds the gradients of the parameters, after all steps.
  ///
  /// - Parameters:
  ///   - input: the rows that were read.
  ///   - sums: what they are added to, in the order of ``GatedRun/backward(_:rows:states:onto:)``.
  ///   - place: where those of the parameters begin.
  func addParameterGradients(_ input: Tensor, to sums: inout [Tensor?], from place: Int) {
    let blocks = run.layout.gradientBlockRows(run.steps.direction)
    var place = place
    /// Of a shift, if there is one, and of a gain.
    func add(
      hasShift: Bool, _ sumOf: (Range<Int>) -> (gain: Tensor, shift: Tensor)
    ) {
      let gain = place + (hasShift ? 1 : 0)
      for rows in blocks {
        let own = sumOf(rows)
        if hasShift { sums[place].add(own.shift) }
        sums[gain].add(own.gain)
      }
      place = gain + 1
    }
    sums.addAffine(at: &place, hasBias: cell.inputBias != nil) {
      inputProductGradients.tensor.addTransposedTimes(input, blocks: blocks, to: &$0, &$1)
    }
    let isNormalized = cell.hiddenGain != nil
    sums.addAffine(at: &place, hasBias: cell.hiddenBias != nil && !isNormalized) {
      addHiddenGradients(blocks, to: &$0, &$1)
    }
    if isNormalized, let products = run.inputProducts {
      add(hasShift: cell.hiddenBias != nil) {
        norms(room.allProducts, sumGradients, room.hiddenNorms, $0)
      }
      add(hasShift: cell.inputShift != nil) {
        norms(products, productGradients, room.inputNorms, $0)
      }
    }
    if let normalizedCell, let candidate = room.candidate {
      add(hasShift: true) { rows in
        let norms = NormGradients(width: cell.units)
        norms.write(candidate.tensor, normalizedCell, room.cellNorm, 0..<cell.units, rows)
        return norms.tensors
      }
    }
    if cell.peepholes != nil {
      for rows in blocks { sums[place].add(peepholeGradients(rows)) }
      place += 1
    }
    if cell.projection != nil, let units = room.unprojected {
      sums.addAffine(at: &place, hasBias: false) {
        outputs.tensor.addTransposedTimes(units.tensor, blocks: blocks, to: &$0, &$1)
      }
    }
  }

  /// Those of `R` and of its bias.
  private func addHiddenGradients(
    _ rows: [Range<Int>], to product: inout Tensor?, _ sums: inout Tensor?
  ) {
    let isFresh = product == nil && sums == nil
    var total = product.take() ?? .beginningSum(cell.hidden.shape, isFresh: isFresh)
    var columns = sums.take() ?? .beginningSum([run.width], isFresh: isFresh)
    let (weights, bias) = (total.unsafeMutableBase(), columns.unsafeMutableBase())
    for (blocks, states) in zip(cell.products, [room.read, room.kept]) {
      guard let states else { continue }
      blocks.addGradients(
        gates: hiddenProductGradients.tensor, states: states.tensor, rows: rows,
        isFresh: isFresh, weights: weights, bias: bias)
    }
    (product, sums) = (total, columns)
  }

  /// What some rows add to the gradients of the gain and the shift of normalised products.
  private func norms(
    _ products: Tensor, _ gradients: StepRows, _ norms: [RowNorm], _ rows: Range<Int>
  ) -> (gain: Tensor, shift: Tensor) {
    let sums = NormGradients(width: run.width)
    for (group, norm) in zip(cell.normalizedGroups, norms) {
      sums.write(products, gradients, norm, group, rows)
    }
    return sums.tensors
  }

  private func peepholeGradients(_ rows: Range<Int>) -> Tensor {
    guard let before = room.vectorsBefore.first?.tensor, let candidate = room.candidate?.tensor
    else {
      return Tensor(zeros: [cell.gateCount - 1, cell.units])
    }
    // All gates but the candidate look at a cell vector: the output gate at the new one.
    let (units, last) = (cell.units, cell.gateCount - 1)
    let looking = Array(0..<last - 1) + [last]
    let gradients = productGradients.tensor.rows(rows)
    return Tensor(
      stacking: looking.map { gate in
        let own = gradients.columns(gate * units..<(gate + 1) * units)
        let cells = (gate == last ? candidate : before).rows(rows)
        return (own * cells).sum(axis: 0).reshaped(to: [1, units])
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
  ///   - part: the rows that have a part in it.
  func write(
    _ rows: Tensor, _ gradients: StepRows, _ norm: RowNorm, _ group: Range<Int>,
    _ part: Range<Int>
  ) {
    withExtendedLifetime((self, rows, gradients, norm)) {
      inParallel(over: group.count, unit: 64, cost: Double(part.count) * 0.2) { columns in
        let (start, row) = (group.lowerBound + columns.lowerBound, part.lowerBound)
        kernels.rows.layer_norm_parameter_pullback(
          rows.unsafeBase + row * width + start, norm.mean[row], norm.inverse[row],
          gradients[row] + start, width, gain[0] + start, shift[0] + start, part.count,
          columns.count)
      }
    }
  }

  var tensors: (gain: Tensor, shift: Tensor) {
    (gain.tensor.sharing(as: [width]), shift.tensor.sharing(as: [width]))
  }
}

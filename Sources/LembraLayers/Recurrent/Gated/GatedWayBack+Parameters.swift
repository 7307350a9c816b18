import CLembraKernels
import LembraTensor

extension GatedWayBack {
  /// The gradients of the parameters that there are, once all steps are taken.
  func parameterGradients() -> [Tensor?] {
    var gradients: [Tensor?] = []
    let (product, sums) = hiddenGradients()
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

  /// Those of `R` and of its bias where nothing is normalised.
  private func hiddenGradients() -> (product: Tensor, sums: Tensor) {
    var sums = Tensor(shape: [run.width]) { _ in }
    let product = Tensor(shape: cell.hidden.shape) { out in
      sums.withMutableElements { sums in
        for (blocks, states) in zip(cell.products, [room.read, room.kept]) {
          guard let states else { continue }
          blocks.writeGradients(
            gates: hiddenProductGradients.tensor, states: states.tensor, weights: out, bias: sums)
        }
      }
    }
    return (product, sums)
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
    guard let before = room.vectorsBefore.first?.tensor, let candidate = room.candidate?.tensor
    else {
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

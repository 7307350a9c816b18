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
    sums.addAffine(at: &place, hasBias: cell.inputBias != nil) {
      inputProductGradients.tensor.addTransposedTimes(input, blocks: blocks, to: &$0, &$1)
    }
    let isNormalized = cell.hiddenGain != nil
    sums.addAffine(at: &place, hasBias: cell.hiddenBias != nil && !isNormalized) {
      addHiddenGradients(blocks, to: &$0, &$1)
    }
    let summed = cell.summedParameters(places)
    if let own = self.sums {
      let range = place..<place + summed.count
      sums.replaceSubrange(range, with: own.totals(summed, onto: Array(sums[range])))
      place = range.upperBound
    }
    if cell.projection != nil, let units = room.unprojected {
      sums.addAffine(at: &place, hasBias: false) {
        outputs.rows.tensor.addTransposedTimes(units.tensor, blocks: blocks, to: &$0, &$1)
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
}

import LembraTensor

/// What the products of one step of a gated cell are, however they are computed.
struct StepSums: Sendable {
  /// What the gates get from the input.
  let input: Tensor

  fileprivate let products: @Sendable (_ rows: Tensor, _ product: Int) -> Tensor

  /// The output, of what the units make.
  let output: @Sendable (_ units: Tensor) -> Tensor

  /// What the gates of a product get from the state, or from what is left of it.
  func hidden(_ rows: Tensor, product: Int = 0) -> Tensor { products(rows, product) }
}

extension GatedRecurrence {
  /// The products of a step that reads `rows`: the definition.
  func sums(_ rows: Tensor) -> StepSums {
    StepSums(
      input: normalized(input: rows.affine(input, inputBias)),
      products: { normalized(hidden: products[$1]($0, hidden, productBias), of: $1) },
      output: { units in projection.map { units.affine($0) } ?? units })
  }

  /// The stepper of a cell that advances from its products: it packs weights once, and multiplies the
  /// parts of an input apart, which sums that are normalised are made of before they are.
  func stepper(
    _ inputSizes: [Int],
    _ advance: @escaping @Sendable (StepSums, [Tensor], RecurrentNoise?) -> [Tensor]
  ) -> CellStepper {
    let maps = products.map { $0.repeated(hidden, productBias) }
    let projection = projection.map { RepeatedAffine($0) }
    return CellStepper(input, inputBias, inputSizes) { x, state, noise in
      let sums = StepSums(
        input: normalized(input: x), products: { normalized(hidden: maps[$1]($0), of: $1) },
        output: { projection?($0) ?? $0 })
      return advance(sums, state, noise)
    }
  }

  /// The bias of the products of the state; after normalisation it is a shift.
  private var productBias: Tensor? { gains == nil ? hiddenBias : nil }

  private func normalized(input sums: Tensor) -> Tensor {
    gains?.normalized(sums, \.input, inputShift, normalizedGroups) ?? sums
  }

  private func normalized(hidden sums: Tensor, of product: Int) -> Tensor {
    gains?.normalized(
      sums, \.hidden, hiddenBias, Array(normalizedGroups[groups(of: product)])) ?? sums
  }
}

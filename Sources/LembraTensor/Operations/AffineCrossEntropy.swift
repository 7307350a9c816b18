import CLembraKernels

extension Tensor {
  /// The mean cross entropy of the logits `x Wᵀ + b` with one right class a row.
  ///
  /// It gives the bits of
  ///
  ///     x.affine(weight, bias).crossEntropies(targets).sum() / count
  ///
  /// and of its gradients without ever holding all logits, their logarithms and their gradients:
  /// for many classes, such as the words of a language, they are the largest tensors of a model.
  /// 256 rows at a time are brought to their losses and on to the gradients, which are kept instead.
  ///
  /// - Parameters:
  ///   - weight: `W`, `[V, I]`.
  ///   - bias: `b`, `[V]`, or nil for none.
  ///   - targets: the class of each row, or nil for a row that does not count.
  ///   - classWeights: as for ``crossEntropies(_:classWeights:labelSmoothing:)``.
  ///   - labelSmoothing: as there.
  /// - Returns: the losses added up and divided by the number of rows that count, or by the weights
  ///   of their classes added up; one number.
  /// - Precondition: this is a matrix `[rows, I]`, the extents agree, and a row counts.
  public func affineCrossEntropy(
    _ weight: Tensor, _ bias: Tensor? = nil, targets: [Int?], classWeights: Tensor? = nil,
    labelSmoothing: Float = 0
  ) -> Tensor {
    precondition(
      shape.rank == 2 && weight.shape.rank == 2 && shape[1] == weight.shape[1],
      "affineCrossEntropy: input \(shape) does not match weight \(weight.shape)")
    precondition(
      bias.map { $0.shape == [weight.shape[0]] } ?? true,
      "affineCrossEntropy: bias \(bias?.shape ?? []) does not match weight \(weight.shape)")
    precondition(
      targets.count == shape[0], "affineCrossEntropy: \(targets.count) targets for \(shape)")
    let classes = ClassTargets(
      targets, logits: [shape[0], weight.shape[0]], weights: classWeights,
      smoothing: labelSmoothing, operation: "affineCrossEntropy")
    let total = Float(classes.total)
    precondition(total > 0, "affineCrossEntropy: no row counts")
    let pass = AffineLossPass(self, weight, bias, classes, share: 1 / total)
    let mean = pass.losses.sum() / total
    let inputs = [self, weight] + (bias.map { [$0] } ?? [])
    return Tensor.recorded([mean], from: inputs) { gradients in
      guard let factor = gradients[0]?.scalar else { return [nil, nil, nil] }
      return [pass.inputGradient, pass.weightGradient, pass.biasGradient].map { gradient in
        factor == 1 ? gradient : gradient.map { $0 * factor }
      }
    }[0]
  }
}

/// The losses of an affine map's rows, and the gradients of their mean, some rows at a time.
private struct AffineLossPass {
  /// The rows whose logits are held at once: a block of the sums of a transposed product, which are
  /// so added up in the order that they have over all rows.
  private static let chunk = 256

  private(set) var losses: Tensor
  private(set) var inputGradient: Tensor?
  private(set) var weightGradient: Tensor?
  private(set) var biasGradient: Tensor?

  /// Goes through all rows; `share` is the gradient of the loss of one.
  init(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ classes: ClassTargets, share: Float) {
    let (rows, inputs, count) = (x.shape[0], x.shape[1], weight.shape[0])
    let needsSums = weight.isTracked || bias?.isTracked ?? false
    let work = Double(rows) * Double(weight.shape.count)
    let forward = PackedMatrix(weight, isTransposed: true, work: work)
    let backward = x.isTracked ? PackedMatrix(weight, isTransposed: false, work: work) : nil

    losses = Tensor(shape: [rows]) { _ in }
    if x.isTracked { inputGradient = Tensor(shape: x.shape) { _ in } }
    if needsSums {
      weightGradient = Tensor(shape: weight.shape) { _ in }
      biasGradient = Tensor(shape: [count]) { _ in }
    }
    let logits = Storage(count: min(rows, Self.chunk) * count)
    let shares = Tensor(repeating: share, shape: [min(rows, Self.chunk)])
    for start in stride(from: 0, to: rows, by: Self.chunk) {
      let part = start..<min(start + Self.chunk, rows)
      let from = x.unsafeBase + start * inputs
      forward.multiply(from, rows: part.count, bias: bias?.unsafeBase, into: logits.base)
      takeLosses(
        of: part, classes, logits.base, count,
        shares: backward != nil || needsSums ? shares.unsafeBase : nil)
      if let to = inputGradient?.unsafeMutableBase() {
        backward?.multiply(
          logits.base, rows: part.count, bias: nil, into: to + start * inputs)
      }
      if let to = weightGradient?.unsafeMutableBase() {
        multiplyTransposed(
          lembra_multiply_transposed(
            a: logits.base, a_stride: count, b: from, b_stride: inputs,
            accumulate: start > 0 ? 1 : 0, c: to, c_stride: inputs,
            sums: biasGradient?.unsafeMutableBase(), m: part.count, k: count, n: inputs))
      }
    }
    withExtendedLifetime((x, bias, logits, shares)) {}
  }

  /// Writes the losses of the rows `part`, whose logits are overwritten by their gradients, or by
  /// their logarithms of the softmax where there are no `shares`.
  private mutating func takeLosses(
    of part: Range<Int>, _ classes: ClassTargets, _ logits: UnsafeMutablePointer<Float>,
    _ count: Int, shares: UnsafePointer<Float>?
  ) {
    losses.withMutableElements { losses in
      inParallel(over: part.count, cost: Double(count) * 1.5) { own in
        let y = logits + own.lowerBound * count
        let rows = part.lowerBound + own.lowerBound..<part.lowerBound + own.upperBound
        kernels.rows.log_softmax(y, y, own.count, count)
        classes.losses(y, rows, losses + rows.lowerBound)
        if let shares { classes.pullback(y, rows, shares, y) }
      }
    }
  }
}

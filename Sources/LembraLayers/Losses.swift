public import LembraTensor

extension Tensor {
  /// The mean of `(self - target)²` over all elements.
  ///
  /// - Precondition: the shapes are equal and not empty. This holds for the other losses too.
  public func meanSquaredError(to target: Tensor) -> Tensor {
    difference(to: target).squared().mean()
  }

  /// The mean of `|self - target|` over all elements.
  public func meanAbsoluteError(to target: Tensor) -> Tensor {
    difference(to: target).absolute().mean()
  }

  /// The mean of Huber's loss: `d² / 2` where the difference `d` is at most `threshold`, and
  /// `threshold (|d| - threshold / 2)` beyond (Huber, 1964).
  public func huberLoss(to target: Tensor, threshold: Float = 1) -> Tensor {
    precondition(threshold > 0, "huberLoss: the threshold \(threshold) is not above 0")
    let distance = difference(to: target).absolute()
    let inner = distance.clamped(to: 0...threshold)
    // Where the difference is beyond the threshold, `inner` is the threshold itself.
    return (inner * (distance - inner * 0.5)).mean()
  }

  /// The mean cross entropy of rows of logits with one right class a row.
  ///
  /// With class weights a row counts as much as its class, as in PyTorch: the mean is the sum of
  /// the rows' losses divided by the sum of their classes' weights.
  ///
  /// - Parameters:
  ///   - targets: the class of each row, or nil for a row that does not count.
  ///   - classWeights: a constant for each class, `[classes]`; 1 each when nil.
  ///   - labelSmoothing: the share of each target that is spread over all classes; see
  ///     `Tensor.crossEntropies(_:classWeights:labelSmoothing:)`.
  /// - Returns: the mean over the rows that count.
  /// - Precondition: at least one row counts.
  public func crossEntropy(
    _ targets: [Int?], classWeights: Tensor? = nil, labelSmoothing: Float = 0
  ) -> Tensor {
    let losses = crossEntropies(
      targets, classWeights: classWeights, labelSmoothing: labelSmoothing)
    let weights = classWeights?.array
    let total = targets.reduce(0.0) { total, target in
      target.map { total + Double(weights?[$0] ?? 1) } ?? total
    }
    precondition(total > 0, "crossEntropy: no row counts")
    return losses.sum() / Float(total)
  }

  /// The mean binary cross entropy of logits `x` with targets `y` from 0 to 1: the loss of labels
  /// that do not exclude each other.
  ///
  ///     -(p y log σ(x) + (1 - y) log(1 - σ(x)))
  ///
  /// - Parameters:
  ///   - target: `y`, of the shape of the logits.
  ///   - positiveWeights: `p`, what a missed label costs: a constant for each column, `[columns]`;
  ///     1 each when nil.
  /// - Returns: the mean over all elements.
  public func binaryCrossEntropy(to target: Tensor, positiveWeights: Tensor? = nil) -> Tensor {
    precondition(
      shape == target.shape, "a loss compares equal shapes, not \(shape) and \(target.shape)")
    precondition(
      positiveWeights.map { $0.shape == [shape.columns] } ?? true,
      "binaryCrossEntropy: weights \(positiveWeights?.shape ?? []) for logits \(shape)")
    // -log σ(x) = softplus(-x) loses no digits where the loss is small.
    let missed = target * (-self).softplus()
    let wrong = (1 - target) * softplus()
    return ((positiveWeights.map { missed * $0.detached } ?? missed) + wrong).mean()
  }

  private func difference(to target: Tensor) -> Tensor {
    precondition(
      shape == target.shape, "a loss compares equal shapes, not \(shape) and \(target.shape)")
    return self - target
  }
}

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
  /// - Parameter targets: the class of each row, or nil for a row that does not count.
  /// - Returns: the mean over the rows that count.
  /// - Precondition: at least one row counts.
  public func crossEntropy(_ targets: [Int?]) -> Tensor {
    let count = targets.count { $0 != nil }
    precondition(count > 0, "crossEntropy: no row counts")
    return crossEntropies(targets).sum() / Float(count)
  }

  private func difference(to target: Tensor) -> Tensor {
    precondition(
      shape == target.shape, "a loss compares equal shapes, not \(shape) and \(target.shape)")
    return self - target
  }
}

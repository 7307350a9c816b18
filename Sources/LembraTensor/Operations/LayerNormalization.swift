import CLembraKernels

extension Tensor {
  /// Each row brought to mean 0 and variance 1, then scaled and shifted by column.
  ///
  ///     y = (x - mean) / √(variance + ε) · scale + shift
  ///
  /// - Parameters:
  ///   - scale: `[columns]`.
  ///   - shift: `[columns]`.
  ///   - epsilon: what keeps a constant row from a division by zero.
  /// - Returns: a tensor of this tensor's shape.
  /// - Precondition: `scale` and `shift` have one element a column.
  /// - Note: Ba, Kiros and Hinton, "Layer normalization", 2016. The variance is that of the row
  ///   itself, divided by the number of columns.
  public func layerNormalized(scale: Tensor, shift: Tensor, epsilon: Float = 1e-5) -> Tensor {
    let (rows, columns) = (shape.rows, shape.columns)
    precondition(
      scale.shape == [columns] && shift.shape == [columns],
      "layerNormalized: scale \(scale.shape) and shift \(shift.shape) do not fit \(shape)")
    var means = Tensor(zeros: [rows])
    var inverses = Tensor(zeros: [rows])
    let result = Tensor(shape: shape) { out in
      means.withMutableElements { means in
        inverses.withMutableElements { inverses in
          withElementsOf(self, scale, shift) { x, scale, shift in
            inParallel(over: rows, cost: Double(columns) * 0.15) { part in
              let start = part.lowerBound * columns
              kernels.rows.layer_norm(
                x + start, scale, shift, epsilon, out + start, means + part.lowerBound,
                inverses + part.lowerBound, part.count, columns, columns)
            }
          }
        }
      }
    }
    let (x, mean, inverse) = (self, means, inverses)
    return Tensor.recorded([result], from: [x, scale, shift]) { gradients in
      guard let gradient = gradients[0] else { return [nil, nil, nil] }
      let input = x.isTracked ? x.normalizedPullback(gradient, scale, mean, inverse) : nil
      guard scale.isTracked || shift.isTracked else { return [input, nil, nil] }
      let (scaleGradient, shiftGradient) = x.normalizedParameterPullback(gradient, mean, inverse)
      return [input, scaleGradient, shiftGradient]
    }[0]
  }

  private func normalizedPullback(
    _ gradient: Tensor, _ scale: Tensor, _ mean: Tensor, _ inverse: Tensor
  ) -> Tensor {
    Tensor(shape: shape) { out in
      withElementsOf(self, gradient, scale) { x, gradient, scale in
        withElementsOf(mean, inverse) { mean, inverse in
          let columns = shape.columns
          inParallel(over: shape.rows, cost: Double(columns) * 0.15) { part in
            let start = part.lowerBound * columns
            kernels.rows.layer_norm_pullback(
              x + start, scale, mean + part.lowerBound, inverse + part.lowerBound,
              gradient + start, out + start, part.count, columns, columns)
          }
        }
      }
    }
  }

  private func normalizedParameterPullback(
    _ gradient: Tensor, _ mean: Tensor, _ inverse: Tensor
  ) -> (scale: Tensor, shift: Tensor) {
    let columns = shape.columns
    var shift = Tensor(zeros: [columns])
    let scale = Tensor(shape: [columns]) { scale in
      shift.withMutableElements { shift in
        withElementsOf(self, gradient) { x, gradient in
          withElementsOf(mean, inverse) { mean, inverse in
            inParallel(over: columns, unit: 64, cost: Double(shape.rows) * 0.2) { part in
              let start = part.lowerBound
              kernels.rows.layer_norm_parameter_pullback(
                x + start, mean, inverse, gradient + start, columns, scale + start,
                shift + start, shape.rows, part.count)
            }
          }
        }
      }
    }
    return (scale, shift)
  }
}

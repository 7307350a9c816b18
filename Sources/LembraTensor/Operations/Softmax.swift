import CLembraKernels

extension Tensor {
  /// `exp(x) / Σ exp(x)` over each row.
  public func softmax() -> Tensor {
    let y = mappingRows(kernels.rows.softmax)
    return .recorded(
      y, receiving { y.pullingRows(back: $0, kernels.rows.softmax_pullback) })
  }

  /// `log softmax(x)` over each row, without overflow.
  public func logSoftmax() -> Tensor {
    let y = mappingRows(kernels.rows.log_softmax)
    return .recorded(
      y, receiving { y.pullingRows(back: $0, kernels.rows.log_softmax_pullback) })
  }

  typealias RowKernel =
    @convention(c) (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Int) -> Void

  private typealias RowPullback =
    @convention(c) (
      UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Int
    ) -> Void

  func mappingRows(_ kernel: RowKernel) -> Tensor {
    let columns = shape.columns
    return Tensor(shape: shape) { out in
      withElements { x in
        inParallel(over: shape.rows, cost: Double(columns)) { part in
          let start = part.lowerBound * columns
          kernel(x + start, out + start, part.count, columns)
        }
      }
    }
  }

  private func pullingRows(back gradient: Tensor, _ kernel: RowPullback) -> Tensor {
    let columns = shape.columns
    return Tensor(shape: shape) { out in
      withElementsOf(self, gradient) { y, gradient in
        inParallel(over: shape.rows, cost: Double(columns)) { part in
          let start = part.lowerBound * columns
          kernel(y + start, gradient + start, out + start, part.count, columns)
        }
      }
    }
  }
}

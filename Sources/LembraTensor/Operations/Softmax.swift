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

  /// `-log softmax(x)[target]` of each row: the cross entropy with one right class a row.
  ///
  /// - Parameter targets: the right class of each row, or nil for a row that does not count, whose
  ///   value is 0.
  /// - Returns: `[rows]`.
  /// - Precondition: there is one target a row, and each is one of the columns.
  public func crossEntropies(_ targets: [Int?]) -> Tensor {
    let (rows, columns) = (shape.rows, shape.columns)
    precondition(targets.count == rows, "crossEntropies: \(targets.count) targets for \(shape)")
    let places = targets.map { target -> Int32 in
      guard let target else { return -1 }
      precondition(
        target >= 0 && target < columns, "crossEntropies: class \(target) is not in \(shape)")
      return Int32(target)
    }
    let logarithms = mappingRows(kernels.rows.log_softmax)
    let result = Tensor(shape: [rows]) { out in
      logarithms.withElements {
        kernels.rows.negative_log_likelihood($0, places, out, rows, columns)
      }
    }
    return .recorded(
      result,
      receiving { [shape] gradient in
        Tensor(shape: shape) { out in
          withElementsOf(logarithms, gradient) { y, gradient in
            kernels.rows.cross_entropy_pullback(y, places, gradient, out, rows, columns)
          }
        }
      })
  }

  private typealias RowKernel =
    @convention(c) (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Int) -> Void

  private typealias RowPullback =
    @convention(c) (
      UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Int
    ) -> Void

  private func mappingRows(_ kernel: RowKernel) -> Tensor {
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

import CLembraKernels

extension Tensor {
  /// The same elements in another shape; nothing is copied.
  ///
  /// - Precondition: the shapes have the same number of elements.
  public func reshaped(to shape: Shape) -> Tensor {
    precondition(
      shape.count == self.shape.count, "reshaped: \(self.shape) does not fill \(shape)")
    if shape == self.shape { return self }
    let before = self.shape
    return .recorded(sharing(as: shape), receiving { $0.sharing(as: before) })
  }

  /// The matrix with rows and columns exchanged.
  ///
  /// - Precondition: there are two axes.
  public func transposed() -> Tensor {
    precondition(shape.rank == 2, "transposed: \(shape) is not a matrix")
    let (rows, columns) = (shape[0], shape[1])
    let result = Tensor(shape: Shape(rows: columns, columns: rows)) { out in
      withElements { kernels.rows.transpose($0, columns, out, rows, rows, columns) }
    }
    return .recorded(result, receiving { $0.transposed() })
  }

  /// The tensor with its last two axes exchanged.
  ///
  /// - Precondition: there are two axes at least.
  public func exchangingLastAxes() -> Tensor {
    let rank = shape.rank
    precondition(rank >= 2, "exchangingLastAxes: \(shape) has no two axes")
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    let exchanged = shape.replacing(rank - 2, with: columns).replacing(rank - 1, with: rows)
    let matrices = shape.count / max(rows * columns, 1)
    let result = Tensor(shape: exchanged) { out in
      withElements { x in
        inParallel(over: matrices, cost: Double(rows * columns) * 0.5) { part in
          for matrix in part {
            let start = matrix * rows * columns
            kernels.rows.transpose(x + start, columns, out + start, rows, rows, columns)
          }
        }
      }
    }
    return .recorded(result, receiving { $0.exchangingLastAxes() })
  }

  /// The rows in `range`, a row being all that has the same index along the first axis.
  ///
  /// - Precondition: there is a first axis, and `range` lies within it.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(
      shape.rank > 0 && range.lowerBound >= 0 && range.upperBound <= shape[0],
      "rows: \(range) is not within \(shape)")
    if range.count == shape[0] { return self }
    let before = shape
    let width = before.count / max(before[0], 1)
    let part = before.replacing(0, with: range.count)
    let result = Tensor(shape: part) { out in
      withElements { out.update(from: $0 + range.lowerBound * width, count: part.count) }
    }
    return .recorded(
      result,
      receiving { gradient in
        var whole = Tensor(zeros: before)
        whole.withMutableElements { out in
          gradient.withElements {
            (out + range.lowerBound * width).update(from: $0, count: part.count)
          }
        }
        return whole
      })
  }

  /// The rows cut into consecutive parts of these heights.
  ///
  /// It is one record on the tape, however many parts there are: as many single ``rows(_:)`` would
  /// each add a gradient of the whole height.
  ///
  /// - Precondition: the heights sum up to the extent of the first axis.
  package func splittingRows(_ heights: [Int]) -> [Tensor] {
    let whole = detached
    precondition(
      heights.reduce(0, +) == shape[0], "splittingRows: \(heights) do not add up to \(shape)")
    var start = 0
    let parts = heights.map { height in
      defer { start += height }
      return whole.rows(start..<start + height)
    }
    return Tensor.recorded(parts, from: [self]) { gradients in
      let given = zip(gradients, parts).map { $0 ?? Tensor(zeros: $1.shape) }
      return [Tensor(stacking: given)]
    }
  }

  /// The columns in `range`, a column being all that has the same index along the last axis.
  ///
  /// - Precondition: there is a last axis, and `range` lies within it.
  public func columns(_ range: Range<Int>) -> Tensor {
    precondition(
      shape.rank > 0 && range.lowerBound >= 0 && range.upperBound <= shape.columns,
      "columns: \(range) is not within \(shape)")
    if range.count == shape.columns { return self }
    let before = shape
    let part = before.replacing(before.rank - 1, with: range.count)
    let result = Tensor(shape: part) { out in
      withElements { x in
        kernels.rows.copy_rows(
          x + range.lowerBound, before.columns, out, range.count, before.rows, range.count)
      }
    }
    return .recorded(
      result,
      receiving { gradient in
        var whole = Tensor(zeros: before)
        whole.withMutableElements { out in
          gradient.withElements { x in
            kernels.rows.copy_rows(
              x, range.count, out + range.lowerBound, before.columns, before.rows, range.count)
          }
        }
        return whole
      })
  }

  /// Puts tensors one after the other along the first axis.
  ///
  /// - Precondition: there is at least one, and all other axes agree.
  public init(stacking parts: [Tensor]) {
    precondition(!parts.isEmpty, "stacking: there are no parts")
    let rest = parts[0].shape.removing(0)
    for part in parts {
      precondition(
        part.shape.rank == rest.rank + 1 && part.shape.removing(0) == rest,
        "stacking: shapes \(parts[0].shape) and \(part.shape) differ beyond the first axis")
    }
    let heights = parts.map(\.shape[0])
    let shape = parts[0].shape.replacing(0, with: heights.reduce(0, +))
    let result = Tensor(shape: shape) { out in
      var place = out
      for part in parts {
        part.withElements { place.update(from: $0, count: part.shape.count) }
        place += part.shape.count
      }
    }
    self =
      Tensor.recorded([result], from: parts) { gradients in
        var start = 0
        return heights.map { height in
          defer { start += height }
          return gradients[0]?.rows(start..<start + height)
        }
      }[0]
  }

  /// Puts tensors side by side along the last axis.
  ///
  /// - Precondition: there is at least one, and all other axes agree.
  public init(concatenatingColumns parts: [Tensor]) {
    precondition(!parts.isEmpty, "concatenating: there are no parts")
    let axis = parts[0].shape.rank - 1
    let widths = parts.map(\.shape.columns)
    let shape = parts[0].shape.replacing(axis, with: widths.reduce(0, +))
    for part in parts {
      precondition(
        part.shape.replacing(axis, with: shape.columns) == shape,
        "concatenating: shapes \(parts[0].shape) and \(part.shape) differ before the last axis")
    }
    let result = Tensor(shape: shape) { out in
      var start = 0
      for (part, width) in zip(parts, widths) {
        part.withElements { x in
          kernels.rows.copy_rows(x, width, out + start, shape.columns, shape.rows, width)
        }
        start += width
      }
    }
    self =
      Tensor.recorded([result], from: parts) { gradients in
        var start = 0
        return widths.map { width in
          defer { start += width }
          return gradients[0]?.columns(start..<start + width)
        }
      }[0]
  }
}

import CLembraKernels

// Sums are carried in double precision and in one fixed order, whatever the number of threads.

extension Tensor {
  /// The sum of all elements, as a single number.
  public func sum() -> Tensor {
    let total = Float(blockTotal(kernels.rows.sum, kernels.rows.block_sums))
    return .recorded(
      Tensor(total), receiving { [shape] in Tensor(repeating: $0.scalar, shape: shape) })
  }

  /// The mean of all elements, as a single number.
  ///
  /// - Precondition: there is at least one element.
  public func mean() -> Tensor {
    precondition(shape.count > 0, "mean: a tensor of shape \(shape) has no elements")
    return sum() / Float(shape.count)
  }

  /// The sum along `axis`, which the result no longer has.
  public func sum(axis: Int) -> Tensor {
    let result = shape.removing(axis)
    let inner = shape.extents[(axis + 1)...].reduce(1, *)
    let outer = shape.extents[..<axis].reduce(1, *)
    let length = shape[axis]
    if result.count == 0 { return Tensor(zeros: result) }
    if inner == 1 { return reshaped(to: [outer, length]).rowSums().reshaped(to: result) }
    if outer == 1 { return reshaped(to: [length, inner]).columnSums().reshaped(to: result) }
    return middleSums(outer, length, inner).reshaped(to: result)
  }

  /// The mean along `axis`, which the result no longer has.
  ///
  /// - Precondition: the axis is not empty.
  public func mean(axis: Int) -> Tensor {
    precondition(shape[axis] > 0, "mean: axis \(axis) of \(shape) is empty")
    return sum(axis: axis) / Float(shape[axis])
  }

  /// The largest element of each row, `[rows]`.
  ///
  /// The gradient goes to the first that is largest.
  ///
  /// - Precondition: rows are not empty.
  public func rowMaxima() -> Tensor {
    let columns = shape.columns
    precondition(columns > 0, "rowMaxima: rows of \(shape) are empty")
    let result = Tensor(shape: [shape.rows]) { out in
      withElements { kernels.rows.row_maxima($0, out, shape.rows, columns) }
    }
    return .recorded(
      result,
      receiving { [self] gradient in
        var spread = Tensor(zeros: shape)
        let places = argmax()
        spread.withMutableElements { out in
          gradient.withElements { gradient in
            for (row, place) in places.enumerated() { out[row * columns + place] = gradient[row] }
          }
        }
        return spread
      })
  }

  /// The column of the largest element of each row, the first if there are several.
  ///
  /// - Precondition: rows are not empty.
  public func argmax() -> [Int] {
    precondition(shape.columns > 0, "argmax: rows of \(shape) are empty")
    let places = [Int32](unsafeUninitializedCapacity: shape.rows) { out, count in
      if let out = out.baseAddress {
        withElements { kernels.rows.row_argmaxima($0, out, shape.rows, shape.columns) }
      }
      count = shape.rows
    }
    return places.map(Int.init)
  }

  /// The sum of the squares of all elements, in double precision; nothing is recorded.
  package var sumOfSquares: Double {
    blockTotal(kernels.rows.sum_of_squares, kernels.rows.block_sums_of_squares)
  }

  /// A total over all elements: the sums of blocks, added up in order, whoever computed them.
  private func blockTotal(
    _ total: (UnsafePointer<Float>, Int) -> Double,
    _ blocks: (UnsafePointer<Float>, UnsafeMutablePointer<Double>, Int) -> Void
  ) -> Double {
    let (count, size) = (shape.count, Int(lembra_sum_block))
    return withElements { elements in
      // Below a few blocks another thread is not worth the call.
      guard count > 8 * size else { return total(elements, count) }
      let blockCount = (count + size - 1) / size
      return withUnsafeTemporaryAllocation(of: Double.self, capacity: blockCount) { sums in
        guard let base = sums.baseAddress else { return 0 }
        inParallel(over: blockCount, cost: Double(size) * 0.1) { part in
          let start = part.lowerBound * size
          blocks(
            elements + start, base + part.lowerBound, min(part.upperBound * size, count) - start)
        }
        return sums.reduce(0, +)
      }
    }
  }

  /// The sum of each row, `[rows]`.
  func rowSums() -> Tensor {
    let (rows, columns) = (shape.rows, shape.columns)
    let sums = Tensor(shape: [rows]) { out in
      withElements { x in
        inParallel(over: rows, cost: Double(columns) * 0.2) { part in
          let start = part.lowerBound
          kernels.rows.row_sums(x + start * columns, out + start, part.count, columns)
        }
      }
    }
    return .recorded(
      sums,
      receiving { [shape] in
        ($0.sharing(as: [rows, 1]) + Tensor(zeros: [rows, columns])).sharing(as: shape)
      })
  }

  /// The sums over the middle one of three axes, `[outer, inner]`.
  private func middleSums(_ outer: Int, _ length: Int, _ inner: Int) -> Tensor {
    let sums = Tensor(shape: Shape(rows: outer, columns: inner)) { out in
      withElements { x in
        inParallel(over: outer, cost: Double(length * inner) * 0.2) { part in
          for index in part {
            kernels.rows.column_sums(
              x + index * length * inner, inner, out + index * inner, length, inner)
          }
        }
      }
    }
    return .recorded(
      sums,
      receiving { [shape] gradient in
        let places = (0..<outer * length).map { $0 / length }
        return gradient.gatheringRows(places).sharing(as: shape)
      })
  }

  /// The sum of each column, `[columns]`.
  func columnSums() -> Tensor {
    let (rows, columns) = (shape.rows, shape.columns)
    let sums = Tensor(shape: [columns]) { out in
      withElements { x in
        inParallel(over: columns, unit: 16, cost: Double(rows) * 0.2) { part in
          let start = part.lowerBound
          kernels.rows.column_sums(x + start, columns, out + start, rows, part.count)
        }
      }
    }
    return .recorded(
      sums,
      receiving { [shape] in
        ($0 + Tensor(zeros: [rows, columns])).sharing(as: shape)
      })
  }
}

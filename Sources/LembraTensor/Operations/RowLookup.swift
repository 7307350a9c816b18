import CLembraKernels

extension Tensor {
  /// The rows with these indices, in this order, `[indices.count, columns]`: an embedding lookup.
  ///
  /// The gradient of a row that is taken several times is the sum of its gradients.
  ///
  /// - Precondition: there are two axes, and every index is that of a row.
  public func gatheringRows(_ indices: [Int]) -> Tensor {
    precondition(shape.rank == 2, "gatheringRows: \(shape) is not a matrix")
    return gatheringRowsOrZeros(
      Self.places(indices, below: shape[0], operation: "gatheringRows"))
  }

  /// The rows with these indices, all of which exist or are negative; a negative one stands for a
  /// row of zeros.
  func gatheringRowsOrZeros(_ places: [Int32]) -> Tensor {
    let (rows, columns) = (shape[0], shape[1])
    let result = Tensor(shape: Shape(rows: places.count, columns: columns)) { out in
      withElements { x in
        places.withUnsafeBufferPointer { places in
          guard let first = places.baseAddress else { return }
          inParallel(over: places.count, cost: Double(columns) * 0.1) { part in
            let start = part.lowerBound
            kernels.rows.gather_rows(
              x, first + start, out + start * columns, part.count, columns)
          }
        }
      }
    }
    return .recorded(result, receiving { $0.scattered(to: places, count: rows) })
  }

  /// A matrix of `count` rows in which row `indices[i]` is the sum of the rows `i` of this one, and
  /// the others are 0.
  ///
  /// - Precondition: there are two axes, one index a row, and every index is below `count`.
  public func scatteringRows(to indices: [Int], count: Int) -> Tensor {
    precondition(
      shape.rank == 2 && indices.count == shape[0],
      "scatteringRows: \(indices.count) indices for the rows of \(shape)")
    let places = Self.places(indices, below: count, operation: "scatteringRows")
    return .recorded(
      scattered(to: places, count: count), receiving { $0.gatheringRows(indices) })
  }

  private func scattered(to places: [Int32], count: Int) -> Tensor {
    let columns = shape[1]
    var result = Tensor(zeros: Shape(rows: count, columns: columns))
    result.withMutableElements { out in
      withElements { x in
        inParallel(over: columns, unit: 16, cost: Double(places.count) * 0.2) { part in
          let start = part.lowerBound
          kernels.rows.scatter_add_rows(
            x + start, columns, places, out + start, columns, places.count, part.count)
        }
      }
    }
    return result
  }

  private static func places(_ indices: [Int], below count: Int, operation: StaticString) -> [Int32]
  {
    indices.map { index in
      precondition(
        index >= 0 && index < count, "\(operation): there is no row \(index) among \(count)")
      return Int32(index)
    }
  }
}

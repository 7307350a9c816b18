import CLembraKernels

// Σ w q x over the entries of segments, with each of the factors left out in turn: a weighted sum,
// a product with queries and a spreading of queries. Each is the pullback of the others.

extension Tensor {
  /// The softmax over the entries of each segment: `exp(x) / Σ exp(x)`.
  ///
  /// This tensor has a number for each entry, `[E]`, and so has the result.
  ///
  /// - Precondition: there is a number for each entry.
  public func segmentSoftmax(_ segments: Segments) -> Tensor {
    segments.checkEntries(self, operation: "segmentSoftmax")
    let y = Tensor(shape: shape) { out in
      withElements { x in
        segments.inParallel(costPerEntry: 1) { part, starts, _ in
          kernels.segments.softmax(x, starts, out, part.count)
        }
      }
    }
    return .recorded(
      y,
      receiving { [shape] gradient in
        Tensor(shape: shape) { out in
          withElementsOf(y, gradient) { y, gradient in
            segments.inParallel(costPerEntry: 1) { part, starts, _ in
              kernels.segments.softmax_pullback(y, gradient, starts, out, part.count)
            }
          }
        }
      })
  }

  /// The weighted sum of the rows of each segment: `y_s = Σ w_e x_e` over the entries `e` of `s`.
  ///
  /// With weights from ``segmentSoftmax(_:)`` it is what attention reads.
  ///
  /// - Parameters:
  ///   - segments: S segments of the R rows of this matrix, `[R, C]`.
  ///   - weights: `w`, a number for each entry, `[E]`.
  /// - Returns: `[S, C]`; zeros for an empty segment.
  /// - Precondition: the extents agree.
  public func segmentSums(_ segments: Segments, weights: Tensor) -> Tensor {
    segments.check(self, operation: "segmentSums")
    segments.checkEntries(weights, operation: "segmentSums")
    return .recorded(
      sums(segments, weights),
      receiving { $0.spread(segments, weights) },
      weights.receiving { [self] in products(segments, $0) })
  }

  /// The inner product of each entry's row and its segment's query: `y_e = q_s · x_e`, such as the
  /// scores of attention.
  ///
  /// - Parameters:
  ///   - segments: S segments of the R rows of this matrix, `[R, C]`.
  ///   - queries: `q`, a row for each segment, `[S, C]`.
  /// - Returns: `[E]`.
  /// - Precondition: the extents agree.
  public func segmentProducts(_ segments: Segments, with queries: Tensor) -> Tensor {
    segments.check(self, operation: "segmentProducts")
    precondition(
      queries.shape == [segments.count, shape[1]],
      "segmentProducts: queries \(queries.shape) for \(segments.count) segments of \(shape)")
    return .recorded(
      products(segments, queries),
      receiving { queries.spread(segments, $0) },
      queries.receiving { [self] in sums(segments, $0) })
  }

  /// The mean of the rows of each segment.
  ///
  /// - Parameter segments: S segments of the R rows of this matrix, `[R, C]`.
  /// - Returns: `[S, C]`; zeros for an empty segment.
  /// - Precondition: the segments are of as many rows as there are.
  public func segmentMeans(_ segments: Segments) -> Tensor {
    segments.check(self, operation: "segmentMeans")
    return .recorded(sums(segments, nil), receiving { $0.spread(segments, nil) })
  }

  /// The largest element of each column in the rows of each segment.
  ///
  /// The gradient goes to the first that is largest. A NaN counts as the largest.
  ///
  /// - Parameter segments: S segments of the R rows of this matrix, `[R, C]`.
  /// - Returns: `[S, C]`; zeros for an empty segment.
  /// - Precondition: the segments are of as many rows as there are.
  public func segmentMaxima(_ segments: Segments) -> Tensor {
    segments.check(self, operation: "segmentMaxima")
    let columns = shape[1]
    var places = [Int32](repeating: -1, count: segments.count * columns)
    let result = Tensor(shape: Shape(rows: segments.count, columns: columns)) { out in
      places.withUnsafeMutableBufferPointer { places in
        guard let places = places.baseAddress else { return }
        withElements { x in
          segments.inParallel(costPerEntry: Double(columns) * 0.1) { part, starts, rows in
            let start = part.lowerBound * columns
            kernels.segments.maxima(
              x, starts, rows, out + start, places + start, part.count, columns)
          }
        }
      }
    }
    return .recorded(
      result,
      receiving { [shape, places] gradient in
        var spread = Tensor(zeros: shape)
        spread.withMutableElements { out in
          gradient.withElements { gradient in
            kernels.segments.maxima_pullback(
              gradient, places, out, columns, segments.count, columns)
          }
        }
        return spread
      })
  }
}

// MARK: - Without a record

extension Tensor {
  /// The sums of the weighted rows of each segment, or without weights their means.
  private func sums(_ segments: Segments, _ weights: Tensor?) -> Tensor {
    let columns = shape[1]
    return Tensor(shape: Shape(rows: segments.count, columns: columns)) { out in
      withElementsOf(self, weights ?? self) { x, own in
        segments.inParallel(costPerEntry: Double(columns) * 0.1) { part, starts, rows in
          kernels.segments.sums(
            x, weights == nil ? nil : own, starts, rows, out + part.lowerBound * columns,
            part.count, columns)
        }
      }
    }
  }

  /// The products of rows and queries, `[E]`.
  private func products(_ segments: Segments, _ queries: Tensor) -> Tensor {
    let columns = shape[1]
    return Tensor(shape: [segments.entryCount]) { out in
      withElementsOf(self, queries) { x, queries in
        segments.inParallel(costPerEntry: Double(columns) * 0.1) { part, starts, rows in
          kernels.segments.products(
            x, queries + part.lowerBound * columns, starts, rows, out, part.count, columns)
        }
      }
    }
  }

  /// The matrix `[R, C]` in which each row of this one, `[S, C]`, was added to the rows of its
  /// segment, times the entry's weight, or without weights divided by their number.
  private func spread(_ segments: Segments, _ weights: Tensor?) -> Tensor {
    let columns = shape[1]
    let target = Shape(rows: segments.rowCount, columns: columns)
    guard !segments.isPartition else {
      return Tensor(shape: target) { out in
        withElementsOf(self, weights ?? self) { x, own in
          segments.inParallel(costPerEntry: Double(columns) * 0.1) { part, starts, rows in
            kernels.segments.spread(
              x + part.lowerBound * columns, weights == nil ? nil : own, starts, rows, 0, out,
              columns, part.count, columns)
          }
        }
      }
    }
    var result = Tensor(zeros: target)
    result.withMutableElements { out in
      withElementsOf(self, weights ?? self) { x, own in
        // Segments may share rows, columns never.
        inParallel(over: columns, unit: 16, cost: Double(segments.entryCount) * 0.1) { part in
          let start = part.lowerBound
          segments.withPointers { starts, rows in
            kernels.segments.spread(
              x + start, weights == nil ? nil : own, starts, rows, 1, out + start, columns,
              segments.count, part.count)
          }
        }
      }
    }
    return result
  }
}

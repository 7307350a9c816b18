import CLembraKernels

extension Tensor {
  /// The product of two matrices: `self` `[M, K]` times `other` `[K, N]`.
  ///
  /// - Precondition: both have two axes, and the inner extents agree.
  public func matmul(_ other: Tensor) -> Tensor {
    precondition(
      shape.rank == 2 && other.shape.rank == 2 && shape[1] == other.shape[0],
      "matmul: \(shape) and \(other.shape) have no product")
    return .recorded(
      times(other),
      receiving { $0.times(other, isTransposed: true) },
      other.receiving { [self] in transposedTimes($0) })
  }

  /// Returns `x Wᵀ + b`: `self` is `x` `[M, I]` (or has more axes, whose last is `I`), `weight` is
  /// `W` `[O, I]`, `bias` is `b` `[O]`; the result has `O` in the place of `I`.
  ///
  /// - Precondition: the extents agree.
  public func affine(_ weight: Tensor, _ bias: Tensor? = nil) -> Tensor {
    precondition(
      weight.shape.rank == 2 && shape.rank > 0 && shape.columns == weight.shape[1],
      "affine: input \(shape) does not match weight \(weight.shape)")
    precondition(
      bias.map { $0.shape == [weight.shape[0]] } ?? true,
      "affine: bias \(bias?.shape ?? []) does not match weight \(weight.shape)")
    let result = times(weight, isTransposed: true, bias: bias)
      .sharing(as: shape.replacing(shape.rank - 1, with: weight.shape[0]))
    let inputs = [self, weight] + (bias.map { [$0] } ?? [])
    return Tensor.recorded([result], from: inputs) { [self] gradients in
      guard let gradient = gradients[0] else { return [nil, nil, nil] }
      let needsSums = bias?.isTracked ?? false
      let input = isTracked ? gradient.times(weight).sharing(as: shape) : nil
      guard weight.isTracked || needsSums else { return [input, nil, nil] }
      let (product, sums) = gradient.transposedTimesWithSums(self)
      return [input, product, sums]
    }[0]
  }
}

// MARK: - Products without a record

extension Tensor {
  /// Returns `A B` or `A Bᵀ`, plus `bias` to every row.
  ///
  /// Axes before the last count as rows.
  package func times(_ b: Tensor, isTransposed: Bool = false, bias: Tensor? = nil) -> Tensor {
    let work = Double(shape.rows) * Double(b.shape.count)
    return times(packed: PackedMatrix(b, isTransposed: isTransposed, work: work), bias: bias)
  }

  /// Returns the product with a packed matrix, plus `bias` to every row.
  ///
  /// Axes before the last count as rows.
  package func times(packed: PackedMatrix, bias: Tensor? = nil) -> Tensor {
    Tensor(shape: Shape(rows: shape.rows, columns: packed.columnCount)) { out in
      withElementsOf(self, bias ?? self) { a, biasElements in
        packed.multiply(a, rows: shape.rows, bias: bias == nil ? nil : biasElements, into: out)
      }
    }
  }

  /// `Aᵀ B`: `self` is `A` `[M, K]`, the result is `[K, N]`.
  func transposedTimes(_ b: Tensor) -> Tensor {
    transposedTimes(b, sums: nil)
  }

  /// `Aᵀ B` and the sums of the columns of `A`, `[K]`.
  package func transposedTimesWithSums(_ b: Tensor) -> (product: Tensor, sums: Tensor) {
    var sums = Tensor(zeros: [shape.columns])
    let product = sums.withMutableElements { transposedTimes(b, sums: $0) }
    return (product, sums)
  }

  /// Adds `Aᵀ B` and the sums of the columns of `A` to what there is, block of rows by block of rows.
  ///
  /// - Parameters:
  ///   - b: the right matrix.
  ///   - blocks: rows that are summed up together, in the order in which their sums are added.
  ///   - product: what `Aᵀ B` is added to; nil for nothing yet.
  ///   - sums: what the sums are added to, likewise.
  /// - Precondition: there is a block, which may be empty.
  package func addTransposedTimes(
    _ b: Tensor, blocks: [Range<Int>], to product: inout Tensor?, _ sums: inout Tensor?
  ) {
    let (k, n) = (shape.columns, b.shape.columns)
    let isFresh = product == nil && sums == nil
    var total = product.take() ?? .beginningSum([k, n], isFresh: isFresh)
    var columns = sums.take() ?? .beginningSum([k], isFresh: isFresh)
    addTransposedTimes(
      b, columns: 0..<k, 0..<n, rows: blocks, isFresh: isFresh, into: total.unsafeMutableBase(),
      sums: columns.unsafeMutableBase())
    (product, sums) = (total, columns)
  }

  /// What sums begin with: room that the first block of rows writes to, or else numbers to which
  /// adding changes nothing, not even a zero's sign.
  package static func beginningSum(_ shape: Shape, isFresh: Bool) -> Tensor {
    isFresh ? Tensor(shape: shape) { _ in } : Tensor(repeating: -0.0, shape: shape)
  }

  /// Adds `Aᵀ B` for some columns of `A` and of `B`, and the sums of those columns of `A`, to what there
  /// is.
  ///
  /// - Parameters:
  ///   - b: `B`, of as many rows as this tensor, `A`.
  ///   - columns: those of `A`.
  ///   - others: those of `B`.
  ///   - rows: those that are summed up together, in the order in which their sums are added.
  ///   - isFresh: whether nothing is there yet: the first block, which may be empty, is written.
  ///   - out: the product, a row for each of `columns`.
  ///   - sums: a number for each of `columns`.
  package func addTransposedTimes(
    _ b: Tensor, columns: Range<Int>, _ others: Range<Int>, rows: [Range<Int>], isFresh: Bool,
    into out: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
  ) {
    let (k, n) = (shape.columns, b.shape.columns)
    withElementsOf(self, b) { elements, otherElements in
      multiplyTransposed(
        rows.enumerated().map { index, rows in
          lembra_multiply_transposed(
            a: elements + rows.lowerBound * k + columns.lowerBound, a_stride: k,
            b: otherElements + rows.lowerBound * n + others.lowerBound, b_stride: n,
            accumulate: isFresh && index == 0 ? 0 : 1, c: out, c_stride: others.count, sums: sums,
            m: rows.count, k: columns.count, n: others.count)
        })
    }
  }

  private func transposedTimes(_ b: Tensor, sums: UnsafeMutablePointer<Float>?) -> Tensor {
    let (m, k, n) = (shape.rows, shape.columns, b.shape.columns)
    return Tensor(shape: Shape(rows: k, columns: n)) { out in
      withElementsOf(self, b) { a, b in
        multiplyTransposed(
          lembra_multiply_transposed(
            a: a, a_stride: k, b: b, b_stride: n, accumulate: 0, c: out, c_stride: n, sums: sums,
            m: m, k: k, n: n))
      }
    }
  }
}

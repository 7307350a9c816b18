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
  func times(_ b: Tensor, isTransposed: Bool = false, bias: Tensor? = nil) -> Tensor {
    let (m, k) = (shape.rows, shape.columns)
    let n = isTransposed ? b.shape[0] : b.shape[1]
    let scratch = Storage(count: kernels.matrix.packed_floats(k, n))
    return Tensor(shape: Shape(rows: m, columns: n)) { out in
      withElementsOf(self, b, bias ?? b) { a, b, biasElements in
        let packing = lembra_pack(
          b: b, stride: isTransposed ? k : n, transposed: isTransposed ? 1 : 0, k: k, n: n,
          packed: scratch.base)
        let product = lembra_multiply(
          a: a, a_stride: k, packed: scratch.base, bias: bias == nil ? nil : biasElements,
          accumulate: 0, c: out, c_stride: n, k: k, n: n)
        withExtendedLifetime(scratch) { Self.multiply(packing, product, rows: m) }
      }
    }
  }

  private static func multiply(_ packing: lembra_pack, _ product: lembra_multiply, rows: Int) {
    let panels = (product.n + 4 * Int(kernels.lanes) - 1) / (4 * Int(kernels.lanes))
    let work = Double(rows) * Double(product.k) * Double(product.n)
    runTeam(work: work) { team in
      let mine = team.share(of: panels)
      withUnsafePointer(to: packing) { kernels.matrix.pack($0, mine.lowerBound, mine.upperBound) }
      team.synchronize()
      withUnsafePointer(to: product) { product in
        // A panel is read once for all rows, so a few rows are better cut by panels.
        if rows >= 16 * team.count {
          let part = team.share(of: rows)
          kernels.matrix.multiply(product, part.lowerBound, part.upperBound, 0, panels)
        } else {
          kernels.matrix.multiply(product, 0, rows, mine.lowerBound, mine.upperBound)
        }
      }
    }
  }

  /// `Aᵀ B`: `self` is `A` `[M, K]`, the result is `[K, N]`.
  func transposedTimes(_ b: Tensor) -> Tensor {
    transposedTimes(b, sums: nil)
  }

  /// `Aᵀ B` and the sums of the columns of `A`, `[K]`.
  func transposedTimesWithSums(_ b: Tensor) -> (product: Tensor, sums: Tensor) {
    var sums = Tensor(zeros: [shape.columns])
    let product = sums.withMutableElements { transposedTimes(b, sums: $0) }
    return (product, sums)
  }

  private func transposedTimes(_ b: Tensor, sums: UnsafeMutablePointer<Float>?) -> Tensor {
    let (m, k, n) = (shape.rows, shape.columns, b.shape.columns)
    let groups = (k + 4 * Int(kernels.lanes) - 1) / (4 * Int(kernels.lanes))
    return Tensor(shape: Shape(rows: k, columns: n)) { out in
      withElementsOf(self, b) { a, b in
        let product = lembra_multiply_transposed(
          a: a, a_stride: k, b: b, b_stride: n, accumulate: 0, c: out, c_stride: n, sums: sums,
          m: m, k: k, n: n)
        Self.runTeam(work: Double(m) * Double(k) * Double(n)) { team in
          let scratch = Storage(count: kernels.matrix.multiply_transposed_scratch_floats(n))
          let mine = team.share(of: groups)
          withExtendedLifetime(scratch) {
            withUnsafePointer(to: product) {
              kernels.matrix.multiply_transposed(
                $0, scratch.base, mine.lowerBound, mine.upperBound)
            }
          }
        }
      }
    }
  }

  /// Runs a product of `work` multiply-adds on as many threads as pay for themselves.
  private static func runTeam(work: Double, _ body: (Team) -> Void) {
    // About 50 multiply-adds take a nanosecond.
    let threads = work < 200_000 ? 1 : Threads.limit
    ThreadPool.shared.run(threads, isShort: work < 20_000_000) { team in
      flushingDenormals { body(team) }
    }
  }
}

import CLembraKernels

/// The right operand of matrix products, `[K, N]`, in the order in which the kernels read it.
package struct PackedMatrix: Sendable {
  private let packed: Storage
  package let rowCount: Int
  package let columnCount: Int

  /// Packs a matrix, or some rows of one.
  ///
  /// - Parameters:
  ///   - matrix: `[K, N]`, or `[N, K]` if transposed.
  ///   - rows: those that are packed; all when nil.
  ///   - isTransposed: whether it is the transpose that is packed.
  ///   - work: the multiply-adds it is packed for, by which threads are called.
  package init(_ matrix: Tensor, rows: Range<Int>? = nil, isTransposed: Bool, work: Double) {
    let (rows, width) = (rows ?? 0..<matrix.shape[0], matrix.shape[1])
    let (k, n) = isTransposed ? (width, rows.count) : (rows.count, width)
    let packed = Storage(count: kernels.matrix.packed_floats(k, n))
    let panels = Self.panels(n)
    matrix.withElements { b in
      let packing = lembra_pack(
        b: b + rows.lowerBound * width, stride: width, transposed: isTransposed ? 1 : 0, k: k,
        n: n, packed: packed.base)
      runTeam(work: work) { team in
        let mine = team.share(of: panels)
        withUnsafePointer(to: packing) {
          kernels.matrix.pack($0, mine.lowerBound, mine.upperBound)
        }
      }
    }
    self.packed = packed
    rowCount = k
    columnCount = n
  }

  private static func panels(_ columns: Int) -> Int {
    (columns + 4 * Int(kernels.lanes) - 1) / (4 * Int(kernels.lanes))
  }

  /// `a B`, plus `bias` to every row, on this thread; or `a B` plus what is there.
  ///
  /// - Parameters:
  ///   - a: the left operand.
  ///   - stride: from one row of `a` to the next; K when nil.
  ///   - rows: the number of rows.
  ///   - bias: N numbers, or nil for none.
  ///   - accumulating: whether the product is added to what is there.
  ///   - out: the result.
  ///   - outStride: from one row of the result to the next; N when nil.
  /// - Precondition: there is no bias where something is added to.
  package func multiplyAlone(
    _ a: UnsafePointer<Float>, stride: Int? = nil, rows: Int, bias: UnsafePointer<Float>? = nil,
    accumulating: Bool = false, into out: UnsafeMutablePointer<Float>, outStride: Int? = nil
  ) {
    precondition(!accumulating || bias == nil, "PackedMatrix: a bias and a sum")
    var product = lembra_multiply(
      a: a, a_stride: stride ?? rowCount, packed: packed.base, bias: bias,
      accumulate: accumulating ? 1 : 0, c: out, c_stride: outStride ?? columnCount, k: rowCount,
      n: columnCount)
    withExtendedLifetime(packed) {
      kernels.matrix.multiply(&product, 0, rows, 0, Self.panels(columnCount))
    }
  }

  /// Some columns of `a B`, plus `bias` to every row, on this thread: `out` holds them alone.
  ///
  /// - Precondition: the columns begin at a panel, and end at one or where all end.
  func multiply(
    _ a: UnsafePointer<Float>, rows: Int, bias: UnsafePointer<Float>?, columns: Range<Int>,
    into out: UnsafeMutablePointer<Float>
  ) {
    let panel = 4 * Int(kernels.lanes)
    precondition(
      columns.lowerBound % panel == 0
        && (columns.upperBound == columnCount || columns.upperBound % panel == 0),
      "PackedMatrix: columns \(columns) in panels of \(panel)")
    let before = kernels.matrix.packed_floats(rowCount, columns.lowerBound)
    var product = lembra_multiply(
      a: a, a_stride: rowCount, packed: packed.base + before,
      bias: bias.map { $0 + columns.lowerBound }, accumulate: 0, c: out, c_stride: columns.count,
      k: rowCount, n: columns.count)
    withExtendedLifetime(packed) {
      kernels.matrix.multiply(&product, 0, rows, 0, Self.panels(columns.count))
    }
  }

  /// `out = a B`, plus `bias` to every row, for `a` of `rows` rows.
  func multiply(
    _ a: UnsafePointer<Float>, rows: Int, bias: UnsafePointer<Float>?,
    into out: UnsafeMutablePointer<Float>
  ) {
    let (k, n) = (rowCount, columnCount)
    let panels = Self.panels(n)
    let product = lembra_multiply(
      a: a, a_stride: k, packed: packed.base, bias: bias, accumulate: 0, c: out, c_stride: n, k: k,
      n: n)
    withExtendedLifetime(packed) {
      runTeam(work: Double(rows) * Double(k) * Double(n)) { team in
        let mine = team.share(of: panels)
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
  }
}

/// Computes `C = start + Aᵀ B`, as `product` says it.
func multiplyTransposed(_ product: lembra_multiply_transposed) {
  multiplyTransposed([product])
}

/// Computes products with one result, one after the other.
func multiplyTransposed(_ products: [lembra_multiply_transposed]) {
  guard let first = products.first else { return }
  let (k, n) = (first.k, first.n)
  let m = products.reduce(0) { $0 + $1.m }
  let groups = (k + 4 * Int(kernels.lanes) - 1) / (4 * Int(kernels.lanes))
  runTeam(work: Double(m) * Double(k) * Double(n)) { team in
    let scratch = Storage(count: kernels.matrix.multiply_transposed_scratch_floats(n))
    let mine = team.share(of: groups)
    withExtendedLifetime(scratch) {
      for product in products {
        withUnsafePointer(to: product) {
          kernels.matrix.multiply_transposed($0, scratch.base, mine.lowerBound, mine.upperBound)
        }
      }
    }
  }
}

/// Runs a product of `work` multiply-adds on as many threads as pay for themselves.
///
/// - Parameters:
///   - work: the number of multiply-adds.
///   - most: the most threads.
///   - body: the work of one part.
func runTeam(work: Double, most: Int = Threads.limit, _ body: (Team) -> Void) {
  // About 50 multiply-adds take a nanosecond.
  let threads = work < 200_000 ? 1 : most
  ThreadPool.shared.run(threads, isShort: work < 20_000_000) { team in
    flushingDenormals { body(team) }
  }
}

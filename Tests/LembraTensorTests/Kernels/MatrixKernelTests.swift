import CLembraKernels
import Testing

/// Rows of A, columns of A, columns of B.
struct ProductShape: CustomTestStringConvertible {
  let m: Int
  let k: Int
  let n: Int

  init(_ m: Int, _ k: Int, _ n: Int) {
    self.m = m
    self.k = k
    self.n = n
  }

  var testDescription: String { "[\(m), \(k)] x [\(k), \(n)]" }

  static let multiplied: [ProductShape] = [
    .init(1, 1, 1), .init(1, 5, 300), .init(2, 17, 150), .init(2, 3, 64), .init(3, 33, 7),
    .init(5, 16, 16), .init(6, 65, 17), .init(7, 7, 65), .init(13, 2, 33), .init(16, 13, 6),
    .init(33, 3, 5), .init(65, 1, 3), .init(200, 5, 2), .init(9, 1100, 20), .init(1, 1030, 64),
    .init(4, 0, 6), .init(0, 4, 6), .init(8, 7, 20), .init(53, 1100, 184),
  ]
  static let transposed: [ProductShape] = [
    .init(1, 1, 1), .init(2, 3, 5), .init(3, 65, 7), .init(5, 6, 33), .init(7, 17, 65),
    .init(13, 16, 16), .init(16, 2, 13), .init(33, 70, 3), .init(65, 33, 17), .init(300, 5, 20),
    .init(2, 3, 800), .init(0, 4, 6), .init(6, 130, 1),
  ]
}

@Suite struct `Matrix kernels` {
  /// C = start + A B on one instruction set, cut into calls of so many rows and panels.
  struct Product {
    enum Start: CaseIterable { case zero, bias, itself }

    let set: InstructionSet
    let shape: ProductShape
    let start: Start
    let transposed: Bool
    let a: GuardedRows
    let b: GuardedRows
    let bias: GuardedRows
    let before: GuardedRows

    init(_ set: InstructionSet, _ shape: ProductShape, start: Start, transposed: Bool) {
      self.set = set
      self.shape = shape
      self.start = start
      self.transposed = transposed
      a = GuardedRows(shape.m, shape.k, seed: 1)
      b =
        transposed
        ? GuardedRows(shape.n, shape.k, seed: 2) : GuardedRows(shape.k, shape.n, seed: 2)
      bias = GuardedRows(1, shape.n, seed: 3)
      before = GuardedRows(shape.m, shape.n, seed: 4)
    }

    func computed(rowsAtOnce: Int = 1000, panelsAtOnce: Int = 1000) -> GuardedRows {
      let panels = pieces(0..<shape.n, of: 4 * set.lanes).count
      let packed = GuardedRows(scratch: set.matrix.packed_floats(shape.k, shape.n))
      var pack = lembra_pack(
        b: b.constant, stride: b.stride, transposed: transposed ? 1 : 0, k: shape.k, n: shape.n,
        packed: packed.pointer)
      for range in pieces(0..<panels, of: panelsAtOnce) {
        set.matrix.pack(&pack, range.lowerBound, range.upperBound)
      }
      #expect(packed.gapsAreIntact)
      let c = GuardedRows(shape.m, shape.n) {
        start == .itself ? Float(before[$0, $1]) : .nan
      }
      var multiply = lembra_multiply(
        a: a.constant, a_stride: a.stride, packed: packed.constant,
        bias: start == .bias ? bias.constant : nil, accumulate: start == .itself ? 1 : 0,
        c: c.pointer, c_stride: c.stride, k: shape.k, n: shape.n)
      for rows in pieces(0..<shape.m, of: rowsAtOnce) {
        for range in pieces(0..<panels, of: panelsAtOnce) {
          set.matrix.multiply(
            &multiply, rows.lowerBound, rows.upperBound, range.lowerBound, range.upperBound)
        }
      }
      #expect(c.gapsAreIntact)
      return c
    }

    var reference: [Double] {
      (0..<shape.m).flatMap { row in
        (0..<shape.n).map { column in
          let first =
            switch start {
            case .zero: 0.0
            case .bias: bias[0, column]
            case .itself: before[row, column]
            }
          return (0..<shape.k).reduce(first) { sum, k in
            sum + a[row, k] * (transposed ? b[column, k] : b[k, column])
          }
        }
      }
    }
  }

  @Test(arguments: InstructionSet.supported, ProductShape.multiplied)
  func `multiply agrees with Double loops and stays inside its rows`(
    set: InstructionSet, shape: ProductShape
  ) {
    for start in Product.Start.allCases {
      for transposed in [false, true] {
        let product = Product(set, shape, start: start, transposed: transposed)
        #expect(largestError(product.computed().values, product.reference) < 2e-6)
      }
    }
  }

  @Test(arguments: InstructionSet.supported, ProductShape.multiplied)
  func `an element of a product does not depend on how rows and panels are cut`(
    set: InstructionSet, shape: ProductShape
  ) {
    for start in Product.Start.allCases {
      let product = Product(set, shape, start: start, transposed: false)
      let whole = product.computed().values
      for rows in [1, 2, 5] {
        #expect(product.computed(rowsAtOnce: rows, panelsAtOnce: 1).values == whole)
      }
      #expect(product.computed(rowsAtOnce: 4).values == whole)
    }
  }

  /// C = start + A^T B, with the sums of A's columns.
  private func transposedProduct(
    _ set: InstructionSet, _ shape: ProductShape, accumulate: Bool, groupsAtOnce: Int = 1000
  ) -> (c: [Float], sums: [Float]) {
    let a = GuardedRows(shape.m, shape.k, seed: 1)
    let b = GuardedRows(shape.m, shape.n, seed: 2)
    let c = GuardedRows(shape.k, shape.n) { accumulate ? Float($0 - $1) / 16 : .nan }
    let sums = GuardedRows(1, shape.k) { accumulate ? Float($1) / 8 : .nan }
    let scratch = GuardedRows(
      scratch: set.matrix.multiply_transposed_scratch_floats(shape.n))
    var multiply = lembra_multiply_transposed(
      a: a.constant, a_stride: a.stride, b: b.constant, b_stride: b.stride,
      accumulate: accumulate ? 1 : 0, c: c.pointer, c_stride: c.stride, sums: sums.pointer,
      m: shape.m, k: shape.k, n: shape.n)
    let groups = pieces(0..<shape.k, of: 4 * set.lanes).count
    for range in pieces(0..<groups, of: groupsAtOnce) {
      set.matrix.multiply_transposed(
        &multiply, scratch.pointer, range.lowerBound, range.upperBound)
    }
    #expect(c.gapsAreIntact && sums.gapsAreIntact && scratch.gapsAreIntact)
    return (c.values, sums.values)
  }

  @Test(arguments: InstructionSet.supported, ProductShape.transposed)
  func `multiply_transposed agrees with Double loops and stays inside its rows`(
    set: InstructionSet, shape: ProductShape
  ) {
    let a = GuardedRows(shape.m, shape.k, seed: 1)
    let b = GuardedRows(shape.m, shape.n, seed: 2)
    for accumulate in [false, true] {
      let (c, sums) = transposedProduct(set, shape, accumulate: accumulate)
      let reference = (0..<shape.k).flatMap { row in
        (0..<shape.n).map { column in
          (0..<shape.m).reduce(accumulate ? Double(row - column) / 16 : 0) {
            $0 + a[$1, row] * b[$1, column]
          }
        }
      }
      #expect(largestError(c, reference) < 2e-6)
      let sumsReference = (0..<shape.k).map { column in
        (0..<shape.m).reduce(accumulate ? Double(column) / 8 : 0) { $0 + a[$1, column] }
      }
      #expect(largestError(sums, sumsReference) < 5e-6)
    }
  }

  @Test(arguments: InstructionSet.supported, ProductShape.transposed)
  func `an element of a transposed product does not depend on how groups are cut`(
    set: InstructionSet, shape: ProductShape
  ) {
    let whole = transposedProduct(set, shape, accumulate: true)
    let cut = transposedProduct(set, shape, accumulate: true, groupsAtOnce: 1)
    #expect(whole.c == cut.c)
    #expect(whole.sums == cut.sums)
  }
}

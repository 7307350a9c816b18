import CLembraKernels
import Testing

@Suite("Row kernels: sums, maxima and moves")
struct SumKernelTests {
  @Test("sums over columns and rows are right to the last bit", arguments: InstructionSet.supported)
  func sums(set: InstructionSet) {
    for (rows, columns) in oddShapes + [(300, 19)] {
      let stride = columns + 2, x = samples(rows * stride + 1)
      let matrix = (0..<rows).flatMap { x[($0 * stride)..<($0 * stride + columns)] }
      let rowSums = written(rows) { set.rows.row_sums(matrix, $0, rows, columns) }
      let columnSums = written(columns) { set.rows.column_sums(x, stride, $0, rows, columns) }
      // Sums of so few floats of like size are exact in Double.
      #expect(
        rowSums
          == (0..<rows).map { row in
            Float((0..<columns).reduce(0.0) { $0 + Double(matrix[row * columns + $1]) })
          })
      #expect(
        columnSums
          == (0..<columns).map { column in
            Float((0..<rows).reduce(0.0) { $0 + Double(matrix[$1 * columns + column]) })
          })
    }
  }

  @Test(
    "column sums give the same bits however the columns are cut",
    arguments: InstructionSet.supported)
  func columnCuts(set: InstructionSet) {
    let rows = 50, columns = 150
    let x = samples(rows * columns, in: -1e6...1e6), g = samples(rows * columns, seed: 2)
    let mean = samples(rows, seed: 3), inverse = samples(rows, in: 0.5...2, seed: 4)
    func columnSums(_ first: Int, _ width: Int) -> [Float] {
      written(width) { set.rows.column_sums(Array(x[first...]), columns, $0, rows, width) }
    }
    func gammaGradient(_ first: Int, _ width: Int) -> [Float] {
      written(width) { gamma in
        _ = written(width) {
          set.rows.layer_norm_parameter_pullback(
            Array(x[first...]), mean, inverse, Array(g[first...]), columns, gamma, $0, rows, width)
        }
      }
    }
    for cut in [1, 15, 64, 100, 149] {
      let rest = columns - cut
      #expect(bits(columnSums(0, cut) + columnSums(cut, rest)) == bits(columnSums(0, columns)))
      #expect(
        bits(gammaGradient(0, cut) + gammaGradient(cut, rest)) == bits(gammaGradient(0, columns)))
    }
  }

  @Test("a sum has the bits of its blocks' sums in order", arguments: InstructionSet.supported)
  func blocks(set: InstructionSet) {
    let block = Int(lembra_sum_block)
    for count in oddCounts + [block - 1, block, block + 1, 5 * block + 77] {
      let x = samples(count, in: -1e3...1e3), blocks = (count + block - 1) / block
      let cut = min(2 * block, count)
      for (blockSums, sum, term) in [
        (set.rows.block_sums, set.rows.sum, { $0 }),
        (set.rows.block_sums_of_squares, set.rows.sum_of_squares, { $0 * $0 }),
      ] as [(_, _, (Double) -> Double)] {
        let whole = written(blocks, filledWith: -7.5) { blockSums(x, $0, count) }
        let first = written((cut + block - 1) / block, filledWith: -7.5) { blockSums(x, $0, cut) }
        let rest = written(blocks - first.count, filledWith: -7.5) {
          blockSums(Array(x[cut...]), $0, count - cut)
        }
        #expect(whole == first + rest)
        #expect(sum(x, count) == whole.reduce(0, +))
        let reference = x.reduce(0.0) { $0 + term(Double($1)) }
        // The reference, one long chain, is the less exact of the two.
        let scale = x.reduce(0.0) { $0 + abs(term(Double($1))) }
        #expect(abs(sum(x, count) - reference) <= 1e-13 * scale)
      }
    }
  }

  @Test(
    "maxima are the first of the largest, a NaN being largest", arguments: InstructionSet.supported)
  func maxima(set: InstructionSet) {
    func expectMaximum(_ row: [Float], at position: Int) {
      let value = written(1) { set.rows.row_maxima(row, $0, 1, row.count) }
      let index = written(1, filledWith: Int32(-9)) {
        set.rows.row_argmaxima(row, $0, 1, row.count)
      }
      #expect(bits(value) == bits([row[position]]))
      #expect(index == [Int32(position)])
    }
    for count in oddCounts where count > 0 {
      // Below zero throughout, so that a lane past the end would win.
      let row = samples(count, in: -9...(-1))
      for position in Set([0, count / 2, count - 1]) {
        var peaked = row
        peaked[position] = -0.5
        peaked[count - 1] = -0.5
        expectMaximum(peaked, at: position)
        peaked[count - 1] = .nan
        expectMaximum(peaked, at: count - 1)
        peaked[position] = .nan
        expectMaximum(peaked, at: position)
      }
      expectMaximum([Float](repeating: -.infinity, count: count), at: 0)
    }
    let matrix: [Float] = [1, 5, 2, 7, 0, 7]
    #expect(written(2) { set.rows.row_maxima(matrix, $0, 2, 3) } == [5, 7])
    #expect(
      written(2, filledWith: Int32(-9)) { set.rows.row_argmaxima(matrix, $0, 2, 3) } == [1, 0])
  }

  @Test("rows are gathered and scattered by index", arguments: InstructionSet.supported, oddCounts)
  func gathering(set: InstructionSet, columns: Int) {
    let table = samples(7 * columns), indices: [Int32] = [3, 0, 6, 3, 3, 1]
    let gathered = written(6 * columns) { set.rows.gather_rows(table, indices, $0, 6, columns) }
    #expect(
      gathered == indices.flatMap { table[(Int($0) * columns)..<((Int($0) + 1) * columns)] })

    let x = samples(6 * columns, in: -1e6...1e6, seed: 2)
    var reference = table
    for (i, index) in indices.enumerated() {
      for c in 0..<columns { reference[Int(index) * columns + c] += x[i * columns + c] }
    }
    let whole = updated(table) {
      set.rows.scatter_add_rows(x, columns, indices, $0, columns, 6, columns)
    }
    let cut = columns / 3
    let halves = updated(table) {
      set.rows.scatter_add_rows(x, columns, indices, $0, columns, 6, cut)
      set.rows.scatter_add_rows(
        Array(x[min(cut, x.count)...]), columns, indices, $0 + cut, columns, 6, columns - cut)
    }
    #expect(whole == reference && halves == reference)
  }

  @Test(
    "matrices are transposed, copied and added between strides", arguments: InstructionSet.supported
  )
  func moves(set: InstructionSet) {
    for (rows, columns) in oddShapes + [(16, 16), (17, 16), (16, 17), (40, 50)] {
      let stride = columns + 3, outStride = rows + 2, x = samples(rows * stride + 1)
      let background: Float = 99
      var transposed = [Float](repeating: background, count: columns * outStride)
      var copied = [Float](repeating: background, count: rows * (columns + 1))
      for row in 0..<rows {
        for column in 0..<columns {
          transposed[column * outStride + row] = x[row * stride + column]
          copied[row * (columns + 1) + column] = x[row * stride + column]
        }
      }
      #expect(
        updated(transposed.map { _ in background }) {
          set.rows.transpose(x, stride, $0, outStride, rows, columns)
        } == transposed)
      let blank = copied.map { _ in background }
      #expect(
        updated(blank) { set.rows.copy_rows(x, stride, $0, columns + 1, rows, columns) } == copied)
      let doubled = zip(copied, blank).map { $0 == background ? $1 : $0 + $1 }
      #expect(
        updated(blank) { set.rows.accumulate_rows(x, stride, $0, columns + 1, rows, columns) }
          == doubled)
    }
  }
}

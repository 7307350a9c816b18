import CLembraKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Kernels of weighted cross entropies and of missing rows")
struct WeightedLossKernelTests {
  @Test(
    "class weights and label smoothing follow PyTorch's definition, forward and back",
    arguments: InstructionSet.supported, [Float(0), 0.1, 1])
  func crossEntropy(set: InstructionSet, smoothing: Float) {
    for (rows, columns) in oddShapes where columns > 0 {
      let weights = samples(columns, in: 0...2, seed: 3)
      expectLosses(set, rows, columns, smoothing, weights, weights)
      expectLosses(set, rows, columns, smoothing, nil, weights.map { _ in 1 })
    }
  }

  /// Expects losses and gradients of logits with these class weights, whose values are `factors`.
  private func expectLosses(
    _ set: InstructionSet, _ rows: Int, _ columns: Int, _ smoothing: Float,
    _ weights: UnsafePointer<Float>?, _ factors: [Float]
  ) {
    let (count, kernels, g) = (rows * columns, set.rows, samples(rows, seed: 2))
    let y = written(count) { kernels.log_softmax(samples(count), $0, rows, columns) }
    let targets = (0..<rows).map { Int32($0 % 3 == 1 ? -1 : ($0 * 7) % columns) }
    var losses: [Double] = [], gradients: [Double] = []
    for row in 0..<rows {
      let logarithms = y[(row * columns)..<((row + 1) * columns)].map(Double.init)
      let q = (0..<columns).map { c -> Double in
        let target = c == Int(targets[row]) ? 1 - Double(smoothing) : 0
        let share = target + Double(smoothing) / Double(columns)
        return targets[row] < 0 ? 0 : share * Double(factors[c])
      }
      losses.append(-zip(q, logarithms).reduce(0) { $0 + $1.0 * $1.1 })
      let total = q.reduce(0, +)
      for c in 0..<columns {
        gradients.append(Double(g[row]) * (exp(logarithms[c]) * total - q[c]))
      }
    }
    expectClose(
      written(rows) {
        kernels.weighted_cross_entropy(y, targets, weights, smoothing, $0, rows, columns)
      }, losses)
    let pulled = written(count) {
      kernels.weighted_cross_entropy_pullback(
        y, targets, weights, smoothing, g, $0, rows, columns)
    }
    // A single column has no gradient but rounding.
    if columns > 1 { expectClose(pulled, gradients) }
    let inPlace = updated(y) {
      kernels.weighted_cross_entropy_pullback(
        $0, targets, weights, smoothing, g, $0, rows, columns)
    }
    #expect(inPlace == pulled)
  }

  @Test(
    "a negative index is a row of zeros, and takes nothing", arguments: InstructionSet.supported,
    oddCounts)
  func missingRows(set: InstructionSet, columns: Int) {
    let table = samples(3 * columns), indices: [Int32] = [2, -1, 0, -1]
    let zeros = [Float](repeating: 0, count: columns)
    let gathered = written(4 * columns) { set.rows.gather_rows(table, indices, $0, 4, columns) }
    #expect(gathered == table[(2 * columns)...] + zeros + table[..<columns] + zeros)
    let scattered = updated([Float](repeating: 0, count: 3 * columns)) {
      set.rows.scatter_add_rows(gathered.map { _ in 1 }, columns, indices, $0, columns, 4, columns)
    }
    let ones = [Float](repeating: 1, count: columns)
    #expect(scattered == ones + zeros + ones)
  }
}

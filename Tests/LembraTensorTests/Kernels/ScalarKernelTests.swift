import CLembraKernels
import Testing

@Suite("Elementwise kernels with parameters")
struct ScalarKernelTests {
  @Test(
    "scale, add and fill", arguments: InstructionSet.supported, oddCounts)
  func arithmetic(set: InstructionSet, count: Int) {
    let kernels = set.elementwise
    let x = samples(count), into = samples(count, seed: 2), factor: Float = -1.7
    #expect(written(count) { kernels.scale(x, factor, $0, count) } == x.map { factor * $0 })
    #expect(written(count) { kernels.fill(factor, $0, count) } == x.map { _ in factor })
    let sum = zip(into, x).map { $0 + $1 }
    #expect(updated(into) { kernels.accumulate(x, $0, count) } == sum)
    let scaledSum = zip(into, x).map { Double($0) + Double(factor) * Double($1) }
    expectClose(
      updated(into) { kernels.add_scaled(x, factor, $0, count) }, scaledSum, tolerance: 1e-7)
  }

  @Test("clamp, with a gradient inside and at the limits", arguments: InstructionSet.supported)
  func clamp(set: InstructionSet) {
    let kernels = set.elementwise
    for count in oddCounts {
      let x = samples(count), gradient = samples(count, seed: 2)
      #expect(
        written(count) { kernels.clamp(x, -1, 0.5, $0, count) } == x.map { min(max($0, -1), 0.5) })
      #expect(
        written(count) { kernels.clamp_pullback(x, gradient, -1, 0.5, $0, count) }
          == zip(x, gradient).map { (-1...0.5).contains($0) ? $1 : 0 })
    }
    let x: [Float] = [-.infinity, -1, 0.5, .infinity, .nan]
    let result = written(5) { kernels.clamp(x, -1, 0.5, $0, 5) }
    #expect(result.prefix(4) == [-1, -1, 0.5, 0.5] && result[4].isNaN)
    let pulled = written(5) { kernels.clamp_pullback(x, [2, 2, 2, 2, 2], -1, 0.5, $0, 5) }
    #expect(pulled == [0, 2, 2, 0, 0])
  }

  @Test(
    "find the first number that is not finite, wherever it is",
    arguments: InstructionSet.supported, [Float.nan, .infinity, -.infinity])
  func notFinite(set: InstructionSet, culprit: Float) {
    let kernel = set.elementwise.first_not_finite
    for count in oddCounts {
      var x = samples(count)
      if count > 0 { x[count / 2] = .greatestFiniteMagnitude }
      #expect(kernel(x, count) == -1)
      // One past the end must not be seen.
      #expect(kernel(x + [culprit], count) == -1)
      for position in Set([0, count / 3, count - 1]) where position >= 0 && position < count {
        var bad = x
        bad[position] = culprit
        bad[count - 1] = culprit
        #expect(kernel(bad, count) == position)
      }
    }
  }
}

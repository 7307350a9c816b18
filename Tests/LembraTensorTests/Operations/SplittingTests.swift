import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private struct Input: Module {
  var x: Tensor

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("x", &x)
  }
}

@Suite("Parts of a tensor")
struct SplittingTests {
  @Test("parts of any height have the rows' values and gradients")
  func parts() {
    let x = Tensor(uniformIn: -1...1, shape: [7, 3], key: RandomKey(seed: 1))
    let weights = Tensor(uniformIn: -1...1, shape: [7, 3], key: RandomKey(seed: 2))
    let heights = [2, 0, 1, 4]
    let (value, gradients) = valueAndGradients(of: Input(x: x)) { input in
      let parts = input.x.splittingRows(heights)
      // The last part is left out, so its rows have no gradient.
      return (parts[0] * weights.rows(0..<2)).sum() + (parts[2] * weights.rows(2..<3)).sum()
    }
    let (expected, expectedGradients) = valueAndGradients(of: Input(x: x)) { input in
      (input.x.rows(0..<3) * weights.rows(0..<3)).sum()
    }
    #expect(abs(value - expected) < 1e-6)
    #expect(gradients.values == expectedGradients.values)
  }

  @Test("dividing by a number is a true division")
  func division() {
    #expect((Tensor([7], shape: [1]) / 3).scalar == Float(7) / 3)
    let denormal = Float.leastNormalMagnitude / 8
    #expect((Tensor([denormal], shape: [1]) / denormal).scalar == 1)
  }
}

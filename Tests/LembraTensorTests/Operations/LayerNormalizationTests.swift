import LembraTensor
import LembraTestSupport
import Testing

@Suite("Layer normalisation")
struct LayerNormalizationTests {
  @Test(
    "values and gradients", arguments: [Shape([7]), [3, 5], [2, 33], [2, 3, 5], [2, 1, 2, 4]])
  func gradients(shape: Shape) {
    let inputs = [
      random(shape, seed: 1), random([shape.columns], seed: 2), random([shape.columns], seed: 3),
    ]
    let faults = checkGradients(of: inputs) {
      $0[0].layerNormalized(scale: $0[1], shift: $0[2], epsilon: 1e-3)
    } matching: {
      $0[0].layerNormalized(scale: $0[1], shift: $0[2], epsilon: 1e-3)
    }
    #expect(faults == [])
  }

  @Test("a constant row becomes the shift")
  func constant() {
    let shift = random([5])
    let result = Tensor(repeating: 3, shape: [2, 5])
      .layerNormalized(scale: random([5], seed: 2), shift: shift)
    #expect(result == Tensor(stacking: [shift, shift]).reshaped(to: [2, 5]))
  }
}

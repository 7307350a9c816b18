import LembraTensor
import LembraTestSupport
import Testing

@Suite("Affine maps that are applied many times")
struct RepeatedAffineTests {
  @Test("values are those of affine maps, and gradients are added up over all uses")
  func uses() {
    let inputs = [random([5, 3]), random([5], seed: 2), random([4, 3], seed: 3)]
    let faults = checkGradients(of: inputs) { inputs in
      let map = RepeatedAffine(inputs[0], inputs[1])
      // The second use reads what the first has made.
      let first = map(inputs[2])
      let second = map(first.columns(0..<3))
      return Tensor(stacking: [first, second, map(inputs[2].rows(1..<3))])
    } matching: { inputs in
      func applied(_ rows: [[Double]]) -> [[Double]] {
        rows.map { row in
          (0..<5).map { unit in
            (0..<3).reduce(inputs[1].elements[unit]) { $0 + inputs[0][unit, $1] * row[$1] }
          }
        }
      }
      let given = inputs[2].rows
      let first = applied(given)
      let rows = first + applied(first.map { Array($0.prefix(3)) }) + applied(Array(given[1..<3]))
      return Reference(rows: rows)
    }
    #expect(faults == [])
  }

  @Test("a map without a bias, and one that is never used, have no other gradients")
  func withoutBias() {
    let tape = Tape()
    let weights = [tape.leaf(random([4, 3])), tape.leaf(random([4, 3], seed: 2))]
    let (used, unused) = (RepeatedAffine(weights[0]), RepeatedAffine(weights[1]))
    _ = unused
    let x = random([2, 3], seed: 5)
    let gradients = tape.gradients(of: used(x).sum())
    #expect(gradients[1] == nil)
    let expected = tapeGradient(random([4, 3])) { x.affine($0).sum() }
    #expect(gradients[0] == expected)
  }

  private func tapeGradient(_ weight: Tensor, _ loss: (Tensor) -> Tensor) -> Tensor? {
    let tape = Tape()
    return tape.gradients(of: loss(tape.leaf(weight)))[0]
  }

  @Test("values have the bits of an affine map")
  func bits() {
    let (weight, bias, x) = (random([70, 33]), random([70], seed: 2), random([40, 33], seed: 3))
    #expect(sameBits(RepeatedAffine(weight, bias)(x), x.affine(weight, bias)))
  }
}

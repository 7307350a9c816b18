import LembraTensor
import LembraTestSupport
import Testing

@Suite("Dropout of elements")
struct DropoutTests {
  private let key = RandomKey(seed: 5)

  @Test("what is kept is divided by the chance to be kept", arguments: [Float(0), 0.1, 0.5, 0.9])
  func gradients(rate: Float) {
    for shape: Shape in [[7], [3, 5], [2, 33], [2, 3, 5]] {
      let mask = Reference(Tensor(repeating: 1, shape: shape).dropout(rate, key: key))
      let scale = Double(1 / (1 - rate))
      #expect(mask.elements.allSatisfy { $0 == 0 || abs($0 - scale) < 1e-6 * scale })
      let faults = checkGradients(of: [random(shape)]) {
        $0[0].dropout(rate, key: key)
      } matching: {
        $0[0] * mask
      }
      #expect(faults == [])
    }
  }

  @Test("a rate of 1 drops everything")
  func dropEverything() {
    #expect(random([3, 5]).dropout(1, key: key) == Tensor(zeros: [3, 5]))
  }

  @Test("the share of dropped elements is the rate", arguments: [Float(0.1), 0.5, 0.8])
  func frequency(rate: Float) {
    let count = 20_000
    let dropped = Tensor(repeating: 1, shape: [100, count / 100]).dropout(rate, key: key)
      .array.count { $0 == 0 }
    let deviation = (Double(count) * Double(rate * (1 - rate))).squareRoot()
    #expect(abs(Double(dropped) - Double(count) * Double(rate)) < 4 * deviation)
  }

  @Test("a row keeps its mask wherever it stands")
  func identities() {
    let x = random([6, 9])
    let whole = x.dropout(0.5, key: key)
    #expect(sameBits(whole, x.dropout(0.5, key: key, rowIdentities: [0, 1, 2, 3, 4, 5])))
    let order = [4, 2, 5, 0]
    let some = x.gatheringRows(order)
      .dropout(0.5, key: key, rowIdentities: order.map(UInt64.init))
    #expect(sameBits(some, whole.gatheringRows(order)))
  }

  @Test("other keys and other rows have other masks")
  func independence() {
    let ones = Tensor(repeating: 1, shape: [2, 64])
    let masks = [0, 1].flatMap { index -> [[Float]] in
      let mask = ones.dropout(0.5, key: key.folding(index))
      return [mask.rows(0..<1).array, mask.rows(1..<2).array]
    }
    #expect(Set(masks).count == 4)
  }
}

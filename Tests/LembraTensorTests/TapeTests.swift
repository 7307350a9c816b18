import LembraTensor
import LembraTestSupport
import Testing

@Suite("The tape")
struct TapeTests {
  @Test("a chain of 200,000 operations is replayed and released without deep recursion")
  func longChain() {
    let tape = Tape()
    let x = tape.leaf(Tensor([1], shape: [1]))
    var total = x
    for _ in 0..<200_000 { total = total + x }
    #expect(total.scalar == 200_001)
    #expect(tape.gradients(of: total)[0]?.scalar == 200_001)
  }

  @Test("a long chain that is never replayed is released without deep recursion")
  func abandonedChain() {
    let tape = Tape()
    var total = tape.leaf(Tensor([1], shape: [1]))
    for _ in 0..<200_000 { total = -total }
    tape.close()
    #expect(total.scalar == 1)
  }

  @Test("a closed tape is released, with or without gradients", arguments: [true, false])
  func release(computesGradients: Bool) {
    weak var released: Tape?
    do {
      let tape = Tape()
      released = tape
      let x = tape.leaf(random([3, 5]))
      let loss = (x.matmul(x.transposed()).softmax() * 2).sum()
      if computesGradients { _ = tape.gradients(of: loss) } else { tape.close() }
    }
    #expect(released == nil)
  }

  @Test("a tape that throws away its records gives their memory back")
  func memory() {
    final class Witness: Sendable {}
    weak var witness: Witness?
    let tape = Tape()
    var x = tape.leaf(Tensor(1))
    do {
      let captured = Witness()
      witness = captured
      x = .recorded(
        x.detached, x.receiving { gradient in withExtendedLifetime(captured) { gradient } })
    }
    #expect(witness != nil)
    _ = tape.gradients(of: x)
    #expect(witness == nil)
  }

  @Test("the gradients of a value used several times add up")
  func accumulation() {
    let x = random([3, 5], in: 0.5...2)
    let faults = checkGradients(of: [x]) {
      let y = $0[0] * 2
      return y * $0[0] + y + y / $0[0].squared()
    } matching: {
      let y = $0[0] + $0[0]
      return y * $0[0] + y + y / ($0[0] * $0[0])
    }
    #expect(faults == [])
  }

  @Test("accumulating changes no gradient that is used elsewhere")
  func sharing() {
    let tape = Tape()
    let a = tape.leaf(Tensor([1, 2], shape: [2]))
    let b = tape.leaf(Tensor([3, 4], shape: [2]))
    // The pullback of + hands the same gradient to both.
    let gradients = tape.gradients(of: ((a + b) + a).sum())
    #expect(gradients[0]?.array == [2, 2])
    #expect(gradients[1]?.array == [1, 1])
  }

  @Test("pullbacks of inputs that are not on the tape never run")
  func untracked() {
    let tape = Tape()
    let x = tape.leaf(Tensor(2))
    let constant = Tensor(3)
    var calls = 0
    let y = Tensor.recorded(
      x * constant,
      x.receiving { $0 * constant },
      constant.receiving {
        calls += 1
        return $0
      })
    #expect(tape.gradients(of: y)[0]?.scalar == 3)
    #expect(calls == 0)
  }

  @Test("a record whose results the loss does not need is not replayed")
  func unused() {
    let tape = Tape()
    let x = tape.leaf(Tensor(2))
    var calls = 0
    let unused = Tensor.recorded(
      x.detached,
      x.receiving {
        calls += 1
        return $0
      })
    _ = unused * 2
    #expect(tape.gradients(of: x * 3)[0]?.scalar == 3)
    #expect(calls == 0)
  }

  @Test("nothing is recorded without a tape")
  func inference() {
    #expect(!(random([3]) * random([3])).isTracked)
  }

  @Test("a leaf that the loss does not depend on has no gradient")
  func independentLeaf() {
    let tape = Tape()
    let x = tape.leaf(Tensor(2))
    _ = tape.leaf(Tensor(3))
    let gradients = tape.gradients(of: x * x)
    #expect(gradients.count == 2)
    #expect(gradients[0]?.scalar == 4)
    #expect(gradients[1] == nil)
  }

  @Test("a loss that is a leaf, and one that is a constant")
  func trivialLosses() {
    let tape = Tape()
    let x = tape.leaf(Tensor(2))
    #expect(tape.gradients(of: x)[0]?.scalar == 1)
    let other = Tape()
    _ = other.leaf(Tensor(2))
    #expect(other.gradients(of: Tensor(5)) == [nil])
  }

  @Test("a value that outlives its tape is a constant, on either side of an operation")
  func survivors() {
    let first = Tape()
    let survivor = first.leaf(Tensor([2, 3], shape: [2])) * 5
    _ = first.gradients(of: survivor.sum())
    #expect(!survivor.isTracked)

    for isFirst in [true, false] {
      let tape = Tape()
      _ = tape.leaf(Tensor(0))
      let x = tape.leaf(Tensor([1, 1], shape: [2]))
      let product = isFirst ? survivor * x : x * survivor
      let stacked = Tensor(stacking: isFirst ? [survivor, product] : [product, survivor])
      let gradients = tape.gradients(of: stacked.sum())
      #expect(gradients[0] == nil)
      #expect(gradients[1]?.array == [10, 15])
    }
  }

  @Test("a detached value is a constant")
  func detached() {
    let tape = Tape()
    let x = tape.leaf(Tensor(3))
    #expect(tape.gradients(of: x * x.detached)[0]?.scalar == 3)
  }

  @Test("what a pullback adds to a sum in place is not copied, nor what it is handed from outside")
  func sums() {
    let tape = Tape()
    let x = tape.leaf(random([40, 50]))
    var places: [UnsafePointer<Float>] = []
    func used() -> Tensor {
      Tensor.recorded([x.detached], from: [x]) { gradients, sums in
        sums[0].add(gradients[0])
        if let place = sums[0]?.unsafeBase { places.append(place) }
      }[0]
    }
    let one = Tensor(repeating: 1, shape: x.shape)
    let values = (0..<3).map { _ in (value: used(), gradient: one * 2) }
    let gradients = tape.gradients(of: values, onto: [one + one])
    #expect(gradients[0]?.array == [Float](repeating: 8, count: 2000))
    #expect(places.count == 3 && Set(places).count == 1)
    #expect(gradients[0]?.unsafeBase == places.first)
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// Three numbers, of which one may be missing.
private struct Weights: Module {
  var first: Tensor
  var second: Tensor?

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("first", &first)
    walk("second", &second)
  }
}

private struct Pair: Module {
  var left: Weights
  var right: Weights?
  var more: [Weights] = []

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("left", &left)
    walk("right", &right)
    walk("more", &more)
  }
}

@Suite("Modules")
struct ModuleTests {
  private func weights(_ number: Float, hasSecond: Bool = true) -> Weights {
    Weights(first: Tensor(number), second: hasSecond ? Tensor(number + 1) : nil)
  }

  @Test("parameters are named by their path, and what is missing is not visited")
  func names() {
    let pair = Pair(left: weights(1), right: nil, more: [weights(3), weights(5, hasSecond: false)])
    #expect(
      pair.parameters.map(\.name) == [
        "left.first", "left.second", "more.0.first", "more.0.second", "more.1.first",
      ])
    #expect(pair.parameters.map(\.value.scalar) == [1, 2, 3, 4, 5])
    #expect(pair.parameterCount == 5)
    #expect(pair.parameters.count == storedTensorCount(in: pair))
  }

  @Test("a copy is a snapshot")
  func snapshot() {
    var pair = Pair(left: weights(1), right: weights(3))
    let before = pair
    pair.updateParameters { name, parameter in
      if name.description.hasPrefix("right") { parameter = parameter * 10 }
    }
    #expect(pair.parameters.map(\.value.scalar) == [1, 2, 30, 40])
    #expect(before.parameters.map(\.value.scalar) == [1, 2, 3, 4])
  }

  @Test("gradients stand in the order of the parameters; those of the unused are missing")
  func gradients() {
    let module = Pair(left: weights(2), right: weights(5))
    let (value, gradients) = valueAndGradients(of: module) {
      $0.left.first * $0.left.first * ($0.right?.second ?? Tensor(0))
    }
    #expect(value == 24)
    #expect(gradients.values.map { $0?.scalar } == [24, nil, nil, 4])
    #expect(gradients.norm == (24.0 * 24 + 16).squareRoot())
  }

  @Test("an error in a loss comes out, and leaves no tape behind")
  func errors() {
    weak var tape: AnyObject?
    let module = weights(1)
    #expect(throws: LembraError.self) {
      _ = try valueAndGradients(of: module) { module in
        final class Witness: Sendable {}
        let witness = Witness()
        tape = witness
        _ = Tensor.recorded(
          Tensor(0), module.first.receiving { g in withExtendedLifetime(witness) { g } })
        throw LembraError(.interrupted, "stopped", remedy: "go on")
      }
    }
    #expect(tape == nil)
  }

  @Test("a result beside the loss comes out with it")
  func results() {
    let (value, gradients, result) = valueAndGradients(of: weights(3)) {
      (loss: $0.first * 2, result: "seen")
    }
    #expect(value == 6)
    #expect(gradients.values[0]?.scalar == 2)
    #expect(result == "seen")
  }

  @Test("a loss of several numbers")
  func trap() async {
    await #expect(processExitsWith: .failure) {
      _ = valueAndGradients(of: Embedding(tokenCount: 2, outputSize: 2, key: RandomKey(seed: 1))) {
        $0.weight
      }
    }
  }
}

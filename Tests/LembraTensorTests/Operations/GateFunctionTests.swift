import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Gates of one step")
struct GateFunctionTests {
  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  @Test("a gated recurrent unit", arguments: [1, 5, 16, 37])
  func gatedRecurrentUnit(units: Int) {
    let inputs = [
      random([3, 3 * units]), random([3, 3 * units], seed: 2), random([3, units], seed: 3),
    ]
    let faults = checkGradients(of: inputs) {
      Tensor.gatedRecurrentUnit($0[0], $0[1], $0[2])
    } matching: { inputs in
      let (x, y, h) = (inputs[0], inputs[1], inputs[2])
      return Reference(shape: [3, units]) { index in
        let (row, unit) = (index[0], index[1])
        let r = sigmoid(x[row, unit] + y[row, unit])
        let z = sigmoid(x[row, units + unit] + y[row, units + unit])
        let n = tanh(x[row, 2 * units + unit] + r * y[row, 2 * units + unit])
        return (1 - z) * n + z * h[row, unit]
      }
    }
    #expect(faults == [])
  }

  @Test(
    "a long short-term memory, of which both results, one or the other count",
    arguments: [1, 5, 16, 37], [[true, true], [true, false], [false, true]])
  func longShortTermMemory(units: Int, counts: [Bool]) {
    let inputs = [
      random([3, 4 * units]), random([3, 4 * units], seed: 2), random([3, units], seed: 3),
    ]
    let faults = checkGradients(of: inputs) {
      let (hidden, cell) = Tensor.longShortTermMemory($0[0], $0[1], cell: $0[2])
      return Tensor(stacking: (counts[0] ? [hidden] : []) + (counts[1] ? [cell] : []))
    } matching: { inputs in
      let rows = (0..<3).map { row in
        (0..<units).map { unit -> (hidden: Double, cell: Double) in
          let gates = (0..<4).map {
            inputs[0][row, $0 * units + unit] + inputs[1][row, $0 * units + unit]
          }
          let cell =
            sigmoid(gates[1]) * inputs[2][row, unit] + sigmoid(gates[0]) * tanh(gates[2])
          return (sigmoid(gates[3]) * tanh(cell), cell)
        }
      }
      let hidden = rows.map { $0.map(\.hidden) }
      let cell = rows.map { $0.map(\.cell) }
      return Reference(rows: (counts[0] ? hidden : []) + (counts[1] ? cell : []))
    }
    #expect(faults == [])
  }
}

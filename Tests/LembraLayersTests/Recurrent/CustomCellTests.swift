import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

private func sigmoid(_ x: Reference) -> Reference { x.map { 1 / (1 + exp(-$0)) } }
private func tanh(_ x: Reference) -> Reference { x.map { 1 - 2 / (exp(2 * $0) + 1) } }

extension Reference {
  fileprivate func rows(_ range: Range<Int>) -> Reference {
    Reference(rows: Array(rows[range]))
  }

  fileprivate func beside(_ other: Reference) -> Reference {
    Reference(rows: zip(rows, other.rows).map { $0 + $1 })
  }
}

/// Cells against the same equations in double precision, one sequence at a time.
@Suite("Cells compute their equations, and gradients by finite differences")
struct CustomCellTests {
  /// The outputs for sequences that lie one after the other in `rows`, from one row of `first` each.
  private func scan(
    _ rows: Reference, _ lengths: [Int], _ first: Reference,
    _ step: (_ x: Reference, _ h: Reference) -> Reference
  ) -> Reference {
    var outputs: [[Double]] = []
    var start = 0
    for (index, length) in lengths.enumerated() {
      var h = first.rows(index..<index + 1)
      for row in start..<start + length {
        h = step(rows.rows(row..<row + 1), h)
        outputs += h.rows
      }
      start += length
    }
    return Reference(rows: outputs)
  }

  /// The outputs of `cell`, one sequence after the other.
  private func outputs<Cell: RecurrentCell>(
    of cell: Cell, _ rows: Tensor, _ lengths: [Int], _ first: Tensor
  ) -> Tensor where Cell.State == HiddenState {
    var start = 0
    let given = lengths.map { length in
      defer { start += length }
      return rows.rows(start..<start + length)
    }
    let (output, _) = Recurrent(cell)(SequenceBatch(given), from: HiddenState(hidden: first))
    return Tensor(stacking: output.sequences)
  }

  private let lengths = [2, 4, 1]

  @Test("a minimal gated unit, of which only the step is written")
  func minimalGatedUnit() {
    let cell = MinimalGatedCell(inputSize: 2, hiddenSize: 3, key: RandomKey(seed: 1))
    let inputs =
      [random([7, 2], seed: 1), random([3, 3], seed: 2)] + cell.parameters.map(\.value)
    let faults = checkGradients(of: inputs) { inputs in
      var cell = cell
      var parameters = inputs[2...]
      cell.updateParameters { _, parameter in parameter = parameters.removeFirst() }
      return outputs(of: cell, inputs[0], lengths, inputs[1])
    } matching: { p in
      scan(p[0], lengths, p[1]) { x, h in
        let f = sigmoid(x.beside(h).affine(p[2], p[3]))
        let n = tanh(x.beside(f * h).affine(p[4], p[5]))
        return f.map { 1 - $0 } * h + f * n
      }
    }
    #expect(faults == [])
  }

  @Test(
    "a GRU, with the reset before and after the product",
    arguments: [GRUCell.Reset.beforeProduct, .afterProduct])
  func gatedRecurrentUnit(reset: GRUCell.Reset) {
    let cell = GRUCell(inputSize: 2, hiddenSize: 3, reset: reset, key: RandomKey(seed: 1))
    let inputs =
      [random([7, 2], seed: 1), random([3, 3], seed: 2)] + cell.parameters.map(\.value)
    let faults = checkGradients(of: inputs) { inputs in
      var cell = cell
      var parameters = inputs[2...]
      cell.updateParameters { _, parameter in parameter = parameters.removeFirst() }
      return outputs(of: cell, inputs[0], lengths, inputs[1])
    } matching: { p in
      func gate(_ gate: Int, _ x: Reference, _ weights: Reference, _ bias: Reference) -> Reference {
        let units = gate * 3..<gate * 3 + 3
        return x.affine(weights.rows(units), Reference(Array(bias.elements[units]), shape: [3]))
      }
      return scan(p[0], lengths, p[1]) { x, h in
        let r = sigmoid(gate(0, x, p[2], p[4]) + gate(0, h, p[3], p[5]))
        let z = sigmoid(gate(1, x, p[2], p[4]) + gate(1, h, p[3], p[5]))
        let fromHidden =
          reset == .beforeProduct ? gate(2, r * h, p[3], p[5]) : r * gate(2, h, p[3], p[5])
        let n = tanh(gate(2, x, p[2], p[4]) + fromHidden)
        return z.map { 1 - $0 } * n + z * h
      }
    }
    #expect(faults == [])
  }

  @Test("a minimal gated unit of the library")
  func minimalGatedUnitOnKernels() {
    let cell = MGUCell(inputSize: 2, hiddenSize: 3, key: RandomKey(seed: 1))
    let inputs =
      [random([7, 2], seed: 1), random([3, 3], seed: 2)] + cell.parameters.map(\.value)
    let faults = checkGradients(of: inputs) { inputs in
      var cell = cell
      var parameters = inputs[2...]
      cell.updateParameters { _, parameter in parameter = parameters.removeFirst() }
      return outputs(of: cell, inputs[0], lengths, inputs[1])
    } matching: { p in
      func gate(_ gate: Int, _ x: Reference, _ weights: Reference, _ bias: Reference) -> Reference {
        let units = gate * 3..<gate * 3 + 3
        return x.affine(weights.rows(units), Reference(Array(bias.elements[units]), shape: [3]))
      }
      return scan(p[0], lengths, p[1]) { x, h in
        let f = sigmoid(gate(0, x, p[2], p[4]) + gate(0, h, p[3], p[5]))
        let n = tanh(gate(1, x, p[2], p[4]) + gate(1, f * h, p[3], p[5]))
        return f.map { 1 - $0 } * h + f * n
      }
    }
    #expect(faults == [])
  }

  @Test("a written cell goes into both directions and into a stack")
  func composition() {
    func cell(_ inputs: Int, _ index: Int) -> MinimalGatedCell {
      MinimalGatedCell(
        inputSize: inputs, hiddenSize: 3, key: RandomKey(seed: 2).folding(index))
    }
    let layer = Stack(count: 2, inputSize: 2) {
      Bidirectional(forward: cell($1, 2 * $0), backward: cell($1, 2 * $0 + 1))
    }
    let batch = SequenceBatch(sequences([3, 1, 4], features: 2))
    let (value, gradients) = valueAndGradients(of: layer) {
      $0(batch).output.rows.squared().sum()
    }
    #expect(value > 0)
    let parameters = layer.parameters
    #expect(parameters.count == 16)
    // Each parameter's derivative along a random direction, by central differences.
    for (index, parameter) in parameters.enumerated() {
      let direction = random(parameter.value.shape, seed: UInt64(index))
      func loss(_ step: Float) -> Double {
        var moved = layer
        var place = 0
        moved.updateParameters { _, value in
          if place == index { value = value + direction * step }
          place += 1
        }
        return moved(batch).output.rows.sumOfSquares
      }
      let difference = (loss(0.01) - loss(-0.01)) / 0.02
      let slope = gradients.values[index].map { ($0 * direction).sum().scalar } ?? 0
      #expect(
        abs(Double(slope) - difference) < 1e-3 * max(0.1, abs(difference)), "\(parameter.name)")
    }
  }
}

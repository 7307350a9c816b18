import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Variants of cells in double precision, one sequence at a time, as their papers write them.
private struct VariantReference {
  let parameters: [String: Reference]

  private func rows(_ name: String) -> [[Double]] { parameters[name]?.rows ?? [] }
  private func vector(_ name: String) -> [Double] { parameters[name]?.elements ?? [] }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  private func times(_ matrix: String, _ x: [Double]) -> [Double] {
    rows(matrix).map { zip($0, x).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private func normalized(_ x: [Double], _ gain: [Double], _ shift: [Double]) -> [Double] {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    return x.indices.map {
      (x[$0] - mean) / (variance + 1e-5).squareRoot() * gain[$0] + shift[$0]
    }
  }

  /// The sums of one side's gates, those of each group normalised together if there are gains.
  private func sums(_ side: String, _ x: [Double], _ groups: [Range<Int>]) -> [Double] {
    let products = times("weight_\(side)", x)
    let (gain, shift) = (vector("norm.\(side)"), vector("bias_\(side)"))
    if gain.isEmpty { return zip(products, shift).map(+) }
    return groups.flatMap {
      normalized(Array(products[$0]), Array(gain[$0]), Array(shift[$0]))
    }
  }

  private func kept(_ before: [Double], _ after: [Double], _ share: Float) -> [Double] {
    zip(before, after).map { Double(share) * $0 + (1 - Double(share)) * $1 }
  }

  func lstm(_ variant: LSTMCell.Variant, _ x: [Double], _ state: [[Double]]) -> [[Double]] {
    let (h, c) = (state[0], state[1])
    let units = c.count
    let count = variant.couplesGates ? 3 : 4
    let all = [0..<count * units]
    let sums = zip(self.sums("ih", x, all), self.sums("hh", h, all)).map(+)
    let peepholes = rows("weight_peephole")
    let first = variant.couplesGates ? 0 : 1
    func gate(_ index: Int, _ unit: Int) -> Double { sums[index * units + unit] }
    func peephole(_ index: Int, _ unit: Int, _ cell: Double) -> Double {
      peepholes.isEmpty ? 0 : peepholes[index][unit] * cell
    }
    var (next, out) = ([Double](), [Double]())
    for unit in 0..<units {
      let forget = Self.sigmoid(gate(first, unit) + peephole(first, unit, c[unit]))
      let enter =
        variant.couplesGates ? 1 - forget : Self.sigmoid(gate(0, unit) + peephole(0, unit, c[unit]))
      next.append(forget * c[unit] + enter * tanh(gate(first + 1, unit)))
      out.append(Self.sigmoid(gate(first + 2, unit) + peephole(first + 1, unit, next[unit])))
    }
    let inside =
      variant.isNormalized
      ? normalized(next, vector("norm_cell.weight"), vector("norm_cell.bias")) : next
    var hidden = zip(out, inside).map { $0 * tanh($1) }
    if variant.projectionSize != nil { hidden = times("weight_hr", hidden) }
    return [
      kept(h, hidden, variant.zoneout.hidden), kept(c, next, variant.zoneout.cell),
    ]
  }

  func gru(_ variant: GRUCell.Variant, _ x: [Double], _ state: [[Double]]) -> [[Double]] {
    let h = state[0]
    let units = h.count
    let groups = [0..<2 * units, 2 * units..<3 * units]
    let (a, b) = (sums("ih", x, groups), sums("hh", h, groups))
    let next = (0..<units).map { unit in
      let reset = Self.sigmoid(a[unit] + b[unit])
      let update = Self.sigmoid(a[units + unit] + b[units + unit])
      let candidate = tanh(a[2 * units + unit] + reset * b[2 * units + unit])
      return (1 - update) * candidate + update * h[unit]
    }
    return [kept(h, next, variant.zoneout)]
  }
}

@Suite("Variants of cells in double precision")
struct VariantReferenceTests {
  /// Compares a run of a ragged batch, and the gradients of everything it reads, with its definition.
  private func faults<Cell: RecurrentCell>(
    _ cell: Cell, _ direction: Direction,
    _ step: @escaping (VariantReference, _ x: [Double], _ state: [[Double]]) -> [[Double]]
  ) -> [String] {
    let key = RandomKey(seed: 77)
    let layout = SequenceLayout(lengths: [3, 2])
    let first = cell.zeroState(batch: 2)
    let parameters = cell.parameters
    let shapes =
      parameters.map(\.value.shape) + [[layout.rowCount, cell.inputSize]]
      + first.parameters.map(\.value.shape)
    let inputs = shapes.enumerated().map {
      Tensor(uniformIn: -1...1, shape: $1, key: key.folding($0))
    }
    let names = parameters.map(\.name)
    return checkGradients(of: inputs) { inputs in
      var own = cell
      var rest = inputs[...]
      own.updateParameters { _, parameter in parameter = rest.removeFirst() }
      let input = rest.removeFirst()
      var state = first
      state.updateParameters { _, tensor in tensor = rest.removeFirst() }
      let (output, last) = own.run(
        SequenceBatch(rows: input, layout: layout), from: state, direction: direction)
      let parts = [output.rows] + last.parameters.map(\.value)
      return Tensor(stacking: parts.map { $0.reshaped(to: [$0.shape.count]) })
    } matching: { inputs in
      let reference = VariantReference(
        parameters: Dictionary(uniqueKeysWithValues: zip(names, inputs)))
      let rows = inputs[names.count].rows
      let states = inputs[(names.count + 1)...].map(\.rows)
      var outputs = [[Double]](repeating: [], count: layout.rowCount)
      var last: [[[Double]]] = []
      for (sequence, length) in layout.lengths.enumerated() {
        var state = states.map { $0[sequence] }
        let steps = Array(0..<length)
        for index in direction == .forward ? steps : steps.reversed() {
          let row = layout.offsets[index] + sequence
          state = step(reference, rows[row], state)
          outputs[row] = state[0]
        }
        last.append(state)
      }
      let ends = states.indices.flatMap { part in last.flatMap { $0[part] } }
      let all = outputs.flatMap(\.self) + ends
      return Reference(all, shape: [all.count])
    }
  }

  @Test("an LSTM", arguments: [Direction.forward, .backward])
  func lstm(direction: Direction) {
    for (name, variant) in CellVariants.lstm {
      let cell = LSTMCell(
        inputSize: 2, hiddenSize: 3, variant: variant, key: RandomKey(seed: 3))
      #expect(faults(cell, direction) { $0.lstm(variant, $1, $2) } == [], "\(name)")
    }
  }

  @Test("a GRU", arguments: [Direction.forward, .backward])
  func gru(direction: Direction) {
    for (name, variant) in CellVariants.gru {
      let cell = GRUCell(
        inputSize: 2, hiddenSize: 3, variant: variant, key: RandomKey(seed: 3))
      #expect(faults(cell, direction) { $0.gru(variant, $1, $2) } == [], "\(name)")
    }
  }
}

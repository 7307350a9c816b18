import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private func key(_ index: Int) -> RandomKey { RandomKey(seed: 31).folding(index) }

/// A run that noise may have a part in.
struct NoisyRun<Cell: RecurrentCell>: Module {
  var cell: Cell
  var input: Tensor
  var state: Cell.State

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("cell", &cell)
    walk("input", &input)
    walk("state", &state)
  }

  /// A sum that all outputs and last states have a part in.
  func loss(_ output: SequenceBatch, _ last: Cell.State) -> Tensor {
    let weighted = output.rows * Tensor(uniformIn: -1...1, shape: output.rows.shape, key: key(1))
    return last.parameters.reduce(weighted.sum()) { sum, part in
      sum + (part.value * Tensor(uniformIn: -1...1, shape: part.value.shape, key: key(2))).sum()
    }
  }
}

/// Draws every parameter anew, so that no gain is 1 and no shift 0.
func drawn<Part: Module>(_ module: Part) -> Part {
  var module = module
  var index = 0
  module.updateParameters { _, parameter in
    index += 1
    parameter = Tensor(uniformIn: -0.9...0.9, shape: parameter.shape, key: key(100 + index))
  }
  return module
}

/// Compares a run with the scan of its step, values and gradients.
///
/// - Parameters:
///   - plain: the cell, whose parameters are drawn anew.
///   - lengths: those of the sequences.
///   - direction: the order in which they are read.
///   - isNoisy: whether chance has its part.
///   - name: what the cell is called.
///   - state: the first state, made from zeros; by default every number is drawn.
func checkRun<Cell: RecurrentCell>(
  _ plain: Cell, _ lengths: [Int], _ direction: Direction, isNoisy: Bool, _ name: String,
  state: (Cell.State) -> Cell.State = { drawn($0) }
) {
  let layout = SequenceLayout(lengths: lengths)
  let module = NoisyRun(
    cell: drawn(isNoisy ? plain.drawingNoise(key(5)) : plain),
    input: Tensor(
      uniformIn: -1...1, shape: [layout.rowCount, plain.inputSize], key: key(4)),
    state: state(plain.zeroState(batch: lengths.count)))
  let (value, gradients) = valueAndGradients(of: module) { run in
    let (output, last) = run.cell.run(
      SequenceBatch(rows: run.input, layout: layout), from: run.state, direction: direction)
    return run.loss(output, last)
  }
  let (expectedValue, expected) = valueAndGradients(of: module) { run in
    let drawn = run.cell.noise(layout)
    let (output, last) = run.cell.scan(
      SequenceBatch(rows: run.input, layout: layout), from: run.state, direction: direction
    ) { rows, state, index in
      run.cell.step(rows, state, noise: drawn?.step(index, of: layout))
    }
    return run.loss(output, last)
  }
  #expect(abs(value - expectedValue) <= 1e-4 * max(1, abs(expectedValue)), "\(name)")
  for (index, parameter) in module.parameters.map(\.name).enumerated() {
    guard let wanted = expected.values[index] else { continue }
    guard let own = gradients.values[index] else {
      Issue.record("\(name): \(parameter) has no gradient")
      continue
    }
    #expect(relativeError(own, wanted) < 2e-4, "\(name): \(parameter), \(lengths)")
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// A cell with a loss that reaches every output and every last state, for comparing two ways of
/// running it.
private struct Run<Cell: RecurrentCell>: Module {
  var cell: Cell
  var input: Tensor
  var state: Cell.State?

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("cell", &cell)
    walk("input", &input)
    walk("state", &state)
  }

  func loss(
    _ layout: SequenceLayout,
    _ run: (Cell, SequenceBatch, Cell.State?) -> (
      output: SequenceBatch, finalState: Cell.State
    )
  ) -> Tensor {
    let (output, last) = run(cell, SequenceBatch(rows: input, layout: layout), state)
    let weighted = output.rows * Tensor(uniformIn: -1...1, shape: output.rows.shape, key: key(1))
    return last.parameters.reduce(weighted.sum()) { sum, part in
      sum + (part.value * Tensor(uniformIn: -1...1, shape: part.value.shape, key: key(2))).sum()
    }
  }
}

private func key(_ index: Int) -> RandomKey { RandomKey(seed: 11).folding(index) }

private let runLengths = [
  [1], [2], [3, 3, 3], [5, 3, 1], [7, 7, 6, 4, 4, 2, 1, 1], [4, 2, 0], [0], [0, 0],
]
private let sizes = [(1, 1), (3, 5), (17, 16), (2, 33)]

/// The specification of every fused kernel: `run` gives what repeating `step` gives.
@Suite("A fused run equals the scan of its step")
struct FusedRunTests {
  private func check<Cell: RecurrentCell>(
    _ makeCell: (Int, Int) -> Cell, _ lengths: [Int], _ direction: Direction, hasState: Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let layout = SequenceLayout(lengths: lengths)
    for (inputs, units) in sizes {
      let cell = makeCell(inputs, units)
      var state: Cell.State?
      if hasState {
        var drawn = cell.zeroState(batch: lengths.count)
        drawn.updateParameters { _, rows in
          rows = Tensor(uniformIn: -1...1, shape: rows.shape, key: key(3))
        }
        state = drawn
      }
      let rows = Tensor(uniformIn: -1...1, shape: [layout.rowCount, inputs], key: key(4))
      let module = Run(cell: cell, input: rows, state: state)
      let (fused, fusedGradients) = valueAndGradients(of: module) {
        $0.loss(layout) { $0.run($1, from: $2, direction: direction) }
      }
      let (scanned, scannedGradients) = valueAndGradients(of: module) {
        $0.loss(layout) { $0.scan($1, from: $2, direction: direction) }
      }
      #expect(abs(fused - scanned) <= 1e-4 * max(1, abs(scanned)), sourceLocation: sourceLocation)
      let names = module.parameters.map(\.name)
      for (index, name) in names.enumerated() {
        guard let expected = scannedGradients.values[index] else { continue }
        guard let actual = fusedGradients.values[index] else {
          Issue.record("\(name) has no gradient", sourceLocation: sourceLocation)
          continue
        }
        #expect(
          relativeError(actual, expected) < 1e-4, "\(name) \(inputs)→\(units) \(lengths)",
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: runLengths, [Direction.forward, .backward])
  func lstm(lengths: [Int], direction: Direction) {
    for hasState in [false, true] {
      check(
        { LSTMCell(inputSize: $0, hiddenSize: $1, key: key(0)) }, lengths, direction,
        hasState: hasState)
    }
  }

  @Test(arguments: runLengths, [Direction.forward, .backward])
  func gru(lengths: [Int], direction: Direction) {
    for hasState in [false, true] {
      check(
        { GRUCell(inputSize: $0, hiddenSize: $1, key: key(0)) }, lengths, direction,
        hasState: hasState)
    }
  }

  @Test(arguments: runLengths, [Direction.forward, .backward])
  func rnn(lengths: [Int], direction: Direction) {
    for nonlinearity in [RNNCell.Nonlinearity.tanh, .relu] {
      for hasState in [false, true] {
        check(
          { RNNCell(inputSize: $0, hiddenSize: $1, nonlinearity: nonlinearity, key: key(0)) },
          lengths, direction, hasState: hasState)
      }
    }
  }

  @Test(arguments: runLengths, [Direction.forward, .backward])
  func scans(lengths: [Int], direction: Direction) {
    for hasState in [false, true] {
      check(
        { MinGRUCell(inputSize: $0, hiddenSize: $1, key: key(0)) }, lengths, direction,
        hasState: hasState)
      check(
        { MinLSTMCell(inputSize: $0, hiddenSize: $1, key: key(0)) }, lengths, direction,
        hasState: hasState)
      for nonlinearity in [RNNCell.Nonlinearity.tanh, .relu] {
        check(
          { IndRNNCell(inputSize: $0, hiddenSize: $1, nonlinearity: nonlinearity, key: key(0)) },
          lengths, direction, hasState: hasState)
      }
    }
  }

  @Test func cellsWithoutBiases() {
    check(
      { LSTMCell(inputSize: $0, hiddenSize: $1, hasBias: false, key: key(0)) }, [4, 2], .forward,
      hasState: true)
    check(
      { GRUCell(inputSize: $0, hiddenSize: $1, hasBias: false, key: key(0)) }, [4, 2], .backward,
      hasState: true)
  }

  /// The gradient of a sum is the same everywhere, and is not written out row by row.
  @Test("the gradient of a plain sum or mean", arguments: [[6, 4, 1], [2, 2]])
  func uniformGradient(lengths: [Int]) {
    let layout = SequenceLayout(lengths: lengths)
    let rows = Tensor(uniformIn: -1...1, shape: [layout.rowCount, 5], key: key(4))
    func check(_ layer: some SequenceLayer, _ reduce: (Tensor) -> Tensor) {
      let batch = SequenceBatch(rows: rows, layout: layout)
      let (_, uniform) = valueAndGradients(of: layer) { reduce($0(batch).output.rows) }
      let (_, written) = valueAndGradients(of: layer) {
        // A product with ones that are nowhere marked as such.
        let output = $0(batch).output.rows
        let ones = Tensor([Float](repeating: 1, count: output.shape.count), shape: output.shape)
        return reduce(output * ones)
      }
      for (a, b) in zip(uniform.values, written.values) {
        if let a, let b { #expect(sameBits(a, b)) } else { Issue.record("no gradient") }
      }
    }
    for reduce in [{ $0.sum() }, { $0.mean() }] as [(Tensor) -> Tensor] {
      check(LSTM(LSTMCell(inputSize: 5, hiddenSize: 33, key: key(0))), reduce)
      check(
        Stack(count: 2, inputSize: 5) {
          Bidirectional(
            forward: GRUCell(inputSize: $1, hiddenSize: 18, key: key(2 * $0)),
            backward: GRUCell(inputSize: $1, hiddenSize: 18, key: key(2 * $0 + 1)))
        }, reduce)
    }
  }

  @Test("the gradients of an upper layer are the same when the layers below are frozen")
  func frozenLayers() {
    struct Top: Module {
      var layers: [LSTM]
      mutating func visitParameters(_ walk: inout ParameterWalk) { walk("top", &layers[2]) }
    }
    let stack = Stack(count: 3, inputSize: 5) {
      LSTM(LSTMCell(inputSize: $1, hiddenSize: 20, key: key($0)))
    }
    let layout = SequenceLayout(lengths: [9, 4, 4])
    let batch = SequenceBatch(
      rows: Tensor(uniformIn: -1...1, shape: [layout.rowCount, 5], key: key(4)), layout: layout)
    func loss(_ stack: Stack<LSTM>) -> Tensor { stack(batch).output.rows.squared().sum() }
    let (_, all) = valueAndGradients(of: stack, loss)
    let (_, top) = valueAndGradients(of: Top(layers: stack.layers)) { loss(Stack($0.layers)) }
    #expect(top.values.count == 4)
    for (a, b) in zip(top.values, all.values.suffix(4)) {
      if let a, let b { #expect(sameBits(a, b)) } else { Issue.record("no gradient") }
    }
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private func key(_ index: Int) -> RandomKey { RandomKey(seed: 31).folding(index) }

/// A layer that reads a batch whose rows recur, as they are and expanded.
private struct IndexedCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  private let results: @Sendable (_ isExpanded: Bool, _ dropoutKey: RandomKey?) -> Results

  struct Results {
    /// The output and every tensor of the last state.
    var values: [[Float]]
    /// Of every parameter, of the table and of the first state.
    var gradients: [Tensor?]
  }

  private static let lengths = [9, 4, 13, 0, 7, 13, 2]
  private static let rows = 6

  init<Layer: SequenceLayer>(_ name: String, _ layer: Layer) {
    testDescription = name
    let layout = SequenceLayout(lengths: Self.lengths)
    let table = random([Self.rows, layer.inputSize], in: -1...1, seed: 1)
    let indices = (0..<layout.rowCount).map { ($0 * 7 + $0 / 3) % Self.rows }
    results = { isExpanded, dropoutKey in
      func run(_ layer: Layer, _ table: Tensor, _ state: [Tensor]?) -> [Tensor] {
        let batch = IndexedSequenceBatch(table: table, indices: indices, layout: layout)
        let first = state.map { tensors in
          var (state, rest) = (layer.zeroState(batch: layout.batchCount), tensors[...])
          state.visitTensors { $0 = rest.removeFirst() }
          return state
        }
        let (output, last) =
          isExpanded
          ? layer(batch.expanded, from: first, dropoutKey: dropoutKey)
          : layer(batch, from: first, dropoutKey: dropoutKey)
        var tensors = [output.rows]
        var states = last
        states.visitTensors { tensors.append($0) }
        return tensors
      }
      var first: [Tensor] = []
      var state = layer.zeroState(batch: layout.batchCount)
      state.visitTensors { first.append(random($0.shape, in: -1...1, seed: 9)) }
      let tape = Tape()
      var tracked = layer
      tracked.updateParameters { _, parameter in parameter = tape.leaf(parameter) }
      let results = run(tracked, tape.leaf(table), first.map(tape.leaf))
      let loss = results.enumerated().reduce(Tensor(0)) { sum, part in
        sum + (part.1 * random(part.1.shape, seed: UInt64(part.0))).sum()
      }
      return Results(
        values: run(layer, table, first).map(\.array) + results.map(\.detached.array),
        gradients: tape.gradients(of: loss))
    }
  }

  func results(isExpanded: Bool, dropoutKey: RandomKey? = nil) -> Results {
    results(isExpanded, dropoutKey)
  }

  static let all: [IndexedCase] = [
    IndexedCase("RNN", RNN(RNNCell(inputSize: 5, hiddenSize: 19, key: key(0)))),
    IndexedCase("LSTM", LSTM(LSTMCell(inputSize: 5, hiddenSize: 19, key: key(1)))),
    IndexedCase("GRU", GRU(GRUCell(inputSize: 5, hiddenSize: 19, key: key(2)))),
    IndexedCase(
      "LSTM without biases",
      LSTM(LSTMCell(inputSize: 3, hiddenSize: 4, hasBias: false, key: key(3)))
    ),
    IndexedCase(
      "LSTM read backward",
      LSTM(LSTMCell(inputSize: 5, hiddenSize: 19, key: key(1)), direction: .backward)),
    IndexedCase(
      "GRU with reset before",
      GRU(GRUCell(inputSize: 5, hiddenSize: 8, reset: .beforeProduct, key: key(4)))),
    IndexedCase(
      "bidirectional LSTM",
      Bidirectional(
        forward: LSTMCell(inputSize: 5, hiddenSize: 11, key: key(5)),
        backward: LSTMCell(inputSize: 5, hiddenSize: 11, key: key(6)))),
    IndexedCase(
      "bidirectional GRU, summed",
      Bidirectional(
        forward: GRUCell(inputSize: 5, hiddenSize: 11, key: key(5)),
        backward: GRUCell(inputSize: 5, hiddenSize: 11, key: key(6)), merge: .sum)),
    IndexedCase(
      "three LSTM with dropout",
      Stack(count: 3, inputSize: 5, dropout: 0.4) {
        LSTM(LSTMCell(inputSize: $1, hiddenSize: 12, key: key($0)))
      }),
    IndexedCase(
      "two bidirectional GRU",
      Stack(count: 2, inputSize: 5) {
        Bidirectional(
          forward: GRUCell(inputSize: $1, hiddenSize: 9, key: key($0)),
          backward: GRUCell(inputSize: $1, hiddenSize: 9, key: key($0 + 2)))
      }),
  ]
}

@Suite("A batch whose rows recur")
struct IndexedInputTests {
  @Test("gives the bits of the expanded batch", arguments: IndexedCase.all, [1, 2])
  fileprivate func values(layer: IndexedCase, threads: Int) {
    withThreadLimit(threads) {
      for dropoutKey in [nil, RandomKey(seed: 3)] {
        let indexed = layer.results(isExpanded: false, dropoutKey: dropoutKey)
        let expanded = layer.results(isExpanded: true, dropoutKey: dropoutKey)
        #expect(indexed.values == expanded.values)
      }
    }
  }

  @Test("gives the gradients of the expanded batch", arguments: IndexedCase.all)
  fileprivate func gradients(layer: IndexedCase) throws {
    let indexed = layer.results(isExpanded: false).gradients
    let expanded = layer.results(isExpanded: true).gradients
    #expect(indexed.count == expanded.count)
    for (own, other) in zip(indexed, expanded) {
      let (own, other) = (try #require(own), try #require(other))
      #expect(relativeError(own, other) < 1e-5)
    }
  }

  @Test("has the same gradients on any number of threads", arguments: IndexedCase.all)
  fileprivate func threads(layer: IndexedCase) {
    func bits(_ threads: Int) -> [[UInt32]] {
      withThreadLimit(threads) {
        layer.results(isExpanded: false).gradients.map { $0?.array.map(\.bitPattern) ?? [] }
      }
    }
    #expect(bits(1) == bits(2))
    #expect(bits(1) == bits(3))
  }

  @Test("is the same however its threads divide the work", arguments: FusedPlan.Split.allCases)
  func splits(split: FusedPlan.Split) throws {
    let stack = Stack(count: 2, inputSize: 5) {
      LSTM(LSTMCell(inputSize: $1, hiddenSize: 40, key: key($0)))
    }
    let layout = SequenceLayout(lengths: [20, 17, 16, 16, 12, 3, 3])
    let indices = (0..<layout.rowCount).map { $0 % 9 }
    let table = random([9, 5], in: -1...1, seed: 4)
    let batch = IndexedSequenceBatch(table: table, indices: indices, layout: layout)
    func rows(_ split: FusedPlan.Split) throws -> [UInt32] {
      var network = try #require(stack.fused(dropsOut: false))
      network.split = split
      return withThreadLimit(2) { network(batch, from: nil).rows.array.map(\.bitPattern) }
    }
    #expect(try rows(split) == rows(.single))
  }

  @Test("needs rows that are in the table, and one for each step")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = IndexedSequenceBatch(
        table: Tensor(zeros: [2, 3]), indices: [0, 1, 2],
        layout: SequenceLayout(count: 1, length: 3))
    }
    await #expect(processExitsWith: .failure) {
      _ = IndexedSequenceBatch(
        table: Tensor(zeros: [2, 3]), indices: [0, 1],
        layout: SequenceLayout(count: 1, length: 3))
    }
  }

  @Test("an encoder is the stack of its layers", arguments: RecurrentEncoder.Cell.allCases)
  func encoder(cell: RecurrentEncoder.Cell) {
    let configuration = RecurrentEncoder.Configuration(cell, hiddenSize: 6, layerCount: 2)
    let encoder = RecurrentEncoder(configuration, inputSize: 5, key: key(0))
    let stack: [Tensor]
    let input = SequenceBatch([random([4, 5], seed: 1), random([7, 5], seed: 2)])
    func outputs<Layer: SequenceLayer>(_ layer: Layer) -> [Tensor] {
      let (output, last) = layer(input)
      return [output.rows, layer.summary(of: last)]
    }
    func stacked<Cell: RecurrentCell>(_ cell: (Int, RandomKey) -> Cell) -> [Tensor] {
      outputs(
        Stack(count: 2, inputSize: 5) { Recurrent(cell($1, key(0).folding($0))) })
    }
    switch cell {
    case .rnn: stack = stacked { RNNCell(inputSize: $0, hiddenSize: 6, key: $1) }
    case .lstm: stack = stacked { LSTMCell(inputSize: $0, hiddenSize: 6, key: $1) }
    case .gru: stack = stacked { GRUCell(inputSize: $0, hiddenSize: 6, key: $1) }
    case .mgu: stack = stacked { MGUCell(inputSize: $0, hiddenSize: 6, key: $1) }
    case .slstm: stack = stacked { SLSTMCell(inputSize: $0, hiddenSize: 6, key: $1) }
    case .mingru: stack = stacked { MinGRUCell(inputSize: $0, hiddenSize: 6, key: $1) }
    case .minlstm: stack = stacked { MinLSTMCell(inputSize: $0, hiddenSize: 6, key: $1) }
    case .indrnn: stack = stacked { IndRNNCell(inputSize: $0, hiddenSize: 6, key: $1) }
    }
    let (output, state, summary) = encoder(input)
    #expect([output.rows, summary] == stack)
    let again = encoder(input, from: state)
    #expect(again.output.rows != output.rows)
    #expect(encoder.outputSize == 6 && encoder.inputSize == 5)
    #expect(Double(encoder.parameterCount) == configuration.parameterCount(inputs: 5))
    #expect(encoder.zeroState(batch: 2).map(\.shape) == state.map(\.shape))
  }
}

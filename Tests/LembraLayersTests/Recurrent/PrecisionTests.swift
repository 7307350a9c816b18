import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private let key = RandomKey(seed: 61)
private let reduced: [Precision] = [.bfloat16, .int8]

/// A layer of any type that runs at every precision.
struct ReducedLayer: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let inputSize: Int
  let run:
    @Sendable (_ input: SequenceBatch, _ precision: Precision) -> (
      output: SequenceBatch, state: [Tensor]
    )
  let network: @Sendable () -> FusedNetwork?

  init<Layer: SequenceLayer>(_ name: String, _ layer: Layer) where Layer.State: ListedState {
    testDescription = name
    inputSize = layer.inputSize
    run = { input, precision in
      let (output, state) = layer(input, precision: precision)
      return (output, state.tensors)
    }
    network = { layer.fused(dropsOut: false) }
  }

  /// Each output of each sequence, and the last state.
  func results(_ sequences: [Tensor], _ precision: Precision) -> [Tensor] {
    let (output, state) = run(SequenceBatch(sequences), precision)
    return output.sequences + state
  }

  private static func lstm(_ inputs: Int, _ units: Int, _ index: Int = 0) -> LSTM {
    LSTM(LSTMCell(inputSize: inputs, hiddenSize: units, key: key.folding(index)))
  }

  private static func gru(_ inputs: Int, _ units: Int, _ index: Int = 0) -> GRUCell {
    GRUCell(inputSize: inputs, hiddenSize: units, key: key.folding(index))
  }

  static let all: [ReducedLayer] = [
    .init("LSTM", lstm(5, 21)),
    .init("LSTM of 130 units", lstm(64, 130)),
    .init("GRU", GRU(gru(12, 70))),
    .init("GRU read backward", GRU(gru(9, 33), direction: .backward)),
    .init("RNN", RNN(RNNCell(inputSize: 3, hiddenSize: 100, key: key))),
    .init("RNN of relu", RNN(RNNCell(inputSize: 9, hiddenSize: 33, nonlinearity: .relu, key: key))),
    .init(
      "GRU with a learnt state", GRU(gru(3, 9), learnsInitialState: true)),
    .init(
      "three LSTM", Stack(count: 3, inputSize: 7, dropout: 0.2) { lstm($1, 40, $0) }),
    .init(
      "two bidirectional GRU",
      Stack(count: 2, inputSize: 10) {
        Bidirectional(forward: gru($1, 18, 2 * $0), backward: gru($1, 18, 2 * $0 + 1))
      }),
  ]
}

@Suite("Recurrent layers at fewer bits", .serialized)
struct PrecisionTests {
  @Test(
    "differ from single precision by no more than their numbers are rounded",
    arguments: ReducedLayer.all)
  func closeness(layer: ReducedLayer) {
    let rows = sequences([12, 5, 12, 0, 1, 8], features: layer.inputSize)
    let exact = layer.results(rows, .float32)
    for (precision, bound) in [(Precision.bfloat16, 0.01), (.int8, 0.03)] {
      let results = layer.results(rows, precision)
      for (result, expected) in zip(results, exact) where expected.shape.count > 0 {
        #expect(relativeError(result, expected) < bound, "\(precision)")
      }
      #expect(zip(results, exact).contains { !sameBits($0, $1) }, "\(precision) rounds nothing")
    }
  }

  @Test(
    "give the same bits on any number of threads and however the work is divided",
    arguments: ReducedLayer.all, reduced)
  func threads(layer: ReducedLayer, precision: Precision) throws {
    for lengths in [[12], [3, 8], [4, 9, 0, 1, 9, 3, 2, 7, 5]] {
      let batch = SequenceBatch(sequences(lengths, features: layer.inputSize))
      let expected = layer.run(batch, precision).output.rows
      for split in FusedPlan.Split.allCases {
        var network = try #require(layer.network())
        network.split = split
        network.precision = precision
        let isSame = isSameOnAnyNumberOfThreads(repetitions: 2) {
          let (rows, states) = network(batch, from: nil)
          return [rows] + states
        }
        #expect(isSame, "\(split)")
        #expect(sameBits(network(batch, from: nil).rows, expected), "\(split)")
      }
    }
  }

  @Test(
    "give a sequence the same bits alone and among others", arguments: ReducedLayer.all, reduced)
  func alone(layer: ReducedLayer, precision: Precision) {
    let rows = sequences([7, 3, 7, 5, 6, 1, 2, 7], features: layer.inputSize)
    let together = layer.run(SequenceBatch(rows), precision)
    let outputs = together.output.sequences
    for (index, sequence) in rows.enumerated() {
      let alone = layer.run(SequenceBatch([sequence]), precision)
      #expect(sameBits(alone.output.rows, outputs[index]))
      for (own, all) in zip(alone.state, together.state) {
        #expect(sameBits(own, all.rows(index..<index + 1)))
      }
    }
  }

  @Test("read tables of recurring rows to the bits of the expanded rows", arguments: reduced)
  func indexed(precision: Precision) {
    let layer = LSTM(LSTMCell(inputSize: 6, hiddenSize: 37, key: key))
    let embedding = Embedding(tokenCount: 4, outputSize: 6, key: key)
    let layout = SequenceLayout(lengths: [9, 9, 4])
    let tokens = (0..<layout.rowCount).map { ($0 * 7 + $0 / 3) % 4 }
    let table = embedding.indexed(tokens, layout: layout)
    #expect(table.recurs)
    let expected = layer(table.expanded, precision: precision)
    let result = layer(table, precision: precision)
    #expect(sameBits(result.output.rows, expected.output.rows))
    #expect(sameBits(result.finalState.cell, expected.finalState.cell))
  }

  @Test("follow weights that change, at every precision")
  func packing() {
    var layer = GRU(GRUCell(inputSize: 5, hiddenSize: 20, key: key))
    let batch = SequenceBatch(sequences([6], features: 5))
    let before = Precision.allCases.map { layer(batch, precision: $0).output.rows }
    layer.cell.weights.hidden = layer.cell.weights.hidden * 0.5
    for (index, precision) in Precision.allCases.enumerated() {
      let after = layer(batch, precision: precision).output.rows
      #expect(relativeError(after, before[index]) > 0.01, "\(precision)")
      #expect(relativeError(after, layer(batch).output.rows) < 0.03, "\(precision)")
    }
  }

  // MARK: - Streams

  @Test(
    "give streams the bits of a whole run, whatever streams are beside them", arguments: reduced)
  func streams(precision: Precision) {
    func check<Layer: StreamingLayer>(_ layer: Layer) where Layer.State: ListedState {
      let rows = sequences([8, 8, 8, 8, 8], features: layer.inputSize)
      let (whole, last) = layer(SequenceBatch(rows), precision: precision)
      let isSame = isSameOnAnyNumberOfThreads(repetitions: 2) {
        var session = Session(layer, streamCount: 5, precision: precision)
        var alone = Session(layer, precision: precision)
        var outputs: [Tensor] = []
        for step in 0..<8 {
          let all = session.step(Tensor(stacking: rows.map { $0.rows(step..<step + 1) }))
          let own = alone.step(rows[3].rows(step..<step + 1))
          #expect(sameBits(own, all.rows(3..<4)))
          for (stream, sequence) in whole.sequences.enumerated() {
            #expect(sameBits(all.rows(stream..<stream + 1), sequence.rows(step..<step + 1)))
          }
          outputs.append(all)
        }
        #expect(zip(session.state.tensors, last.tensors).allSatisfy(sameBits))
        session.leave(0)
        #expect(session.streamCount == 4)
        return outputs + session.state.tensors
      }
      #expect(isSame)
    }
    check(LSTM(LSTMCell(inputSize: 64, hiddenSize: 130, key: key)))
    check(RNN(RNNCell(inputSize: 5, hiddenSize: 21, key: key)))
    check(
      Stack(count: 2, inputSize: 7) {
        GRU(GRUCell(inputSize: $1, hiddenSize: 40, key: key.folding($0)))
      })
  }

  // MARK: - What does not run so

  @Test("are the layers that kernels run as a whole, and no others")
  func support() {
    let cell = LSTMCell(inputSize: 3, hiddenSize: 4, key: key)
    let peepholes = LSTMCell(
      inputSize: 3, hiddenSize: 4, variant: .init(hasPeepholes: true), key: key)
    let before = GRUCell(inputSize: 3, hiddenSize: 4, reset: .beforeProduct, key: key)
    for precision in reduced {
      #expect(LSTM(cell).runs(at: precision))
      #expect(Bidirectional(forward: cell, backward: cell).runs(at: precision))
      #expect(!Bidirectional(forward: cell, backward: cell, merge: .sum).runs(at: precision))
      #expect(!LSTM(peepholes).runs(at: precision))
      #expect(!GRU(before).runs(at: precision))
      #expect(!Recurrent(MinGRUCell(inputSize: 3, hiddenSize: 4, key: key)).runs(at: precision))
      #expect(!Stack([LSTM(peepholes)]).runs(at: precision))
    }
    #expect(LSTM(peepholes).runs(at: .float32))
  }

  @Test("trap where they do not run")
  func traps() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let cell = GRUCell(
        inputSize: 3, hiddenSize: 4, reset: .beforeProduct, key: RandomKey(seed: 1))
      _ = Session(GRU(cell), precision: .int8)
    }
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("does not run at int8"), "\(message)")
    await #expect(processExitsWith: .failure) {
      let cell = GRUCell(
        inputSize: 3, hiddenSize: 4, reset: .beforeProduct, key: RandomKey(seed: 1))
      let batch = SequenceBatch(
        rows: Tensor(zeros: [2, 3]), layout: SequenceLayout(count: 1, length: 2))
      _ = GRU(cell)(batch, precision: .bfloat16)
    }
  }

  @Test("have no gradient, and say so")
  func gradients() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let layer = LSTM(LSTMCell(inputSize: 3, hiddenSize: 4, key: RandomKey(seed: 1)))
      _ = valueAndGradients(of: layer) { layer in
        let batch = SequenceBatch(
          rows: Tensor(zeros: [2, 3]), layout: SequenceLayout(count: 1, length: 2))
        return layer(batch, precision: .int8).output.rows.sum()
      }
    }
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("no gradient at int8"), "\(message)")
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private let key = RandomKey(seed: 61)
private let reduced: [Precision] = [.bfloat16, .int8]

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
    let expected = layer.running(at: precision)(table.expanded)
    let result = layer.running(at: precision)(table)
    #expect(sameBits(result.output.rows, expected.output.rows))
    #expect(sameBits(result.finalState.cell, expected.finalState.cell))
  }

  @Test("follow weights that change, at every precision")
  func packing() {
    var layer = GRU(GRUCell(inputSize: 5, hiddenSize: 20, key: key))
    let batch = SequenceBatch(sequences([6], features: 5))
    let before = Precision.allCases.map { layer.running(at: $0)(batch).output.rows }
    layer.cell.weights.hidden = layer.cell.weights.hidden * 0.5
    for (index, precision) in Precision.allCases.enumerated() {
      let after = layer.running(at: precision)(batch).output.rows
      #expect(relativeError(after, before[index]) > 0.01, "\(precision)")
      #expect(relativeError(after, layer(batch).output.rows) < 0.03, "\(precision)")
    }
  }

  // MARK: - Training

  @Test(
    "have gradients at bfloat16 that differ no more than their numbers are rounded",
    arguments: ReducedLayer.all)
  func gradients(layer: ReducedLayer) {
    let batch = SequenceBatch(sequences([12, 5, 12, 0, 1, 8], features: layer.inputSize))
    let exact = layer.gradients(batch, .float32, .whole)
    let rounded = layer.gradients(batch, .bfloat16, .whole)
    #expect(rounded.count == exact.count)
    for (gradient, expected) in zip(rounded, exact) {
      #expect(relativeError(gradient, expected) < 0.03)
    }
    #expect(zip(rounded, exact).contains { !sameBits($0, $1) })
  }

  @Test(
    "have the same gradients on any number of threads and within a memory budget",
    arguments: ReducedLayer.all)
  func gradientBits(layer: ReducedLayer) {
    let lengths = Array(repeating: 40, count: 9) + [7, 0, 31, 2]
    let batch = SequenceBatch(sequences(lengths, features: layer.inputSize))
    let expected = layer.gradients(batch, .bfloat16, .whole)
    let isSame = isSameOnAnyNumberOfThreads(repetitions: 2) {
      layer.gradients(batch, .bfloat16, .whole)
    }
    #expect(isSame)
    let little = Unrolling(memory: MemoryBudget(bytes: 100_000))
    #expect(zip(layer.gradients(batch, .bfloat16, little), expected).allSatisfy(sameBits))
  }

  @Test("learn at bfloat16 what they learn at single precision")
  func learning() {
    func losses(_ precision: Precision) -> [Float] {
      var layer = LSTM(LSTMCell(inputSize: 3, hiddenSize: 24, key: key)).running(at: precision)
      let batch = SequenceBatch(sequences(Array(repeating: 12, count: 16), features: 3))
      let goal = batch.rows.columns(0..<1) * 0.5
      var losses: [Float] = []
      for _ in 0..<60 {
        let (value, gradients) = valueAndGradients(of: layer) { layer in
          (layer(batch).output.rows.columns(0..<1) - goal).squared().mean()
        }
        losses.append(value)
        var steps = gradients.values.makeIterator()
        layer.updateParameters { _, parameter in
          if let gradient = steps.next() ?? nil { parameter = parameter - gradient * 0.5 }
        }
      }
      return losses
    }
    let (exact, rounded) = (losses(.float32), losses(.bfloat16))
    #expect(rounded[59] < 0.5 * rounded[0])
    #expect(abs(rounded[59] - exact[59]) < 0.05 * exact[59])
  }

  // MARK: - Streams

  @Test(
    "give streams the bits of a whole run, whatever streams are beside them", arguments: reduced)
  func streams(precision: Precision) {
    func check<Layer: StreamingLayer>(_ layer: Layer) where Layer.State: ListedState {
      let rows = sequences([8, 8, 8, 8, 8], features: layer.inputSize)
      let (whole, last) = layer.running(at: precision)(SequenceBatch(rows))
      let isSame = isSameOnAnyNumberOfThreads(repetitions: 2) {
        var session = Session(layer.running(at: precision), streamCount: 5)
        var alone = Session(layer.running(at: precision))
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
      _ = Session(GRU(cell).running(at: .int8))
    }
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("does not run at int8"), "\(message)")
    await #expect(processExitsWith: .failure) {
      let cell = GRUCell(
        inputSize: 3, hiddenSize: 4, reset: .beforeProduct, key: RandomKey(seed: 1))
      let batch = SequenceBatch(
        rows: Tensor(zeros: [2, 3]), layout: SequenceLayout(count: 1, length: 2))
      var layer = GRU(cell)
      layer.precision = .bfloat16
      _ = layer(batch)
    }
  }

  @Test("have no gradients at int8, and say so")
  func gradients() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let layer = LSTM(LSTMCell(inputSize: 3, hiddenSize: 4, key: RandomKey(seed: 1)))
      _ = valueAndGradients(of: layer) { layer in
        let batch = SequenceBatch(
          rows: Tensor(zeros: [2, 3]), layout: SequenceLayout(count: 1, length: 2))
        return layer.running(at: .int8)(batch).output.rows.sum()
      }
    }
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("a run at int8 has no gradients"), "\(message)")
  }
}

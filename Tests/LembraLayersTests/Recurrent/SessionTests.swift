import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private let key = RandomKey(seed: 41)

/// A layer that can stream, of any type.
struct StreamUnderTest: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let inputSize: Int

  /// Runs whole sequences: every output of each, and the tensors of the last state.
  let run: @Sendable (_ sequences: [Tensor]) -> (outputs: [Tensor], state: [Tensor])

  /// Reads the same sequences step by step; each stream leaves when its sequence ends.
  let stream: @Sendable (_ sequences: [Tensor]) -> (outputs: [Tensor], last: [[Tensor]])

  init<Layer: StreamingLayer>(_ name: String, _ layer: Layer) where Layer.State: ListedState {
    testDescription = name
    inputSize = layer.inputSize
    run = { sequences in
      let (output, state) = layer(SequenceBatch(sequences))
      return (output.sequences, state.tensors)
    }
    stream = { sequences in
      var session = Session(layer, streamCount: sequences.count)
      var running = Array(sequences.indices)
      var outputs = [[Tensor]](repeating: [], count: sequences.count)
      var last = [[Tensor]](repeating: [], count: sequences.count)
      var step = 0
      while !running.isEmpty {
        for stream in running.indices.reversed()
        where sequences[running[stream]].shape[0] == step {
          last[running[stream]] = session.leave(stream).tensors
          running.remove(at: stream)
        }
        if running.isEmpty { break }
        let rows = Tensor(stacking: running.map { sequences[$0].rows(step..<step + 1) })
        let output = session.step(rows)
        for (stream, sequence) in running.enumerated() {
          outputs[sequence].append(output.rows(stream..<stream + 1))
        }
        step += 1
      }
      let empty = Tensor(zeros: [0, layer.outputSize])
      return (outputs.map { $0.isEmpty ? empty : Tensor(stacking: $0) }, last)
    }
  }

  static let all: [StreamUnderTest] = [
    .init("LSTM", LSTM(LSTMCell(inputSize: 5, hiddenSize: 21, key: key))),
    .init("LSTM of 130 units", LSTM(LSTMCell(inputSize: 64, hiddenSize: 130, key: key))),
    .init("GRU", GRU(GRUCell(inputSize: 64, hiddenSize: 70, key: key))),
    .init(
      "LSTM of all variants",
      LSTM(
        LSTMCell(
          inputSize: 5, hiddenSize: 21,
          variant: .init(
            hasPeepholes: true, couplesGates: true, projectionSize: 9, isNormalized: true,
            zoneout: Zoneout(hidden: 0.1, cell: 0.1)), key: key))),
    .init(
      "normalised GRU",
      GRU(GRUCell(inputSize: 5, hiddenSize: 21, variant: .init(isNormalized: true), key: key))),
    .init("MGU", MGU(MGUCell(inputSize: 5, hiddenSize: 21, key: key))),
    .init(
      "sLSTM of three heads", SLSTM(SLSTMCell(inputSize: 5, hiddenSize: 21, heads: 3, key: key))),
    .init(
      "sLSTM that learns its state",
      SLSTM(SLSTMCell(inputSize: 5, hiddenSize: 70, key: key), learnsInitialState: true)),
    .init(
      "GRU of heads, reset before, normalised",
      GRU(
        GRUCell(
          inputSize: 5, hiddenSize: 64, reset: .beforeProduct,
          variant: .init(isNormalized: true, zoneout: 0.1, heads: 4), key: key))),
    .init("minGRU", Recurrent(MinGRUCell(inputSize: 5, hiddenSize: 21, key: key))),
    .init("RNN", RNN(RNNCell(inputSize: 3, hiddenSize: 100, nonlinearity: .relu, key: key))),
    .init(
      "GRU with a learnt state",
      GRU(GRUCell(inputSize: 3, hiddenSize: 9, key: key), learnsInitialState: true)),
    .init(
      "GRU with reset before",
      GRU(GRUCell(inputSize: 3, hiddenSize: 9, reset: .beforeProduct, key: key))),
    .init(
      "three LSTM",
      Stack(count: 3, inputSize: 7, dropout: 0.2) {
        LSTM(LSTMCell(inputSize: $1, hiddenSize: 40, key: key.folding($0)))
      }),
    .init(
      "two minimal gated, not fused",
      Stack(count: 2, inputSize: 7) {
        Recurrent(MinimalGatedCell(inputSize: $1, hiddenSize: 6, key: key.folding($0)))
      }),
  ]
}

@Suite("A session reads streams step by step")
struct SessionTests {
  @Test("what it gives are the rows of a whole run", arguments: StreamUnderTest.all)
  func equalsRun(stream: StreamUnderTest) {
    for lengths in [[6], [4, 9, 0, 1, 9, 3, 2]] {
      let rows = sequences(lengths, features: stream.inputSize)
      let isSame = isSameOnAnyNumberOfThreads(repetitions: 2) {
        let whole = stream.run(rows)
        let stepped = stream.stream(rows)
        for (index, expected) in whole.outputs.enumerated() {
          #expect(sameBits(stepped.outputs[index], expected))
          for (tensor, all) in zip(stepped.last[index], whole.state) {
            #expect(sameBits(tensor, all.rows(index..<index + 1)))
          }
        }
        return stepped.outputs + stepped.last.flatMap(\.self)
      }
      #expect(isSame)
    }
  }

  @Test(
    "a stream gets the same bits whatever streams are beside it", arguments: StreamUnderTest.all)
  func independence(stream: StreamUnderTest) {
    let rows = sequences([7, 3, 7, 5, 6, 1, 2, 7], features: stream.inputSize)
    let together = stream.stream(rows)
    for (index, sequence) in rows.enumerated() {
      let alone = stream.stream([sequence])
      #expect(sameBits(alone.outputs[0], together.outputs[index]))
      #expect(zip(alone.last[0], together.last[index]).allSatisfy(sameBits))
    }
  }

  @Test("a copy goes on from the same state, and the first one is left alone")
  func copies() {
    let layer = LSTM(LSTMCell(inputSize: 4, hiddenSize: 6, key: key))
    let rows = sequences([3], features: 4)[0]
    var session = Session(layer)
    _ = session.step(rows.rows(0..<1))
    let kept = session.state
    var copy = session
    let first = copy.step(rows.rows(1..<2))
    _ = copy.step(rows.rows(2..<3))
    #expect(session.state.cell == kept.cell && session.state.hidden == kept.hidden)
    #expect(sameBits(session.step(rows.rows(1..<2)), first))
    session.state = kept
    #expect(sameBits(session.step(rows.rows(1..<2)), first))
  }

  @Test("streams join in the first state, or with their own")
  func joining() {
    let layer = Stack([GRU(GRUCell(inputSize: 4, hiddenSize: 6, key: key))])
    let row = sequences([1], features: 4)[0]
    let both = Tensor(stacking: [row, row])
    var session = Session(layer)
    let first = session.step(row)
    session.join()
    let output = session.step(both)
    #expect(session.streamCount == 2)
    #expect(sameBits(output.rows(1..<2), first))
    let left = session.leave(0)
    #expect(session.streamCount == 1)
    session.join(left)
    let last = session.step(both)
    var alone = Session(layer)
    let outputs = (0..<3).map { _ in alone.step(row) }
    #expect(sameBits(last.rows(0..<1), outputs[1]))
    #expect(sameBits(last.rows(1..<2), outputs[2]))
  }

  @Test("streams join and leave while a trained copy of the layer runs")
  func joiningMany() {
    let layer = LSTM(LSTMCell(inputSize: 4, hiddenSize: 70, key: key))
    var trained = layer
    trained.updateParameters { _, parameter in parameter = parameter + 0.125 }
    let row = sequences([1], features: 4)[0]
    var alone = Session(layer)
    let outputs = (0..<12).map { _ in alone.step(row) }
    var session = Session(layer)
    func step(_ count: Int, expecting stream: Int, _ output: Int) {
      let rows = session.step(Tensor(stacking: Array(repeating: row, count: count)))
      #expect(sameBits(rows.rows(stream..<stream + 1), outputs[output]))
      for lengths in [[2], [2, 2, 2, 2, 2]] {
        _ = trained(SequenceBatch(sequences(lengths, features: 4)))
      }
    }
    step(1, expecting: 0, 0)
    for count in 2...6 {
      session.join()
      step(count, expecting: 0, count - 1)
    }
    for count in (1...5).reversed() {
      session.leave(0)
      step(count, expecting: 0, 5)
    }
  }

  @Test("one stream takes and gives vectors, and no stream at all waits for one to join")
  func shapes() {
    let layer = LSTM(LSTMCell(inputSize: 4, hiddenSize: 6, key: key))
    let row = sequences([1], features: 4)[0]
    var session = Session(layer)
    var matrix = session
    #expect(session.step(row.reshaped(to: [4])).array == matrix.step(row).array)
    #expect(session.step(row.reshaped(to: [4])).shape == [6])
    session.leave(0)
    #expect(session.step(Tensor(zeros: [0, 4])).shape == [0, 6])
    session.join()
    #expect(session.step(row).shape == [1, 6])
  }

  @Test("a session keeps the weights that it was made with")
  func weights() {
    var layer = LSTM(LSTMCell(inputSize: 4, hiddenSize: 6, key: key))
    let row = sequences([1], features: 4)[0]
    var session = Session(layer)
    var other = session
    let before = session.step(row)
    layer.updateParameters { _, parameter in parameter = parameter * 2 }
    #expect(sameBits(other.step(row), before))
    var changed = Session(layer)
    #expect(!sameBits(changed.step(row), before))
  }

  @Test("rows that do not fit, and a layer that reads backward, trap")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      var session = Session(LSTM(LSTMCell(inputSize: 4, hiddenSize: 6, key: key)))
      _ = session.step(Tensor(zeros: [2, 4]))
    }
    await #expect(processExitsWith: .failure) {
      var session = Session(LSTM(LSTMCell(inputSize: 4, hiddenSize: 6, key: key)))
      _ = session.step(Tensor(zeros: [1, 3]))
    }
    await #expect(processExitsWith: .failure) {
      _ = Session(LSTM(LSTMCell(inputSize: 4, hiddenSize: 6, key: key), direction: .backward))
    }
    await #expect(processExitsWith: .failure) {
      var session = Session(LSTM(LSTMCell(inputSize: 4, hiddenSize: 6, key: key)))
      session.leave(1)
    }
    await #expect(processExitsWith: .failure) {
      let cell = GRUCell(inputSize: 4, hiddenSize: 6, reset: .beforeProduct, key: key)
      _ = Session(GRU(cell, direction: .backward))
    }
    await #expect(processExitsWith: .failure) {
      var session = Session(LSTM(LSTMCell(inputSize: 4, hiddenSize: 6, key: key)))
      _ = session.step(Tensor(1))
    }
  }

  @Test("a state that is not one of the layer traps")
  func wrongState() async {
    await #expect(processExitsWith: .failure) {
      let stack = Stack(count: 2, inputSize: 6) { index, inputs in
        LSTM(LSTMCell(inputSize: inputs, hiddenSize: 6, key: key.folding(index)))
      }
      var session = Session(stack)
      session.state = [session.state[0]]
    }
    await #expect(processExitsWith: .failure) {
      let stack = Stack(count: 2, inputSize: 6) { index, inputs in
        Recurrent(MinimalGatedCell(inputSize: inputs, hiddenSize: 6, key: key.folding(index)))
      }
      var session = Session(stack)
      session.state = [session.state[0], session.state[0], session.state[0]]
    }
    await #expect(processExitsWith: .failure) {
      var session = Session(LSTM(LSTMCell(inputSize: 4, hiddenSize: 6, key: key)))
      session.state.cell = Tensor(zeros: [1, 5])
    }
  }

  @Test(
    "no gradient flows through a session", arguments: [GRUCell.Reset.afterProduct, .beforeProduct])
  func constants(reset: GRUCell.Reset) {
    let layer = GRU(GRUCell(inputSize: 4, hiddenSize: 6, reset: reset, key: key))
    let row = sequences([1], features: 4)[0]
    let (_, gradients) = valueAndGradients(of: layer) { layer in
      var session = Session(layer)
      let output = session.step(row)
      #expect(!output.isTracked && !session.state.hidden.isTracked)
      return layer.cell.weights.input.sum()
    }
    #expect(gradients.values.compactMap(\.self).count == 1)
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("A state carries everything from one part of a sequence to the next")
struct CarriedStateTests {
  @Test("parts with carried state are the whole, to the bit", arguments: LayerUnderTest.forward)
  func parts(layer: LayerUnderTest) {
    let lengths = [3, 7, 1, 5, 7]
    let whole = sequences(lengths, features: layer.inputSize)
    let expected = layer.run(SequenceBatch(whole), nil, nil)
    for cut in 1...6 {
      let first = whole.map { $0.rows(0..<min(cut, $0.shape[0])) }
      let second = whole.map { $0.rows(min(cut, $0.shape[0])..<$0.shape[0]) }
      let begun = layer.run(SequenceBatch(first), nil, nil)
      let ended = layer.run(SequenceBatch(second), begun.state, nil)
      let joined = zip(begun.output.sequences, ended.output.sequences)
        .map { Tensor(stacking: [$0, $1]) }
      #expect(joined == expected.output.sequences, "cut after \(cut)")
      #expect(ended.state == expected.state, "cut after \(cut)")
    }
  }

  @Test("gradients stop at a detached state")
  func detached() throws {
    let layer = LSTM(LSTMCell(inputSize: 2, hiddenSize: 3, key: RandomKey(seed: 1)))
    let batch = SequenceBatch(sequences([4, 2], features: 2))
    let (_, whole) = valueAndGradients(of: layer) { layer in
      let (_, state) = layer(batch)
      return layer(batch, from: state).output.rows.sum()
    }
    let (_, cut) = valueAndGradients(of: layer) { layer in
      let (_, state) = layer(batch)
      return layer(batch, from: state.detached).output.rows.sum()
    }
    let (_, _, state) = valueAndGradients(of: layer) { layer in
      let (output, state) = layer(batch)
      return (loss: output.rows.sum(), result: state)
    }
    // A state that comes out of its tape is a constant too, detached or not.
    let (_, next) = valueAndGradients(of: layer) { $0(batch, from: state).output.rows.sum() }
    for index in 0..<4 {
      let whole = try #require(whole.values[index])
      let cut = try #require(cut.values[index])
      let next = try #require(next.values[index])
      #expect(sameBits(cut, next))
      #expect(!sameBits(whole, cut))
    }
  }

  @Test("a learnt first state gets the gradients that it would get as a given one")
  func learntState() throws {
    let lengths = [3, 0, 5, 1]
    let batch = SequenceBatch(sequences(lengths, features: 2))
    let cell = LSTMCell(inputSize: 2, hiddenSize: 3, key: RandomKey(seed: 1))
    var layer = LSTM(cell, learnsInitialState: true)
    let hidden = random([1, 3], seed: 2)
    let memory = random([1, 3], seed: 3)
    layer.initialState = LSTMCell.State(hidden: hidden, cell: memory)

    func loss(_ result: (output: SequenceBatch, finalState: LSTMCell.State)) -> Tensor {
      result.output.rows.squared().sum() + result.finalState.cell.squared().sum()
    }
    let (value, gradients) = valueAndGradients(of: layer) { loss($0(batch)) }
    let tape = Tape()
    let places = [0, 0, 0, 0]
    let given = LSTMCell.State(
      hidden: tape.leaf(hidden.gatheringRows(places)),
      cell: tape.leaf(memory.gatheringRows(places)))
    let expectedLoss = loss(LSTM(cell)(batch, from: given))
    let expected = tape.gradients(of: expectedLoss)
    #expect(value == expectedLoss.scalar)
    let names = layer.parameters.map(\.name)
    for (part, name) in ["initial.hidden_l0", "initial.cell_l0"].enumerated() {
      let place = try #require(names.firstIndex(of: name))
      let learnt = try #require(gradients.values[place])
      let sum = try #require(expected[part]).sum(axis: 0).reshaped(to: [1, 3])
      #expect(relativeError(learnt, sum) < 1e-6)
    }
  }

  @Test("states of single sequences stack to the state of a batch")
  func stacking() {
    let states = (0..<3).map {
      LSTMCell.State(hidden: random([1, 2], seed: $0), cell: random([1, 2], seed: 10 + $0))
    }
    let stacked = LSTMCell.State(stacking: states)
    #expect(stacked.batchCount == 3)
    for (index, state) in states.enumerated() {
      #expect(stacked.rows(index..<index + 1).hidden == state.hidden)
      #expect(stacked.rows(index..<index + 1).cell == state.cell)
    }
  }

  @Test("a state for another number of sequences, and too many features")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      let layer = RNN(RNNCell(inputSize: 2, hiddenSize: 3, key: RandomKey(seed: 1)))
      let state = HiddenState(hidden: Tensor(zeros: [2, 3]))
      _ = layer(SequenceBatch([Tensor(zeros: [4, 2])]), from: state)
    }
    await #expect(processExitsWith: .failure) {
      let layer = RNN(RNNCell(inputSize: 2, hiddenSize: 3, key: RandomKey(seed: 1)))
      _ = layer(SequenceBatch([Tensor(zeros: [4, 3])]))
    }
  }
}

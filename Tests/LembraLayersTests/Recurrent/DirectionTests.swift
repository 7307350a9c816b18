import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Reading backward")
struct DirectionTests {
  private func reversed(_ sequence: Tensor) -> Tensor {
    sequence.gatheringRows((0..<sequence.shape[0]).reversed())
  }

  /// Reversing twice is the identity.
  private func check<Cell: RecurrentCell>(
    _ cell: Cell, sourceLocation: SourceLocation = #_sourceLocation
  ) where Cell.State: ListedState {
    let forward = LayerUnderTest("forward", Recurrent(cell))
    let backward = LayerUnderTest("backward", Recurrent(cell, direction: .backward))
    for lengths in lengthLists {
      let given = sequences(lengths, features: cell.inputSize)
      let batch = SequenceBatch(given)
      for state in [nil, forward.randomState(for: batch)] {
        let expected = forward.run(batch, state, nil)
        let mirrored = backward.run(SequenceBatch(given.map(reversed)), state, nil)
        let outputs = mirrored.output.sequences.map(reversed)
        #expect(
          zip(outputs, expected.output.sequences).allSatisfy { sameBits($0, $1) }, "\(lengths)",
          sourceLocation: sourceLocation)
        #expect(
          zip(mirrored.state, expected.state).allSatisfy { sameBits($0, $1) }, "\(lengths)",
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test("a layer that reads reversed sequences backward is the layer that reads them forward")
  func reverseTwice() {
    let key = RandomKey(seed: 3)
    for (inputs, units) in [(3, 5), (12, 17)] {
      check(RNNCell(inputSize: inputs, hiddenSize: units, key: key))
      check(RNNCell(inputSize: inputs, hiddenSize: units, nonlinearity: .relu, key: key))
      check(LSTMCell(inputSize: inputs, hiddenSize: units, key: key))
      check(GRUCell(inputSize: inputs, hiddenSize: units, key: key))
      check(GRUCell(inputSize: inputs, hiddenSize: units, reset: .beforeProduct, key: key))
      check(MinimalGatedCell(inputSize: inputs, hiddenSize: units, key: key))
    }
  }

  @Test("both directions merge as their name says", arguments: lengthLists)
  func merges(lengths: [Int]) {
    let cells = [1, 2].map { GRUCell(inputSize: 3, hiddenSize: 4, key: RandomKey(seed: $0)) }
    let batch = SequenceBatch(sequences(lengths, features: 3))
    let (ahead, last) = GRU(cells[0])(batch)
    let (back, first) = GRU(cells[1], direction: .backward)(batch)
    func merged(_ merge: Bidirectional<GRUCell>.Merge) -> [Tensor] {
      let layer = Bidirectional(forward: cells[0], backward: cells[1], merge: merge)
      let (output, state) = layer(batch)
      #expect(layer.outputSize == output.featureCount)
      #expect(state.forward.hidden == last.hidden)
      #expect(state.backward.hidden == first.hidden)
      return [output.rows, layer.summary(of: state)]
    }
    let pairs = [(ahead.rows, back.rows), (last.hidden, first.hidden)]
    #expect(merged(.concatenate) == pairs.map { Tensor(concatenatingColumns: [$0, $1]) })
    #expect(merged(.sum) == pairs.map { $0 + $1 })
    #expect(merged(.mean) == pairs.map { ($0 + $1) * 0.5 })
    #expect(merged(.product) == pairs.map { $0 * $1 })
  }

  @Test("a summary is what each direction knows after all of a sequence")
  func summaries() {
    let lengths = [3, 1, 5]
    let cells = [1, 2].map { LSTMCell(inputSize: 3, hiddenSize: 4, key: RandomKey(seed: $0)) }
    let layer = Bidirectional(forward: cells[0], backward: cells[1])
    let (output, state) = layer(SequenceBatch(sequences(lengths, features: 3)))
    let summary = layer.summary(of: state)
    for (index, sequence) in output.sequences.enumerated() {
      let own = summary.rows(index..<index + 1)
      let last = lengths[index] - 1
      #expect(own.columns(0..<4) == sequence.rows(last..<last + 1).columns(0..<4))
      #expect(own.columns(4..<8) == sequence.rows(0..<1).columns(4..<8))
    }
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// Lengths in the caller's order.
let lengthLists = [
  [1], [4, 4], [5, 3, 1], [1, 3, 5], [2, 0, 3], [6, 2, 6, 1, 4, 4, 3], [1, 9, 1, 1, 2, 1, 8, 3],
]

/// Sequences of random numbers of these lengths.
func sequences(_ lengths: [Int], features: Int) -> [Tensor] {
  lengths.enumerated().map { random([$1, features], in: -1...1, seed: 40 + UInt64($0)) }
}

@Suite("Batching sequences changes none of them")
struct BatchingTests {
  @Test("each sequence of a batch is what it is alone, to the bit", arguments: LayerUnderTest.all)
  func alone(layer: LayerUnderTest) {
    for lengths in lengthLists {
      let given = sequences(lengths, features: layer.inputSize)
      let batch = SequenceBatch(given)
      for state in [nil, layer.randomState(for: batch)] {
        let all = layer.run(batch, state, nil)
        let outputs = all.output.sequences
        for index in lengths.indices {
          let own = index..<index + 1
          let alone = layer.run(
            SequenceBatch([given[index]]), state?.map { $0.rows(own) }, nil)
          #expect(sameBits(alone.output.rows, outputs[index]), "\(lengths)[\(index)]")
          #expect(sameBits(alone.summary, all.summary.rows(own)), "\(lengths)[\(index)]")
          for (own, all) in zip(alone.state, all.state.map({ $0.rows(own) })) {
            #expect(sameBits(own, all), "\(lengths)[\(index)]")
          }
        }
      }
    }
  }

  @Test("the gradient of a sequence does not depend on its batch", arguments: LayerUnderTest.all)
  func gradients(layer: LayerUnderTest) {
    let lengths = [2, 5, 0, 3]
    let given = sequences(lengths, features: layer.inputSize)
    func gradients(_ batch: SequenceBatch) -> [Tensor] {
      let tape = Tape()
      let rows = tape.leaf(batch.rows)
      let result = layer.run(batch.replacing(rows: rows), nil, nil)
      let gradient = tape.gradients(of: result.output.rows.squared().sum())[0]
      return batch.replacing(rows: gradient ?? Tensor(zeros: batch.rows.shape)).sequences
    }
    let all = gradients(SequenceBatch(given))
    for (index, own) in all.enumerated() {
      let alone = gradients(SequenceBatch([given[index]]))[0]
      #expect(relativeError(alone, own) < 1e-5)
      // Repeated steps add the parts of a gradient up in an order that depends on the batch.
      if layer.isFused { #expect(sameBits(alone, own)) }
    }
  }

  @Test("training computes what inference computes, to the bit", arguments: LayerUnderTest.all)
  func training(layer: LayerUnderTest) {
    for lengths in lengthLists {
      let batch = SequenceBatch(sequences(lengths, features: layer.inputSize))
      for state in [nil, layer.randomState(for: batch)] {
        let inference = layer.run(batch, state, nil)
        let training = layer.train(batch, state)
        #expect(sameBits(inference.output.rows, training.output.rows), "\(lengths)")
        #expect(zip(inference.state, training.state).allSatisfy { sameBits($0, $1) }, "\(lengths)")
        // A sequence without steps leaves some parameters without a gradient, never one with NaN.
        #expect(training.gradients.allSatisfy { $0?.firstNotFinite == nil })
      }
    }
  }

  @Test("a batch without any steps gives back its states", arguments: LayerUnderTest.all)
  func noSteps(layer: LayerUnderTest) {
    let batch = SequenceBatch(sequences([0, 0], features: layer.inputSize))
    let state = layer.randomState(for: batch)
    let result = layer.run(batch, state, nil)
    #expect(result.output.rows.shape == [0, layer.outputSize])
    #expect(result.state == state)
    #expect(layer.train(batch, state).state == state)
  }
}

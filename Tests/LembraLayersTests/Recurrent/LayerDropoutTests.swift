import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Dropout between recurrent layers")
struct LayerDropoutTests {
  private let key = RandomKey(seed: 12)

  private func stack(_ count: Int, dropout: Float) -> Stack<LSTM> {
    Stack(count: count, inputSize: 3, dropout: dropout) { index, inputs in
      LSTM(LSTMCell(inputSize: inputs, hiddenSize: 6, key: key.folding(index)))
    }
  }

  @Test("it is applied with a key and only then")
  func onlyWithKey() {
    let batch = SequenceBatch(sequences([4, 2, 5], features: 3))
    let plain = stack(3, dropout: 0)(batch).output.rows
    let layer = stack(3, dropout: 0.5)
    #expect(sameBits(layer(batch).output.rows, plain))
    let dropped = layer(batch, dropoutKey: key).output.rows
    #expect(!sameBits(dropped, plain))
    #expect(sameBits(layer(batch, dropoutKey: key).output.rows, dropped))
    #expect(!sameBits(layer(batch, dropoutKey: key.folding(1)).output.rows, dropped))
    #expect(sameBits(stack(3, dropout: 0)(batch, dropoutKey: key).output.rows, plain))
  }

  @Test("what a single or the last layer puts out is left alone")
  func lastOutput() {
    let batch = SequenceBatch(sequences([4, 2, 5], features: 3))
    let one = stack(1, dropout: 0.9)
    #expect(sameBits(one(batch, dropoutKey: key).output.rows, one(batch).output.rows))
    #expect(!stack(2, dropout: 0.9)(batch, dropoutKey: key).output.rows.array.contains(0))
  }

  @Test("a rate of 1 leaves upper layers nothing but their biases")
  func dropEverything() {
    let layer = stack(2, dropout: 1)
    let outputs = [1, 2].map { seed in
      layer(SequenceBatch([random([4, 3], seed: seed)]), dropoutKey: key).output.rows
    }
    #expect(sameBits(outputs[0], outputs[1]))
  }

  @Test("a sequence's mask depends on its index in the caller's order, not on the others")
  func order() {
    let layer = stack(2, dropout: 0.5)
    let own = random([4, 3], seed: 50)
    let results = [[2, 4, 1], [9, 4, 9], [1, 4, 6], [0, 4, 0]].map { lengths in
      var given = sequences(lengths, features: 3)
      given[1] = own
      return layer(SequenceBatch(given), dropoutKey: key).output.sequences[1]
    }
    for result in results { #expect(sameBits(result, results[0])) }
  }

  @Test("stacks within a stack drop between their own layers too, each by its own masks")
  func nested() {
    let inner = stack(2, dropout: 0.5)
    let outer = Stack([inner])
    let batch = SequenceBatch(sequences([4, 2, 5], features: 3))
    let dropped = outer(batch, dropoutKey: key).output.rows
    #expect(!sameBits(dropped, outer(batch).output.rows))
    #expect(!sameBits(dropped, outer(batch, dropoutKey: key.folding(1)).output.rows))
  }

  @Test("variational dropout has one mask for all steps of a sequence, here and in the gradient")
  func variational() {
    let batch = SequenceBatch(sequences([4, 2, 5], features: 3))
    let layer = Stack(stack(2, dropout: 0).layers, dropout: 0.5, locksDropout: true)
    let (own, gradients) = valueAndGradients(of: layer) {
      $0(batch, dropoutKey: key).output.rows.sum()
    }
    let (byHand, expected) = valueAndGradients(of: layer) {
      let rows = $0.layers[0](batch).output.lockedDropout(0.5, key: key.folding(1))
      return $0.layers[1](rows).output.rows.sum()
    }
    #expect(own == byHand)
    #expect(gradients.values == expected.values)
    #expect(own != valueAndGradients(of: layer) { $0(batch).output.rows.sum() }.value)
  }
}

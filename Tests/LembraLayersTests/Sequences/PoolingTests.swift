import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Pooling of sequences")
struct PoolingTests {
  private let key = RandomKey(seed: 31)

  private func encoder(inputs: Int = 3, units: Int = 4) -> Stack<Bidirectional<LSTMCell>> {
    Stack(count: 2, inputSize: inputs) { index, inputs in
      Bidirectional(
        forward: LSTMCell(inputSize: inputs, hiddenSize: units, key: key.folding(2 * index)),
        backward: LSTMCell(inputSize: inputs, hiddenSize: units, key: key.folding(2 * index + 1)))
    }
  }

  @Test(
    "each way gives a row for each sequence, the same alone as in a batch",
    arguments: SequencePooling.allCases)
  func alone(kind: SequencePooling) {
    let encoder = encoder()
    let pooling = Pooling(kind, featureCount: 8, attentionSize: 5, key: key)
    #expect(pooling.parameters.count == storedTensorCount(in: pooling))
    for lengths in lengthLists {
      let given = sequences(lengths, features: 3)
      func pooled(_ given: [Tensor]) -> [Tensor] {
        let result = encoder(SequenceBatch(given))
        return [pooling(result, of: encoder), pooling(result.output)]
      }
      let all = pooled(given)
      for rows in all { #expect(rows.shape == [lengths.count, 8]) }
      for index in lengths.indices {
        for (alone, all) in zip(pooled([given[index]]), all) {
          #expect(sameBits(alone, all.rows(index..<index + 1)), "\(lengths)[\(index)]")
        }
      }
    }
  }

  @Test(
    "the gradient of a sequence does not depend on its batch",
    arguments: SequencePooling.allCases)
  func gradients(kind: SequencePooling) {
    let pooling = Pooling(kind, featureCount: 5, key: key)
    func gradients(_ given: [Tensor]) -> [Tensor] {
      let tape = Tape()
      let batch = SequenceBatch(given)
      let rows = tape.leaf(batch.rows)
      let pooled = pooling(batch.replacing(rows: rows))
      let gradient = tape.gradients(of: pooled.squared().sum())[0]
      return batch.replacing(rows: gradient ?? Tensor(zeros: batch.rows.shape)).sequences
    }
    for lengths in lengthLists {
      let given = sequences(lengths, features: 5)
      for (sequence, all) in zip(given, gradients(given)) {
        #expect(sameBits(gradients([sequence])[0], all), "\(lengths)")
      }
    }
  }

  @Test("the last of a layer is each direction's own end")
  func last() {
    let encoder = encoder()
    let pooling = Pooling(.last, featureCount: 8, key: key)
    let result = encoder(SequenceBatch(sequences([5, 2, 7], features: 3)))
    let pooled = pooling(result, of: encoder)
    for (index, steps) in result.output.sequences.enumerated() {
      let (first, last) = (steps.rows(0..<1), steps.rows(steps.shape[0] - 1..<steps.shape[0]))
      #expect(pooled.rows(index..<index + 1).columns(0..<4) == last.columns(0..<4))
      #expect(pooled.rows(index..<index + 1).columns(4..<8) == first.columns(4..<8))
      #expect(pooling(result.output).rows(index..<index + 1) == last)
    }
  }

  @Test("attention is the paper's, with gradients", arguments: [[1], [3, 1, 4], [2, 0, 5]])
  func attention(lengths: [Int]) {
    let layer = AttentionPooling(featureCount: 3, attentionSize: 4, key: key)
    let given = sequences(lengths, features: 3)
    let count = given.count
    let inputs = given + [layer.projection.weight, random([4], seed: 2), layer.query]
    let faults = checkGradients(of: inputs) { inputs in
      var layer = layer
      layer.projection.weight = inputs[count]
      layer.projection.bias = inputs[count + 1]
      layer.query = inputs[count + 2]
      return layer(SequenceBatch(Array(inputs[..<count])))
    } matching: { inputs in
      let query = inputs[count + 2].reshaped(to: [4, 1])
      return Reference(
        rows: inputs[..<count].map { steps in
          guard steps.shape[0] > 0 else { return [0, 0, 0] }
          let keys = steps.affine(inputs[count], inputs[count + 1]).map { tanh($0) }
          let scores = keys.matmul(query).reshaped(to: [1, steps.shape[0]])
          return scores.softmax().matmul(steps).elements
        })
    }
    #expect(faults == [])
  }

  @Test("the weights of attention say how much each step counts")
  func weights() {
    let layer = AttentionPooling(featureCount: 3, key: key)
    let given = sequences([4, 0, 7, 1], features: 3)
    let (pooled, weights) = layer.attending(to: SequenceBatch(given))
    #expect(sameBits(pooled, layer(SequenceBatch(given))))
    #expect(weights.map(\.count) == [4, 0, 7, 1])
    #expect(weights[3] == [1])
    for (index, own) in weights.enumerated() where !own.isEmpty {
      #expect(abs(own.reduce(0, +) - 1) < 1e-6)
      let row = Tensor(own, shape: [1, own.count]).matmul(given[index])
      #expect(relativeError(pooled.rows(index..<index + 1), row) < 1e-6)
    }
    #expect(layer.parameters.map(\.name) == ["projection.weight", "projection.bias", "query"])
    #expect(layer.parameterCount == 9 + 3 + 3)
  }

  @Test("any number of threads gives the same bits")
  func threads() {
    let layer = AttentionPooling(featureCount: 48, key: key)
    let batch = SequenceBatch(sequences((0..<40).map { 5 + $0 * 7 % 40 }, features: 48))
    #expect(
      isSameOnAnyNumberOfThreads {
        let result = valueAndGradients(of: layer) { layer in
          layer(batch).squared().sum()
        }
        return result.gradients.values.compactMap { $0 }
      })
  }

  @Test("another number of features")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      let layer = AttentionPooling(featureCount: 3, key: RandomKey(seed: 1))
      _ = layer(SequenceBatch([Tensor(zeros: [2, 4])]))
    }
  }
}

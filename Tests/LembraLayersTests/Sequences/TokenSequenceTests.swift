import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Embeddings of sequences of tokens")
struct TokenSequenceTests {
  private let key = RandomKey(seed: 33)
  private let tokens = [[3, 1], [], [4, 4, 0, 2, 6], [5, 1, 3]]

  private var layer: Embedding { Embedding(tokenCount: 7, outputSize: 5, key: key) }

  @Test("sequences of tokens become a batch of the same lengths")
  func sequences() {
    let batch = layer(sequences: tokens)
    #expect(batch.layout == SequenceLayout(lengths: tokens.map(\.count)))
    for (own, tokens) in zip(batch.sequences, tokens) { #expect(own == layer(tokens)) }
  }

  @Test("averages are the mean of the embedded sequences, to the bit, with gradients")
  func averages() throws {
    let given = (0..<30).map { index in (0..<index % 7).map { (index * 5 + $0 * 3) % 50 } }
    let layer = Embedding(tokenCount: 50, outputSize: 33, key: key)
    let pooled = layer(sequences: given).meanOverSteps()
    #expect(sameBits(layer.averages(of: given), pooled))
    let faults = checkGradients(of: [random([7, 5])]) { inputs in
      var layer = self.layer
      layer.weight = inputs[0]
      return layer.averages(of: tokens)
    } matching: { inputs in
      Reference(
        rows: tokens.map { own in
          (0..<5).map { c in own.reduce(0) { $0 + inputs[0][$1, c] } / Double(max(own.count, 1)) }
        })
    }
    #expect(faults == [])
  }

  @Test("dropping tokens is dropout of the rows of the table")
  func dropout() throws {
    let layer = Embedding(tokenCount: 40, outputSize: 3, key: key)
    let given = [Array(0..<40), [7, 7, 12], []]
    let mask = Tensor(repeating: 1, shape: [40]).dropout(0.5, key: key).reshaped(to: [40, 1])
    var dropped = layer
    dropped.weight = layer.weight * mask
    let batch = layer(sequences: given, dropout: 0.5, key: key)
    #expect(sameBits(batch.rows, dropped(sequences: given).rows))
    #expect((8..<32).contains(mask.array.count { $0 == 0 }))
    let whole = layer(sequences: given).rows
    #expect(sameBits(layer(sequences: given, dropout: 0.5, key: nil).rows, whole))
    func gradient(_ loss: (Embedding) -> Tensor) throws -> Tensor {
      try #require(valueAndGradients(of: layer, loss).gradients.values[0])
    }
    let own = try gradient { $0(sequences: given, dropout: 0.5, key: key).rows.squared().sum() }
    let reference = try gradient {
      var dropped = $0
      dropped.weight = $0.weight * mask
      return dropped(sequences: given).rows.squared().sum()
    }
    #expect(relativeError(own, reference) < 1e-6)
  }

  @Test("the table that reads tokens also says which comes next")
  func tied() {
    let inputs = [random([4, 5]), random([7, 5], seed: 2), random([7], seed: 3)]
    let faults = checkGradients(of: inputs) { inputs in
      var layer = self.layer
      layer.weight = inputs[1]
      return layer.logits(of: inputs[0] + layer([1, 0, 1, 6]), bias: inputs[2])
    } matching: { inputs in
      let read = Reference(rows: [1, 0, 1, 6].map { inputs[1].rows[$0] })
      return (inputs[0] + read).affine(inputs[1], inputs[2])
    }
    #expect(faults == [])
    let x = random([4, 5])
    let targets: [Int?] = [6, nil, 0, 2]
    #expect(
      sameBits(
        layer.crossEntropy(of: x, targets: targets), layer.logits(of: x).crossEntropy(targets)))
  }

  @Test("tokens that the table does not have")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      let layer = Embedding(tokenCount: 3, outputSize: 2, key: RandomKey(seed: 1))
      _ = layer(sequences: [[0], [1, 3]])
    }
    await #expect(processExitsWith: .failure) {
      let layer = Embedding(tokenCount: 3, outputSize: 2, key: RandomKey(seed: 1))
      _ = layer.averages(of: [[0, -1]])
    }
  }
}

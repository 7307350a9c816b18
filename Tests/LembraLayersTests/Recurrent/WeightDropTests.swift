import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Dropout of recurrent weights")
struct WeightDropTests {
  private let key = RandomKey(seed: 34)

  private var layer: Stack<Bidirectional<LSTMCell>> {
    Stack(count: 2, inputSize: 3) { index, inputs in
      let cells = (0..<2).map {
        LSTMCell(inputSize: inputs, hiddenSize: 16, key: key.folding(2 * index + $0))
      }
      return Bidirectional(forward: cells[0], backward: cells[1])
    }
  }

  @Test("only recurrent weights lose elements, each matrix by a mask of its own")
  func parameters() {
    let layer = layer
    let dropped = layer.droppingWeights(0.5, key: key)
    var masks: [[Bool]] = []
    for ((name, before), (_, after)) in zip(layer.parameters, dropped.parameters) {
      guard name.hasPrefix("weight_hh") else {
        #expect(sameBits(before, after), "\(name)")
        continue
      }
      #expect(zip(before.array, after.array).allSatisfy { $1 == 0 || $1 == 2 * $0 })
      masks.append(after.array.map { $0 == 0 })
      // The deviation of the share of 1,024 elements is 0.016.
      #expect(abs(Double(after.array.count { $0 == 0 }) / 1024 - 0.5) < 0.07)
    }
    #expect(masks.count == 4 && Set(masks).count == 4)
  }

  @Test("without a key or a rate nothing is dropped")
  func nothing() {
    let batch = SequenceBatch(sequences([4, 2], features: 3))
    let output = layer(batch).output.rows
    #expect(sameBits(layer.droppingWeights(0.5, key: nil)(batch).output.rows, output))
    #expect(sameBits(layer.droppingWeights(0, key: key)(batch).output.rows, output))
    #expect(!sameBits(layer.droppingWeights(0.5, key: key)(batch).output.rows, output))
  }

  @Test("gradients flow to the weights as they are, through the mask")
  func gradients() throws {
    let batch = SequenceBatch(sequences([4, 2, 6], features: 3))
    func gradients(_ layer: Stack<Bidirectional<LSTMCell>>, dropping: Bool) -> [Tensor?] {
      valueAndGradients(of: layer) { layer in
        let own = dropping ? layer.droppingWeights(0.5, key: key) : layer
        return own(batch).output.rows.squared().sum()
      }.gradients.values
    }
    let through = gradients(layer, dropping: true)
    let dropped = layer.droppingWeights(0.5, key: key)
    let after = gradients(dropped, dropping: false)
    for (index, (name, weight)) in layer.parameters.enumerated() {
      let (own, other) = (try #require(through[index]), try #require(after[index]))
      guard name.hasPrefix("weight_hh") else {
        #expect(sameBits(own, other), "\(name)")
        continue
      }
      let mask = (dropped.parameters[index].value / weight).masked(
        where: weight.equal(to: Tensor(0)), with: 0)
      #expect(relativeError(own, other * mask) < 1e-6, "\(name)")
    }
  }
}

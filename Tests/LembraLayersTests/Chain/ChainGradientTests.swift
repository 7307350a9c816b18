import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("A chain's losses and gradients follow the recursion in double precision")
struct ChainGradientTests {
  /// The layer with other parameters.
  private func layer(_ chain: ChainUnderTest, _ inputs: [Tensor]) -> LinearChainCRF {
    var layer = chain.layer
    layer.transitions = inputs[1]
    layer.startScores = inputs[2]
    layer.endScores = inputs[3]
    return layer
  }

  private func inputs(_ chain: ChainUnderTest, _ lengths: [Int]) -> [Tensor] {
    let layer = chain.layer
    return [chain.batch(lengths).rows, layer.transitions, layer.startScores, layer.endScores]
  }

  @Test("negative log likelihoods", arguments: ChainUnderTest.allCases)
  func likelihoods(chain: ChainUnderTest) {
    for lengths in chainLengths {
      let layout = SequenceLayout(lengths: lengths)
      let tags = chain.tags(layout)
      let faults = checkGradients(of: inputs(chain, lengths)) { inputs in
        layer(chain, inputs).negativeLogLikelihoods(
          emissions: SequenceBatch(rows: inputs[0], layout: layout), tags: tags)
      } matching: { inputs in
        chain.reference(inputs[1], inputs[2], inputs[3], paths: false)
          .logPartitions(inputs[0], layout, tags: tags)
      }
      #expect(faults == [], "\(lengths)")
    }
  }

  @Test("log partitions", arguments: ChainUnderTest.allCases)
  func partitions(chain: ChainUnderTest) {
    for lengths in chainLengths {
      let layout = SequenceLayout(lengths: lengths)
      let faults = checkGradients(of: inputs(chain, lengths)) { inputs in
        layer(chain, inputs).logPartitions(SequenceBatch(rows: inputs[0], layout: layout))
      } matching: { inputs in
        chain.reference(inputs[1], inputs[2], inputs[3], paths: false)
          .logPartitions(inputs[0], layout)
      }
      #expect(faults == [], "\(lengths)")
    }
  }

  @Test("one tag, which is certain, and more tags than a vector has lanes", arguments: [1, 40])
  func otherSizes(tagCount: Int) {
    let layout = SequenceLayout(lengths: [3, 5])
    let inputs = [
      random([layout.rowCount, tagCount], seed: 1), random([tagCount, tagCount], seed: 2),
      random([tagCount], seed: 3), random([tagCount], seed: 4),
    ]
    let tags = (0..<layout.rowCount).map { $0 * 7 % tagCount }
    let faults = checkGradients(of: inputs) { inputs in
      var layer = LinearChainCRF(tagCount: tagCount, key: RandomKey(seed: 1))
      layer.transitions = inputs[1]
      layer.startScores = inputs[2]
      layer.endScores = inputs[3]
      return layer.negativeLogLikelihoods(
        emissions: SequenceBatch(rows: inputs[0], layout: layout), tags: tags)
    } matching: { inputs in
      ChainReference(transitions: inputs[1], start: inputs[2], end: inputs[3])
        .logPartitions(inputs[0], layout, tags: tags)
    }
    #expect(faults == [])
  }

  @Test("marginals are the probabilities of the tags", arguments: ChainUnderTest.allCases)
  func marginals(chain: ChainUnderTest) {
    let reference = chain.reference(paths: false)
    for lengths in chainLengths {
      let batch = chain.batch(lengths)
      let marginals = chain.layer.marginals(batch)
      #expect(marginals.layout == batch.layout)
      for (own, emissions) in zip(marginals.sequences, batch.sequences)
      where emissions.shape[0] > 0 {
        let expected = Reference(rows: reference.sums(emissions.doubleRows).marginals)
        #expect(relativeError(own, expected.tensor) < 2e-6, "\(lengths)")
      }
    }
  }

  @Test("a layer learns the transitions that its data have")
  func learning() {
    var crf = LinearChainCRF(tagCount: 3, key: RandomKey(seed: 1))
    // The emissions say nothing; the paths are 0 1 2 0 1 2 ...
    let layout = SequenceLayout(count: 4, length: 9)
    let batch = SequenceBatch(rows: Tensor(zeros: [layout.rowCount, 3]), layout: layout)
    let tags = (0..<layout.rowCount).map { $0 / 4 % 3 }
    var losses: [Float] = []
    for _ in 0..<60 {
      let (loss, gradients) = valueAndGradients(of: crf) {
        $0.negativeLogLikelihoods(emissions: batch, tags: tags).mean()
      }
      losses.append(loss)
      var place = 0
      crf.updateParameters { _, parameter in
        if let gradient = gradients.values[place] { parameter = parameter - gradient * 0.3 }
        place += 1
      }
    }
    #expect(losses[0] > 9 && losses[59] < 0.5)
    #expect(crf.decode(batch) == Array(repeating: [0, 1, 2, 0, 1, 2, 0, 1, 2], count: 4))
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("A chain's results do not depend on batches or threads")
struct ChainBatchingTests {
  /// Losses and the gradient of the emissions, sequence by sequence in the caller's order.
  private func train(
    _ chain: ChainUnderTest, _ batch: SequenceBatch, _ tags: [Int]
  ) -> (losses: Tensor, gradients: [Tensor]) {
    let tape = Tape()
    let rows = tape.leaf(batch.rows)
    let losses = chain.layer.negativeLogLikelihoods(
      emissions: batch.replacing(rows: rows), tags: tags)
    let gradient = tape.gradients(of: losses.sum())[0]
    return (
      losses.detached,
      batch.replacing(rows: gradient ?? Tensor(zeros: batch.rows.shape)).sequences
    )
  }

  @Test(
    "a sequence of a batch is what it is alone, to the bit", arguments: ChainUnderTest.allCases)
  func alone(chain: ChainUnderTest) {
    for lengths in chainLengths {
      let batch = chain.batch(lengths)
      let all = train(chain, batch, chain.tags(batch.layout))
      let marginals = chain.layer.marginals(batch).sequences
      let partitions = chain.layer.logPartitions(batch)
      let paths = chain.layer.decodeWithScores(batch)
      let ranked = chain.layer.best(4, batch)
      for (index, length) in lengths.enumerated() {
        let alone = SequenceBatch([chain.emissions(length, index)])
        let own = train(chain, alone, chain.path(length, seed: 500 + UInt64(index)))
        let row = index..<index + 1
        #expect(sameBits(own.losses, all.losses.rows(row)), "\(lengths)[\(index)]")
        #expect(sameBits(own.gradients[0], all.gradients[index]), "\(lengths)[\(index)]")
        #expect(sameBits(chain.layer.marginals(alone).rows, marginals[index]))
        #expect(sameBits(chain.layer.logPartitions(alone), partitions.rows(row)))
        #expect(chain.layer.decodeWithScores(alone)[0] == paths[index])
        #expect(chain.layer.best(4, alone)[0] == ranked[index])
      }
    }
  }

  @Test("training computes what inference computes", arguments: ChainUnderTest.allCases)
  func training(chain: ChainUnderTest) {
    for lengths in chainLengths {
      let batch = chain.batch(lengths)
      let tags = chain.tags(batch.layout)
      let losses = chain.layer.negativeLogLikelihoods(emissions: batch, tags: tags)
      #expect(sameBits(losses, train(chain, batch, tags).losses), "\(lengths)")
    }
  }

  @Test("any number of threads gives the same bits", arguments: ChainUnderTest.allCases)
  func threads(chain: ChainUnderTest) {
    let lengths = (0..<40).map { 3 + $0 * 13 % 50 }
    let batch = chain.batch(lengths)
    let tags = chain.tags(batch.layout)
    var module = chain.layer
    #expect(
      isSameOnAnyNumberOfThreads {
        let (loss, gradients) = valueAndGradients(of: module) {
          $0.negativeLogLikelihoods(emissions: batch, tags: tags).sum()
        }
        module.constraints = chain.layer.constraints
        let ranked = chain.layer.best(2, batch).map { paths in
          paths.flatMap { [Float($0.score), Float($0.logProbability)] + $0.tags.map(Float.init) }
        }
        let paths = chain.layer.decode(batch).flatMap { $0.map(Float.init) }
        return [Tensor(loss), chain.layer.marginals(batch).rows, chain.layer.logPartitions(batch)]
          + gradients.values.compactMap(\.self) + train(chain, batch, tags).gradients
          + [paths, ranked.flatMap(\.self)].map { Tensor($0, shape: [$0.count]) }
      })
  }
}

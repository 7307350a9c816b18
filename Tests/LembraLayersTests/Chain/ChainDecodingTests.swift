import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Decoding finds the best of all paths")
struct ChainDecodingTests {
  @Test("the best path and its score", arguments: ChainUnderTest.allCases)
  func best(chain: ChainUnderTest) {
    let reference = chain.reference(paths: true)
    for lengths in chainLengths {
      let batch = chain.batch(lengths)
      let found = chain.layer.decodeWithScores(batch)
      #expect(chain.layer.decode(batch) == found.map(\.tags))
      for (own, emissions) in zip(found, batch.sequences) {
        guard emissions.shape[0] > 0 else {
          #expect(own.tags == [] && own.score == 0)
          continue
        }
        let expected = reference.rankedPaths(emissions.doubleRows)[0]
        #expect(own.tags == expected.tags)
        #expect(abs(own.score - expected.score) < 1e-9)
        #expect(chain.layer.allows(own.tags))
      }
    }
  }

  @Test("the best paths with their probabilities", arguments: ChainUnderTest.allCases)
  func ranked(chain: ChainUnderTest) {
    let reference = chain.reference(paths: true)
    let probabilities = chain.reference(paths: false)
    for lengths in chainLengths {
      let batch = chain.batch(lengths)
      for (found, emissions) in zip(chain.layer.best(6, batch), batch.sequences) {
        guard emissions.shape[0] > 0 else {
          #expect(found == [ScoredPath(tags: [], score: 0, logProbability: 0)])
          continue
        }
        let rows = emissions.doubleRows
        let expected = reference.rankedPaths(rows)
        let partition = probabilities.logPartition(rows)
        #expect(found.count == min(6, expected.count))
        for (own, best) in zip(found, expected) {
          #expect(own.tags == best.tags)
          #expect(abs(own.score - best.score) < 1e-9)
          #expect(abs(own.logProbability - (best.score - partition)) < 1e-5)
          #expect(own.probability >= 0 && own.probability <= 1.00001)
        }
      }
    }
  }

  @Test("all paths there are have probabilities that add up to 1")
  func all() {
    let chain = ChainUnderTest.constrained
    let batch = chain.batch([4, 2])
    for paths in chain.layer.best(1000, batch) {
      #expect(paths.count < 1000)
      #expect(abs(paths.reduce(0) { $0 + $1.probability } - 1) < 1e-5)
      #expect(Set(paths.map(\.tags)).count == paths.count)
      #expect(zip(paths, paths.dropFirst()).allSatisfy { $0.score >= $1.score })
    }
  }

  @Test("equal scores give the lower tags, the last first")
  func ties() {
    let zeros = LinearChainCRF(tagCount: 3, initializer: .zeros, key: RandomKey(seed: 1))
    let batch = SequenceBatch([Tensor(zeros: [4, 3])])
    #expect(zeros.decode(batch) == [[0, 0, 0, 0]])
    let firsts = zeros.best(4, batch)[0].map(\.tags)
    #expect(firsts[0] == [0, 0, 0, 0])
    #expect(Set(firsts).count == 4)
  }
}

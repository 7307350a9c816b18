import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Chains of extreme scores and lengths")
struct ChainExtremesTests {
  private let crf = LinearChainCRF(
    tagCount: 3, initializer: .uniform(bound: 1), key: RandomKey(seed: 5))

  private var reference: ChainReference {
    ChainReference(
      transitions: Reference(crf.transitions), start: Reference(crf.startScores),
      end: Reference(crf.endScores))
  }

  @Test("10,000 steps, with scores near each other and far apart", arguments: [Float(2), 200])
  func long(bound: Float) {
    let emissions = random([10_000, 3], in: -bound...bound)
    let batch = SequenceBatch([random([1, 3]), emissions])
    let expected = reference.sumsByRecursion(emissions.doubleRows)
    let partition = Double(crf.logPartitions(batch).array[1])
    #expect(abs(partition - expected.logPartition) < 2e-7 * expected.logPartition)
    let marginals = crf.marginals(batch).sequences[1]
    #expect(relativeError(marginals, Reference(rows: expected.marginals).tensor) < 3e-6)
    let (_, gradients) = valueAndGradients(of: crf) { $0.logPartitions(batch).sum() }
    let transitions = Reference(rows: expected.transitions).tensor
    #expect(gradients.values[2].map { relativeError($0, transitions) < 3e-6 } ?? false)
    let best = crf.decodeWithScores(batch)[1]
    #expect(best.score == crf.best(2, batch)[1][0].score)
    #expect(abs(best.score - reference.bestScore(emissions.doubleRows)) < 1e-6)
    #expect(abs(best.score - reference.score(best.tags, emissions.doubleRows)) < 1e-6)
  }

  @Test("a long path that is nearly certain has a small loss, not one lost in rounding")
  func certain() {
    let tags = (0..<2000).map { $0 % 3 }
    let rows = tags.flatMap { tag in (0..<3).map { Float($0 == tag ? 16 : 0) } }
    let batch = SequenceBatch([Tensor(rows, shape: [2000, 3])])
    let loss = crf.negativeLogLikelihoods(emissions: batch, tags: tags).scalar
    let emissions = batch.rows.doubleRows
    let expected = reference.logPartition(emissions) - reference.score(tags, emissions)
    #expect(expected < 0.01)
    #expect(abs(Double(loss) - expected) < 2e-4)
  }

  @Test("what cannot be has no probability and no gradient")
  func impossible() {
    var crf = crf
    // Nothing may follow tag 0, and a sequence begins with it.
    crf.constraints = TransitionConstraints(
      tagCount: 3, start: { $0 == 0 }, transition: { from, _ in from != 0 })
    let batch = SequenceBatch([random([1, 3]), random([2, 3])])
    #expect(crf.logPartitions(batch).array[1] == -.infinity)
    let marginals = crf.marginals(batch).sequences
    #expect(marginals[0].array == [1, 0, 0])
    #expect(marginals[1].array == [0, 0, 0, 0, 0, 0])
    #expect(crf.best(3, batch).map(\.count) == [1, 0])
    #expect(crf.decodeWithScores(batch).map(\.score)[1] == -.infinity)
    let losses = crf.negativeLogLikelihoods(emissions: batch, tags: [0, 0, 1])
    #expect(losses.array[1] == .infinity)
    #expect(abs(losses.array[0]) < 1e-6)
    let (_, gradients) = valueAndGradients(of: crf) { $0.logPartitions(batch).sum() }
    #expect(gradients.values.allSatisfy { $0?.firstNotFinite == nil })
  }

  @Test("a forbidden path has an infinite loss where constraints hold for probabilities")
  func forbidden() {
    var crf = crf
    crf.constraints = TransitionConstraints(tagCount: 3) { from, to in (from, to) != (1, 2) }
    let batch = SequenceBatch([random([3, 3])])
    #expect(!crf.allows([0, 1, 2]))
    #expect(crf.negativeLogLikelihoods(emissions: batch, tags: [0, 1, 2]).scalar == .infinity)
    crf.constrainsProbabilities = false
    #expect(crf.negativeLogLikelihoods(emissions: batch, tags: [0, 1, 2]).scalar.isFinite)
  }

  @Test("a number that is none stays within its sequence")
  func notANumber() {
    let bad = Tensor([0, 1, 2, .nan, 1, 0, 2, 2, 2], shape: [3, 3])
    let batch = SequenceBatch([random([4, 3]), bad])
    let tags = batch.layout.order == [0, 1] ? [0, 1, 2, 0, 1, 2, 0] : []
    let losses = crf.negativeLogLikelihoods(emissions: batch, tags: tags).array
    #expect(losses[0].isFinite && losses[1].isNaN)
    let marginals = crf.marginals(batch).sequences
    #expect(marginals[0].firstNotFinite == nil && marginals[1].firstNotFinite != nil)
    #expect(crf.decode(batch)[1].allSatisfy { (0..<3).contains($0) })
    for infinite in [Float.infinity, -.infinity] {
      let row = Tensor([0, infinite, 0], shape: [1, 3])
      let partition = crf.logPartitions(SequenceBatch([row])).scalar
      #expect(infinite > 0 ? !partition.isFinite : partition.isFinite)
    }
  }
}

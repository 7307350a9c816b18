import Foundation
import LembraModels
import LembraTensor
import Testing

@Suite("Sampling of tokens")
struct TokenSamplerTests {
  private func draws(_ options: SamplingOptions, _ scores: [Float], count: Int = 4_000) -> [Double]
  {
    var counts = [Double](repeating: 0, count: scores.count)
    var sampler = TokenSampler(options)
    for _ in 0..<count { counts[sampler.next(scores)] += 1 / Double(count) }
    return counts
  }

  @Test("follows the probabilities of the scores")
  func probabilities() {
    let shares = draws(SamplingOptions(), [0, 1, 2])
    let weights = [1, exp(1.0), exp(2.0)]
    for (share, weight) in zip(shares, weights) {
      #expect(abs(share - weight / weights.reduce(0, +)) < 0.03)
    }
  }

  @Test("takes the first of the most probable at temperature 0")
  func greedy() {
    #expect(draws(SamplingOptions(temperature: 0), [1, 3, 3, 2], count: 5) == [0, 1, 0, 0])
  }

  @Test("a low temperature is surer, a high one less sure")
  func temperature() {
    let sure = draws(SamplingOptions(temperature: 0.25), [0, 1])[1]
    let unsure = draws(SamplingOptions(temperature: 4), [0, 1])[1]
    #expect(abs(sure - 1 / (1 + exp(-4.0))) < 0.02)
    #expect(abs(unsure - 1 / (1 + exp(-0.25))) < 0.03)
  }

  @Test("draws only from the most probable tokens")
  func cuts() {
    #expect(draws(SamplingOptions(topK: 2), [0, 5, 1, 4.9])[0] == 0)
    #expect(draws(SamplingOptions(topK: 2), [0, 5, 1, 4.9])[2] == 0)
    // The probabilities are 0.64, 0.24, 0.09 and 0.03.
    let nucleus = draws(SamplingOptions(topP: 0.8), [3, 2, 1, 0])
    #expect(nucleus[2] == 0 && nucleus[3] == 0 && nucleus[1] > 0.2)
    #expect(draws(SamplingOptions(topP: 1e-9), [3, 2, 1, 0])[0] > 0.999)
  }

  @Test("makes what has occurred less probable")
  func repetition() {
    var sampler = TokenSampler(SamplingOptions(temperature: 0, repetitionPenalty: 2))
    #expect(sampler.next([3, 2, -1]) == 0)
    #expect(sampler.next([3, 2, -1]) == 1)
    #expect(sampler.next([-0.1, -0.15, -1]) == 0)
  }

  @Test("the same seed draws the same tokens")
  func seeds() {
    func tokens(_ seed: UInt64) -> [Int] {
      var sampler = TokenSampler(SamplingOptions(seed: seed))
      return (0..<40).map { _ in sampler.next([0, 0, 0, 0]) }
    }
    #expect(tokens(1) == tokens(1) && tokens(1) != tokens(2))
  }

  @Test("options that mean nothing are refused")
  func refusals() {
    for options in [
      SamplingOptions(temperature: -1), SamplingOptions(temperature: .nan),
      SamplingOptions(topK: 0), SamplingOptions(topP: 0), SamplingOptions(topP: 1.1),
      SamplingOptions(repetitionPenalty: 0),
    ] {
      #expect(throws: LembraError.self) { try options.validate() }
    }
  }
}

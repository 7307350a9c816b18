import Foundation
import LembraModels
import LembraTensor
import Testing

@Suite("Drawing of sequences")
struct SequenceSamplerTests {
  private static let (start, end, unwritten) = (0, 1, 2)

  private func drawn(
    _ decoder: DrawnDecoder, _ options: SearchOptions, sources: [Int] = [0], seed: UInt64 = 0
  ) throws -> [[FoundSequence]] {
    let draw = try SequenceSampler(
      decoder, options: options, start: Self.start, end: Self.end, unwritten: [Self.unwritten])
    return draw(
      sources.map { (source: $0, tokens: []) }, sourceLengths: sources.map { _ in 50 },
      keys: sources.map { RandomKey(seed: seed).folding($0) })
  }

  private func logProbability(
    _ decoder: DrawnDecoder, source: Int, _ sequence: FoundSequence
  ) -> Double {
    let all = sequence.tokens + [Self.end]
    return all.indices.reduce(0) { sum, place in
      let logs = decoder.logs(source, [Self.start] + all.prefix(place)).array
      return sum + Double(logs[all[place]])
    }
  }

  @Test("sequences come as often as they are probable")
  func frequencies() throws {
    let decoder = DrawnDecoder(tokenCount: 4, seed: 7)
    let options = SearchOptions(best: 1_000, maximumLength: 12, sampling: SamplingOptions())
    var counts: [[Int]: Int] = [:]
    for seed in 0..<8 {
      for sequence in try drawn(decoder, options, seed: UInt64(seed))[0] {
        counts[sequence.tokens, default: 0] += 1
      }
    }
    // What is never written leaves its share to the others, token by token.
    func probability(_ tokens: [Int]) -> Double {
      let all = tokens + [Self.end]
      return all.indices.reduce(1) { product, place in
        let logs = decoder.logs(0, [Self.start] + all.prefix(place)).array
        return product * exp(Double(logs[all[place]])) / (1 - exp(Double(logs[Self.unwritten])))
      }
    }
    for tokens in [[], [0], [3], [3, 3], [0, 3]] {
      let (wanted, share) = (probability(tokens), Double(counts[tokens] ?? 0) / 8_000)
      // Six deviations of a share of 8,000 draws.
      #expect(abs(share - wanted) < 6 * (wanted / 8_000).squareRoot(), "\(tokens)")
    }
  }

  @Test("a draw has the probability that the decoder gives it")
  func probabilities() throws {
    let decoder = DrawnDecoder(tokenCount: 6, seed: 1)
    let options = SearchOptions(
      best: 20, lengthPenalty: 0, maximumLength: 9,
      sampling: SamplingOptions(temperature: 0.7, topK: 4, seed: 3))
    let sequences = try drawn(decoder, options)[0]
    #expect(sequences.count == 20)
    for sequence in sequences {
      let wanted = logProbability(decoder, source: 0, sequence)
      #expect(abs(sequence.logProbability - wanted) < 1e-5)
      #expect(sequence.score == sequence.logProbability)
    }
    #expect(zip(sequences, sequences.dropFirst()).allSatisfy { $0.score >= $1.score })
  }

  @Test("a source has the same draws alone and among others, and others with another seed")
  func batching() throws {
    let options = SearchOptions(best: 3, maximumLength: 12, sampling: SamplingOptions())
    let together = try drawn(DrawnDecoder(tokenCount: 8, seed: 3), options, sources: [5, 2, 9])
    for (place, source) in [5, 2, 9].enumerated() {
      let alone = DrawnDecoder(tokenCount: 8, seed: 3)
      #expect(try drawn(alone, options, sources: [source])[0] == together[place])
    }
    let other = try drawn(
      DrawnDecoder(tokenCount: 8, seed: 3), options, sources: [5, 2, 9], seed: 1)
    #expect(other != together)
  }

  @Test("a temperature of 0 takes what greedy search takes")
  func cold() throws {
    let options = SearchOptions(
      maximumLength: 10, sampling: SamplingOptions(temperature: 0))
    let search = try BeamSearch(
      DrawnDecoder(tokenCount: 7, seed: 5),
      options: SearchOptions(beamSize: 1, maximumLength: 10), start: Self.start, end: Self.end,
      unwritten: [Self.unwritten])
    let greedy = search([(source: 0, tokens: [])], sourceLengths: [50])
    let drawn = try drawn(DrawnDecoder(tokenCount: 7, seed: 5), options)
    #expect(drawn[0].map(\.tokens) == greedy[0].map(\.tokens))
  }

  @Test("draws keep to lengths, and repeat no run that must not be")
  func rules() throws {
    let options = SearchOptions(
      best: 50, minimumLength: 3, maximumLength: 6, blockedLength: 1,
      sampling: SamplingOptions(temperature: 2))
    for sequence in try drawn(DrawnDecoder(tokenCount: 9, seed: 4), options)[0] {
      #expect((3...6).contains(sequence.tokens.count))
      #expect(sequence.isCut == (sequence.tokens.count == 6))
      #expect(Set(sequence.tokens).count == sequence.tokens.count)
      #expect(!sequence.tokens.contains(Self.unwritten))
    }
  }

  @Test("options that cannot be used are refused")
  func refusal() {
    for options in [
      SearchOptions(best: 0, sampling: SamplingOptions()),
      SearchOptions(best: 1_001, sampling: SamplingOptions()),
      SearchOptions(sampling: SamplingOptions(topP: 0)),
    ] {
      #expect(throws: LembraError.self) { try options.validate() }
    }
  }
}

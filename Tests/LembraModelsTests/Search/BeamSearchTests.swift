import LembraModels
import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Search for sequences")
struct BeamSearchTests {
  private static let (start, end, unwritten) = (0, 1, 2)

  private func found(
    _ decoder: DrawnDecoder, _ options: SearchOptions, sources: [Int] = [0],
    lengths: [Int]? = nil
  ) throws -> [[FoundSequence]] {
    let search = try BeamSearch(
      decoder, options: options, start: Self.start, end: Self.end, unwritten: [Self.unwritten])
    return search(
      sources.map { (source: $0, tokens: []) },
      sourceLengths: lengths ?? sources.map { _ in 50 })
  }

  /// All sequences of at most `length` tokens with their scores, the best first.
  private func all(
    _ decoder: DrawnDecoder, source: Int, length: Int, _ options: SearchOptions
  ) -> [(tokens: [Int], score: Double)] {
    var results: [(tokens: [Int], score: Double)] = []
    func extend(_ tokens: [Int], _ sum: Double) {
      let logs = decoder.logs(source, [Self.start] + tokens).array
      if tokens.count >= options.minimumLength || tokens.count == length {
        let normalization = pow((5 + Double(tokens.count + 1)) / 6, options.lengthPenalty)
        results.append((tokens, (sum + Double(logs[Self.end])) / normalization))
      }
      guard tokens.count < length else { return }
      for token in 0..<decoder.tokenCount
      where token != Self.end && token != Self.unwritten
        && !(options.blockedLength == 1 && tokens.contains(token))
      {
        extend(tokens + [token], sum + Double(logs[token]))
      }
    }
    extend([], 0)
    return results.sorted { $0.score > $1.score }
  }

  @Test(
    "a beam that is wide enough finds what trying everything finds",
    arguments: 0..<20,
    [
      SearchOptions(beamSize: 1_000, best: 8, lengthPenalty: 0, maximumLength: 3, isExact: true),
      SearchOptions(beamSize: 1_000, best: 8, lengthPenalty: 0.8, maximumLength: 3, isExact: true),
      SearchOptions(
        beamSize: 1_000, best: 8, lengthPenalty: 1, minimumLength: 2, maximumLength: 4,
        isExact: true),
      SearchOptions(
        beamSize: 1_000, best: 5, maximumLength: 3, blockedLength: 1, isExact: true),
    ])
  func exhaustive(seed: UInt64, options: SearchOptions) throws {
    let decoder = DrawnDecoder(tokenCount: 5, seed: seed)
    let result = try found(decoder, options)[0]
    let expected = all(decoder, source: 0, length: options.maximumLength, options)
    #expect(result.map(\.tokens) == expected.prefix(options.best).map(\.tokens))
    for (own, wanted) in zip(result, expected) { #expect(abs(own.score - wanted.score) < 1e-6) }
  }

  @Test("a source has the same sequences alone and among others, and leaves when it is done")
  func batching() throws {
    let options = SearchOptions(beamSize: 4, best: 3, maximumLength: 12)
    let decoder = DrawnDecoder(tokenCount: 8, seed: 3)
    let together = try found(decoder, options, sources: [5, 2, 9, 7])
    let counts = decoder.rowCounts
    for (place, source) in [5, 2, 9, 7].enumerated() {
      let alone = DrawnDecoder(tokenCount: 8, seed: 3)
      #expect(try found(alone, options, sources: [source])[0] == together[place])
    }
    // One row for each source at first, then one for each hypothesis that is still followed.
    let ended = [5, 2, 9, 7].filter { source in
      let logs = decoder.logs(source, [Self.start]).array
      let better = logs.indices.filter { $0 != Self.unwritten && logs[$0] > logs[Self.end] }
      return better.count < options.beamSize
    }
    #expect(counts[0] == 4 && counts[1] == 16 - ended.count)
    #expect(zip(counts.dropFirst(), counts.dropFirst(2)).allSatisfy { $0 >= $1 })
    #expect((counts.last ?? 0) <= 12)
  }

  @Test("a sequence that is complete keeps its place in the beam")
  func completeOnes() throws {
    // Its end is always what is most probable.
    let eager = DrawnDecoder(tokenCount: 6, seed: 2, bias: 30)
    let found = try found(eager, SearchOptions(beamSize: 3, best: 3))[0]
    #expect(eager.rowCounts == [1, 2] && found.count == 3)
    #expect(found.map(\.tokens.count).sorted() == [0, 1, 1])
  }

  /// A decoder whose scores follow from the last token alone.
  private struct TableDecoder: SequenceDecoder {
    let vectors: Tensor
    let map: RepeatedAffine
    let givesLogarithms: Bool

    func step(_ tokens: [Int], _ state: Int) -> DecodingStep<Int> {
      let scores = TokenScores(softmaxOf: map, vectors.gatheringRows(tokens))
      return DecodingStep(
        scores: givesLogarithms
          ? TokenScores(logProbabilities: scores.logProbabilities()) : scores,
        state: state)
    }

    func rows(_ indices: [Int], of state: Int) -> Int { state }
  }

  @Test("a search finds the same in the scores of some tokens and in those of all")
  func scores() throws {
    let key = RandomKey(seed: 3)
    let vectors = Tensor(normalWithMean: 0, shape: [900, 6], key: key.folding("vectors"))
    let map = RepeatedAffine(
      Tensor(normalWithMean: 0, shape: [900, 6], key: key.folding("map")))
    let options = SearchOptions(beamSize: 4, best: 4, minimumLength: 2, maximumLength: 7)
    let found = try [true, false].map { givesLogarithms in
      let decoder = TableDecoder(vectors: vectors, map: map, givesLogarithms: givesLogarithms)
      return try BeamSearch(
        decoder, options: options, start: Self.start, end: Self.end, unwritten: [Self.unwritten])(
          0, sourceLengths: [50, 50])
    }
    for (all, some) in zip(found[0].joined(), found[1].joined()) {
      #expect(all.tokens == some.tokens && abs(all.score - some.score) < 1e-5)
    }
    #expect(found.allSatisfy { $0.map(\.count) == [4, 4] })
  }

  @Test("a beam of one takes the most probable token at every step")
  func greedy() throws {
    let decoder = DrawnDecoder(tokenCount: 6, seed: 11)
    let result = try found(decoder, SearchOptions(beamSize: 1, maximumLength: 6))[0]
    var tokens: [Int] = []
    while tokens.count < 6 {
      let logs = decoder.logs(0, [Self.start] + tokens).array
      let best =
        logs.indices.filter { $0 != Self.unwritten }
        .max { (logs[$0], $1) < (logs[$1], $0) } ?? Self.end
      if best == Self.end { break }
      tokens.append(best)
    }
    #expect(result.map(\.tokens) == [tokens])
  }

  @Test("sequences keep to their lengths, also where the source limits them")
  func lengths() throws {
    let options = SearchOptions(
      beamSize: 3, best: 3, minimumLength: 4, maximumLength: 12, maximumLengthRatio: 0.5)
    // One that would end at once, and one that would never end.
    let eager = DrawnDecoder(tokenCount: 6, seed: 2, bias: 30)
    for sequences in try found(eager, options, sources: [0, 1, 2], lengths: [0, 2, 4]) {
      #expect(sequences.map(\.tokens.count) == [4, 4, 4])
      #expect(sequences.allSatisfy { !$0.isCut })
    }
    let endless = DrawnDecoder(tokenCount: 6, seed: 2, bias: -30)
    let limited = try found(endless, options, sources: [0, 1, 2, 3], lengths: [0, 2, 4, 50])
    // Half of the source's tokens and ten more, but never more than the maximum.
    for (sequences, most) in zip(limited, [10, 11, 12, 12]) {
      #expect(sequences.map(\.tokens.count) == [most, most, most])
      #expect(sequences.allSatisfy { $0.isCut })
    }
  }

  @Test("no run of tokens occurs twice, and where nothing is left a sequence ends")
  func blocking() throws {
    let decoder = DrawnDecoder(tokenCount: 5, seed: 8)
    let options = SearchOptions(
      beamSize: 2, best: 2, minimumLength: 9, maximumLength: 12, blockedLength: 2)
    for sequence in try found(decoder, options)[0] {
      let pairs = zip(sequence.tokens, sequence.tokens.dropFirst()).map { [$0, $1] }
      #expect(Set(pairs).count == pairs.count)
    }
    // Of three tokens that may be written, none twice: there are no nine.
    let none = SearchOptions(
      beamSize: 2, minimumLength: 9, maximumLength: 12, blockedLength: 1)
    #expect(try found(decoder, none)[0][0].tokens.count == 3)
  }

  @Test("attention comes with every token and the end, and its gaps cost what they should")
  func coverage() throws {
    let decoder = DrawnDecoder(tokenCount: 6, seed: 4)
    var options = SearchOptions(
      beamSize: 1_000, lengthPenalty: 0, maximumLength: 2, isExact: true, returnsAttention: true)
    let plain = try found(decoder, options)[0][0]
    #expect(plain.attention.count == plain.tokens.count + 1)
    options.coveragePenalty = 0.5
    options.best = 100
    for sequence in try found(decoder, options)[0] {
      let sums = (0..<2).map { place in sequence.attention.reduce(0.0) { $0 + Double($1[place]) } }
      let penalty = sums.reduce(0) { $0 + log(min(max($1, 1e-10), 1)) }
      #expect(abs(sequence.score - sequence.logProbability - 0.5 * penalty) < 1e-9)
    }
  }

  @Test("an ensemble of one decides as its member, one of two by the mean of probabilities")
  func ensembles() throws {
    let members = [1, 2].map { DrawnDecoder(tokenCount: 6, seed: $0) }
    let options = SearchOptions(beamSize: 3, best: 3, maximumLength: 5)
    let first: DrawnDecoder.State = [(source: 0, tokens: [])]
    let one = try BeamSearch(
      EnsembleDecoder([members[0]]), options: options, start: 0, end: 1, unwritten: [2])(
        [first], sourceLengths: [50])
    #expect(one == (try found(members[0], options)))
    let step = EnsembleDecoder(members).step([0], [first, first])
    let expected = zip(members[0].logs(0, [0]).array, members[1].logs(0, [0]).array)
      .map { log((exp(Double($0)) + exp(Double($1))) / 2) }
    for (own, wanted) in zip(step.scores.logProbabilities().array, expected) {
      #expect(abs(Double(own) - wanted) < 1e-6)
    }
  }

  /// A decoder that always says the same.
  private struct FixedDecoder: SequenceDecoder {
    let logs: Tensor

    func step(_ tokens: [Int], _ state: Int) -> DecodingStep<Int> {
      DecodingStep(scores: TokenScores(logProbabilities: logs), state: state)
    }

    func rows(_ indices: [Int], of state: Int) -> Int { state }
  }

  @Test("an ensemble keeps probabilities that are too small for a number, and what is impossible")
  func smallProbabilities() {
    let members = [[-200, -150, -Float.infinity, 0], [-200, -300, -.infinity, -.infinity]]
      .map { FixedDecoder(logs: Tensor($0, shape: [1, 4])) }
    let mean = EnsembleDecoder(members).step([0], [0, 0]).scores.logProbabilities().array
    let half = Float(log(0.5))
    #expect(abs(mean[0] + 200) < 1e-4 && abs(mean[1] - (-150 + half)) < 1e-4)
    #expect(mean[2] == -.infinity && abs(mean[3] - half) < 1e-6)
  }

  @Test(
    "options that cannot be used are refused by name",
    arguments: [
      (SearchOptions(beamSize: 0), "beam"), (SearchOptions(beamSize: 2, best: 3), "n best"),
      (SearchOptions(lengthPenalty: -1), "length penalty"),
      (SearchOptions(coveragePenalty: .nan), "coverage penalty"),
      (SearchOptions(minimumLength: 9, maximumLength: 8), "minimum length"),
      (SearchOptions(maximumLength: 1 << 30), "maximum length"),
      (SearchOptions(maximumLengthRatio: 0), "maximum length ratio"),
      (SearchOptions(blockedLength: 0), "blocked length"),
    ])
  func validation(options: SearchOptions, name: String) {
    #expect {
      try options.validate()
    } throws: { ($0 as? LembraError)?.location.name == name }
  }
}

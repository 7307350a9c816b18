import LembraData
import LembraTensor
import Testing

@Suite("Batches for a language model")
struct LanguageBatchesTests {
  /// What each stream reads over all batches: pairs of an input and what follows it.
  private func pairs(_ batches: LanguageBatches, counted: Bool) -> [[(input: Int, target: Int)]] {
    var streams = Array(repeating: [(input: Int, target: Int)](), count: batches.streamCount)
    for batch in batches where batch.isCounted == counted {
      #expect(batch.inputs.count == batch.layout.rowCount)
      #expect(batch.targets.count == batch.layout.rowCount)
      #expect(batch.layout.batchCount == batches.streamCount)
      for (position, stream) in batch.layout.order.enumerated() {
        for row in batch.layout.rows(ofSequence: position) {
          streams[stream].append((batch.inputs[row], batch.targets[row]))
        }
      }
    }
    return streams
  }

  @Test(
    "predict every token but the first exactly once, from the one before",
    arguments: [2, 3, 7, 16, 17, 50, 97], [1, 2, 3, 6])
  func everyToken(count: Int, streams: Int) throws {
    guard count > streams else { return }
    let corpus = try countingCorpus(count)
    for steps in [1, 2, 5, 16, 1000, .max] {
      let batches = try LanguageBatches(corpus, streams: streams, steps: steps)
      let pairs = pairs(batches, counted: true)
      #expect(pairs.flatMap { $0 }.map(\.input) == Array(0..<count - 1))
      #expect(pairs.flatMap { $0 }.map(\.target) == Array(1..<count))
      #expect(batches.predictionCount == count - 1)
      for (stream, pairs) in pairs.enumerated() {
        #expect(pairs.map(\.input) == Array(batches.inputs(ofStream: stream)))
        #expect((0...1).contains(pairs.count - (count - 1) / streams))
      }
      #expect(batches.map(\.isFirst) == batches.indices.map { $0 == 0 })
      // All steps but those of the last batch are full, and no batch lacks a stream.
      for batch in batches.dropLast() {
        #expect(batch.layout.lengths == Array(repeating: steps, count: streams))
      }
      if let last = batches.last?.layout {
        #expect(last.isInCallersOrder && (last.lengths.last ?? 0) > 0)
        #expect(last.stepCount - 1 <= min(steps, count))
      }
    }
  }

  @Test("stand step by step, the streams side by side")
  func timeMajor() throws {
    let batches = try LanguageBatches(countingCorpus(12), streams: 3, steps: 2)
    // Streams 0...4, 4...8 and 8...11, with their targets: the first two have one more.
    #expect(batches.map(\.inputs) == [[0, 4, 8, 1, 5, 9], [2, 6, 10, 3, 7]])
    #expect(batches.map(\.targets) == [[1, 5, 9, 2, 6, 10], [3, 7, 11, 4, 8]])
    #expect(batches.map(\.layout.lengths) == [[2, 2, 2], [2, 2, 1]])
  }

  @Test("may lead up to their streams with tokens that do not count", arguments: [1, 3, 8, 1000])
  func warmUp(warmUp: Int) throws {
    for (count, streams) in [(40, 3), (41, 4), (9, 8), (40, 1)] {
      let corpus = try countingCorpus(count)
      let batches = try LanguageBatches(corpus, streams: streams, steps: 4, warmUp: warmUp)
      let plain = try LanguageBatches(corpus, streams: streams, steps: 4)
      #expect(batches.filter(\.isCounted).map(\.inputs) == plain.map(\.inputs))
      #expect(batches.filter(\.isCounted).map(\.targets) == plain.map(\.targets))
      #expect(batches.map(\.isFirst) == batches.indices.map { $0 == 0 })
      let ahead = pairs(batches, counted: false)
      #expect(batches.warmUp == (streams == 1 ? 0 : min(warmUp, (count - 1) / streams)))
      #expect(ahead[0].isEmpty)
      for stream in 1..<max(streams, 1) where streams > 1 {
        let start = batches.inputs(ofStream: stream).lowerBound
        #expect(ahead[stream].map(\.input) == Array(start - batches.warmUp..<start))
        #expect(ahead[stream].map(\.target) == ahead[stream].map { $0.input + 1 })
      }
    }
  }

  @Test("need two tokens, and one for every stream to predict")
  func tooShort() throws {
    for count in [0, 1] {
      let error = try lembraError {
        _ = try LanguageBatches(countingCorpus(count), streams: 1, steps: 8)
      }
      #expect(error.code == .invalidData)
      #expect(error.message.contains("takes two"), "\(error)")
    }
    let error = try lembraError {
      _ = try LanguageBatches(countingCorpus(8), streams: 8, steps: 8)
    }
    #expect(error.message.contains("8 tokens, too few for 8 streams"))
    #expect(error.remedy.contains("at most 7 streams"))
  }
}

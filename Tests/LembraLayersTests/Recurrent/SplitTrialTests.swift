import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private let key = RandomKey(seed: 32)

/// The ways that passes go which take so long alone and with other threads.
private func ways(
  _ trial: inout SplitTrial, count: Int, alone: (Int) -> Double, divided: (Int) -> Double
) -> [Bool] {
  (0..<count).map { index in
    let way = trial.next()
    if way.isTimed {
      trial.note(
        way.isDivided ? divided(index) : alone(index), isDivided: way.isDivided)
    }
    return way.isDivided
  }
}

@Suite("Short passes are divided only where that makes them faster")
struct SplitTrialTests {
  private static let trialLength = 2 * SplitTrial.sampleCount
  private static let round = trialLength + SplitTrial.passesBetweenTrials

  @Test("passes go in turn, then the faster way", arguments: [0.7, 1.3])
  func faster(time: Double) {
    var trial = SplitTrial()
    let ways = ways(&trial, count: Self.round, alone: { _ in 1 }, divided: { _ in time })
    let turns = ways.prefix(Self.trialLength)
    #expect(turns.filter { $0 }.count == SplitTrial.sampleCount)
    #expect(zip(turns, turns.dropFirst()).allSatisfy { $0 != $1 })
    #expect(ways.dropFirst(Self.trialLength).allSatisfy { $0 == (time < 1) })
  }

  @Test("passes that were disturbed do not decide")
  func disturbed() {
    var trial = SplitTrial()
    // Of eight, three took ten times as long.
    let ways = ways(
      &trial, count: Self.round, alone: { _ in 1 }, divided: { $0 % 6 == 0 ? 10 : 0.8 })
    #expect(ways.dropFirst(Self.trialLength).allSatisfy { $0 })
  }

  @Test("what has become slower is noticed at the next trial")
  func changes() {
    var trial = SplitTrial()
    let ways = ways(
      &trial, count: 2 * Self.round, alone: { _ in 1 },
      divided: { $0 < Self.round ? 0.6 : 1.5 })
    #expect(ways[Self.round - 1])
    #expect(ways.suffix(SplitTrial.passesBetweenTrials).allSatisfy { !$0 })
  }

  @Test("trials that several threads take part in come to an end")
  func unordered() {
    var trial = SplitTrial()
    // As many have begun as two threads may have under way before a time is known.
    let begun = (0..<2 * Self.trialLength).map { _ in trial.next() }
    for way in begun where way.isTimed {
      trial.note(way.isDivided ? 2 : 1, isDivided: way.isDivided)
    }
    let next = trial.next()
    #expect(!next.isTimed && !next.isDivided)
  }

  @Test("runs and steps give the same bits during a trial and after it")
  func results() {
    let layer = LSTM(LSTMCell(inputSize: 20, hiddenSize: 64, key: key))
    let batch = SequenceBatch(sequences(Array(repeating: 10, count: 12), features: 20))
    let rows = random([12, 20], seed: 7)
    func trained() -> [Tensor] {
      let tape = Tape()
      var tracked = layer
      tracked.updateParameters { _, parameter in parameter = tape.leaf(parameter) }
      let loss = tracked(batch).output.rows.sum()
      return [layer(batch).output.rows] + tape.gradients(of: loss).compactMap(\.self)
    }
    var session = Session(layer, streamCount: 12)
    let begin = session.state
    let (expected, first) = (trained(), session.step(rows))
    for _ in 0..<3 * Self.trialLength {
      #expect(zip(trained(), expected).allSatisfy { sameBits($0, $1) })
      session.state = begin
      #expect(sameBits(session.step(rows), first))
    }
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private let key = RandomKey(seed: 32)

/// The passes of a trial whose divided passes all find the workers awake.
private let trialLength = 4 * SplitTrial.sampleCount

/// Goes through passes that take so many microseconds in each way.
private func ways(
  _ trial: inout SplitTrial, count: Int, alone: (Int) -> Int, divided: (Int) -> Int,
  foundWorkers: (Int) -> Bool = { _ in true }
) -> [SplitTrial.Way] {
  (0..<count).map { index in
    let way = trial.next()
    if way.isTimed {
      trial.note(
        .microseconds(way.isDivided ? divided(index) : alone(index)), of: way,
        foundWorkers: foundWorkers(index))
    }
    return way
  }
}

@Suite("A trial tells whether other threads make a pass faster")
struct SplitTrialTests {
  private static let round = trialLength + SplitTrial.pause

  @Test("passes go two by two, then the faster way", arguments: [70, 130])
  func faster(time: Int) {
    var trial = SplitTrial()
    let ways = ways(&trial, count: Self.round, alone: { _ in 100 }, divided: { _ in time })
    let pairs = ways.prefix(trialLength)
    let (yes, no) = (true, false)
    #expect(pairs.prefix(8).map { $0.isDivided } == [yes, yes, no, no, no, no, yes, yes])
    #expect(pairs.prefix(4).map { $0.isTimed } == [no, yes, no, yes])
    #expect(pairs.filter { $0.isDivided }.count == trialLength / 2)
    let others = ways.dropFirst(trialLength)
    #expect(others.allSatisfy { $0.isDivided == (time < 100) && !$0.isTimed })
  }

  @Test("passes that were disturbed do not decide")
  func disturbed() {
    var trial = SplitTrial()
    // The timed ones are 1, 7, 9, 15, 17 and 23: of six, two took ten times as long.
    let ways = ways(
      &trial, count: Self.round, alone: { _ in 100 },
      divided: { [7, 17].contains($0) ? 1_000 : 80 })
    #expect(ways.dropFirst(trialLength).allSatisfy { $0.isDivided })
  }

  @Test("a difference of little decides nothing")
  func even() {
    var trial = SplitTrial()
    let ways = ways(
      &trial, count: Self.round, alone: { _ in 98 }, divided: { _ in 100 })
    #expect(ways.dropFirst(trialLength).allSatisfy { $0.isDivided })
  }

  @Test("what has become slower is noticed at the next trial")
  func changes() {
    var trial = SplitTrial()
    let ways = ways(
      &trial, count: 3 * Self.round, alone: { _ in 100 },
      divided: { (Self.round..<2 * Self.round).contains($0) ? 150 : 60 })
    #expect(ways[Self.round - 1].isDivided)
    #expect(!ways[2 * Self.round - 1].isDivided)
    #expect(ways[3 * Self.round - 1].isDivided)
  }

  @Test("passes that are over before the workers are awake do not decide")
  func waking() {
    var trial = SplitTrial()
    _ = ways(
      &trial, count: SplitTrial.pause, alone: { _ in 100 }, divided: { $0 > 60 ? 60 : 130 },
      foundWorkers: { $0 > 60 })
    let next = trial.next()
    #expect(next.isDivided && !next.isTimed)
  }

  @Test("passes that never find the workers awake end up alone")
  func rare() {
    var trial = SplitTrial()
    _ = ways(
      &trial, count: SplitTrial.pause, alone: { _ in 100 }, divided: { _ in 130 },
      foundWorkers: { _ in false })
    let next = trial.next()
    #expect(!next.isDivided && !next.isTimed)
  }

  @Test("trials that several threads take part in come to an end")
  func unordered() {
    var trial = SplitTrial()
    // More have begun than a trial needs before a time is known.
    let begun = (0..<2 * trialLength).map { _ in trial.next() }
    for way in begun where way.isTimed {
      trial.note(.microseconds(way.isDivided ? 200 : 100), of: way)
    }
    let next = trial.next()
    #expect(!next.isTimed && !next.isDivided)
  }
}

@Suite("Plans are tried where passes are short")
struct TriedPlanTests {
  private static let layer = LSTM(LSTMCell(inputSize: 20, hiddenSize: 64, key: key))

  private func kind(
    _ layout: SequenceLayout = SequenceLayout(count: 12, length: 10),
    _ pass: FusedPlan.Pass = .inference, split: FusedPlan.Split? = nil, threads: Int = 2,
    units: Int = 64, isIndexed: Bool = false
  ) throws -> PassKind? {
    let cell = LSTMCell(inputSize: 20, hiddenSize: units, key: key)
    var network = try #require(LSTM(cell).fused(dropsOut: false))
    network.split = split
    let plan = FusedPlan(network, layout, pass, isIndexed: isIndexed, threadLimit: threads)
    // What meetings cost may forbid a division on the machine of the test.
    if split == nil, threads > 1, plan.split == .single { return nil }
    return PassKind(plan, network, layout, isIndexed: isIndexed)
  }

  @Test("neither a way that was asked for is, nor one thread, nor a long pass")
  func untried() throws {
    let long = SequenceLayout(count: 64, length: 500)
    #expect(try kind(split: .rows) == nil)
    #expect(try kind(threads: 1) == nil)
    #expect(try kind(long, units: 256) == nil)
  }

  @Test("passes of one kind share a trial")
  func kinds() throws {
    guard let first = try kind() else { return }
    if let second = try kind(SequenceLayout(count: 13, length: 9)) { #expect(second == first) }
    let others = try [
      kind(SequenceLayout(count: 24, length: 10)), kind(units: 72), kind(isIndexed: true),
      kind(SequenceLayout(count: 12, length: 10), .backward),
    ]
    let known = others.compactMap(\.self)
    #expect(Set(known + [first]).count == known.count + 1)
    #expect(SplitTrials.trial(of: first) === SplitTrials.trial(of: first))
    for other in known { #expect(SplitTrials.trial(of: other) !== SplitTrials.trial(of: first)) }
    #expect(SplitTrials.trial(of: nil) === nil)
  }

  @Test("a pass goes the way that its trial says, and only then is its time taken")
  func run() throws {
    let network = try #require(Self.layer.fused(dropsOut: false))
    var asked = network
    asked.split = .rows
    let layout = SequenceLayout(count: 12, length: 10)
    let plan = FusedPlan(asked, layout, .inference, threadLimit: 2)
    #expect(plan.split == .rows)
    let trial = SplitTrials.Trial(SplitTrial())
    var places: [Int] = []
    // Passes that find the workers asleep are left out at first.
    for index in 0..<4 * (SplitTrial.patience + SplitTrial.sampleCount) {
      let tried = TriedPlan(plan, trial)
      if tried.plan.split == .rows { places.append(index) }
      #expect([.rows, .single].contains(tried.plan.split))
      #expect(tried.run(rows: 120) { index } == index)
    }
    #expect(places.prefix(4) == [0, 1, 6, 7])
    // The trial is over: its passes were timed.
    #expect(trial.withLock { trial in (0..<4).allSatisfy { _ in !trial.next().isTimed } })
    #expect(TriedPlan(plan, nil).plan == plan)
  }

  @Test("runs and steps give the same bits during a trial and after it")
  func results() {
    let layer = Self.layer
    let batch = SequenceBatch(sequences(Array(repeating: 10, count: 12), features: 20))
    let rows = random([500, 20], seed: 7)
    func trained() -> [Tensor] {
      let tape = Tape()
      var tracked = layer
      tracked.updateParameters { _, parameter in parameter = tape.leaf(parameter) }
      let loss = tracked(batch).output.rows.sum()
      return [layer(batch).output.rows] + tape.gradients(of: loss).compactMap(\.self)
    }
    var session = Session(layer, streamCount: 500)
    let begin = session.state
    withThreadLimit(2) {
      let (expected, first) = (trained(), session.step(rows))
      for _ in 0..<2 * trialLength {
        #expect(zip(trained(), expected).allSatisfy { sameBits($0, $1) })
        session.state = begin
        #expect(sameBits(session.step(rows), first))
      }
    }
  }
}

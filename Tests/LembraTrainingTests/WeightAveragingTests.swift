import Foundation
import LembraFormats
import LembraLayers
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

@Suite("Averaged weights")
struct WeightAveragingTests {
  private let data = LineData()

  private func loop(
    epochs: Int, averaged: Double?, task: TrainingTask<Line, [Int]>? = nil
  ) -> TrainingLoop<Line, SGD, [Int]> {
    TrainingLoop(
      Line(), optimizer: SGD(learningRate: 0.1), task: task ?? data.task(),
      configuration: TrainingConfiguration(epochs: epochs, seed: 5, averagedEpochs: averaged))
  }

  /// The weights after every step, and what the loop came to.
  private func run(epochs: Int, averaged: Double?) throws -> (steps: [[Double]], result: [Double]) {
    func weights(_ model: Line) -> [Double] {
      model.parameters.flatMap { $0.value.array.map(Double.init) }
    }
    var own = loop(epochs: epochs, averaged: averaged)
    var steps: [[Double]] = []
    var outcome = try own.run { true }
    while outcome.outcome == .interrupted {
      steps.append(weights(own.model))
      outcome = try own.run { true }
    }
    return (steps, weights(outcome.model))
  }

  @Test("are the mean of all steps before there are enough of them")
  func mean() throws {
    let (steps, result) = try run(epochs: 2, averaged: 100)
    #expect(steps.count == 8)
    for index in result.indices {
      let mean = steps.reduce(0) { $0 + $1[index] } / Double(steps.count)
      #expect(abs(result[index] - mean) < 1e-6)
    }
  }

  @Test("forget old steps exponentially")
  func forgetting() throws {
    let (steps, result) = try run(epochs: 4, averaged: 0.5)
    // Half an epoch is two steps.
    let decay = exp(-0.5)
    var expected = steps[0]
    for (count, step) in steps.enumerated().dropFirst() {
      let share = max(1 / Double(count + 1), 1 - decay)
      for index in expected.indices { expected[index] += share * (step[index] - expected[index]) }
    }
    for (own, wanted) in zip(result, expected) { #expect(abs(own - wanted) < 1e-6) }
    #expect(zip(result, try #require(steps.last)).contains { abs($0 - $1) > 1e-4 })
  }

  @Test("do not change what is learnt, and are what is judged")
  func judged() throws {
    var seen: [Line] = []
    var task = data.task()
    task.validationScore = { model in
      seen.append(model)
      return -Double(seen.count)
    }
    var averaged = loop(epochs: 3, averaged: 1, task: task)
    var plain = loop(epochs: 3, averaged: nil)
    let result = try averaged.run()
    _ = try plain.run()
    #expect(averaged.model.bits == plain.model.bits)
    #expect(result.model.bits == seen[2].bits)
    #expect(result.model.bits != plain.model.bits)
  }

  @Test("are the same after an interruption at any step")
  func interruption() throws {
    let folder = try TemporaryFolder()
    let checkpoint = Checkpointing(path: folder("run"))
    var straight = loop(epochs: 3, averaged: 0.7)
    let expected = try straight.run()
    var result = try loop(epochs: 3, averaged: 0.7).running(checkpoint)
    while result.outcome == .interrupted {
      var next = loop(epochs: 3, averaged: 0.7)
      try next.resume(from: checkpoint.path)
      result = try next.running(checkpoint)
    }
    #expect(result.model.bits == expected.model.bits)
  }

  @Test("are refused where the checkpoint has none")
  func refusal() throws {
    let folder = try TemporaryFolder()
    let checkpoint = Checkpointing(path: folder("run"))
    _ = try loop(epochs: 3, averaged: nil).running(checkpoint)
    var next = loop(epochs: 3, averaged: 1)
    let error = #expect(throws: LembraError.self) { try next.resume(from: checkpoint.path) }
    #expect(error?.message.contains("averaged epochs was not given and is 1.0") == true)
  }
}

extension TrainingLoop {
  /// Runs one step, and saves the state.
  fileprivate func running(_ checkpoint: Checkpointing) throws -> TrainingResult<M> {
    var loop = self
    return try loop.run(checkpoint: checkpoint) { true }
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

@Suite("Training loop")
struct TrainingLoopTests {
  private let data = LineData()

  private func loop(
    _ optimizer: some Optimizer = SGD(learningRate: 0.1), epochs: Int = 3,
    schedule: LearningRateSchedule = .constant, unit: ScheduleUnit = .epoch,
    clipping: GradientClipping = .none, earlyStopping: EarlyStopping? = nil,
    restoresBest: Bool = true, task: TrainingTask<Line, [Int]>? = nil
  ) -> TrainingLoop<Line, some Optimizer, [Int]> {
    TrainingLoop(
      Line(), optimizer: optimizer, task: task ?? data.task(),
      configuration: TrainingConfiguration(
        epochs: epochs, seed: 5, schedule: schedule, scheduleUnit: unit, clipping: clipping,
        earlyStopping: earlyStopping, restoresBest: restoresBest))
  }

  /// A task whose validation scores are given, epoch by epoch.
  private func scripted(_ scores: [Double]) -> TrainingTask<Line, [Int]> {
    var task = data.task()
    var rest = scores[...]
    task.validationScore = { _ in rest.popFirst() ?? 0 }
    return task
  }

  @Test(arguments: [
    SGD(learningRate: 0.1) as any Optimizer,
    SGD(learningRate: 0.05, momentum: 0.9, usesNesterov: true),
    RMSProp(learningRate: 0.02), Adam(learningRate: 0.05), AdamW(learningRate: 0.05),
  ])
  func everyOptimizerLearnsALine(optimizer: any Optimizer) throws {
    let exact = LineData(rows: 64, noise: 0)
    func train(_ optimizer: some Optimizer) throws -> TrainingResult<Line> {
      var loop = loop(
        optimizer, epochs: 120, schedule: .cosine(end: 0), unit: .step,
        task: exact.task(batchSize: 16))
      return try loop.run()
    }
    let result = try train(optimizer)
    #expect(result.outcome == .finished)
    #expect(result.history.count == 120)
    let loss = meanSquaredError(result.model(exact.inputs), exact.truths).scalar
    #expect(loss < 1e-4, "\(optimizer.summary)")
  }

  @Test func aStepIsAGradientStepOnTheBatch() throws {
    var loop = loop(epochs: 1, clipping: GradientClipping(norm: 0.5))
    var steps: [StepReport] = []
    var model = Line()
    let key = RandomKey(seed: 5)
    let batches = try data.task().batches(0, key.folding("batches").folding(0))
    let result = try loop.run(observer: TrainingObserver(stepEnded: { steps.append($0) }))
    var losses: [Float] = []
    for rows in batches {
      let (loss, gradients) = valueAndGradients(of: model) {
        meanSquaredError($0(data.inputs.gatheringRows(rows)), data.truths.gatheringRows(rows))
      }
      losses.append(loss)
      var optimizer = SGD(learningRate: 0.1)
      let factor = Float(min(1, 0.5 / (gradients.norm + 1e-6)))
      optimizer.update(&model, along: gradients, scaling: GradientScaling(factor: factor))
    }
    #expect(result.model.bits == model.bits)
    #expect(steps.map(\.loss) == losses)
    #expect(steps.map(\.step) == [1, 2, 3, 4])
    #expect(steps.allSatisfy { $0.stepCount == 4 && $0.epoch == 1 && $0.gradientNorm > 0 })
    // The batches have 7, 7, 7 and 3 rows, and a row counts as much in each.
    let mean = zip(losses, [7.0, 7, 7, 3]).reduce(0) { $0 + Double($1.0) * $1.1 } / 24
    #expect(abs(result.history[0].trainingLoss - mean) < 1e-12)
    #expect(result.history[0].largestGradientNorm == steps.map(\.gradientNorm).max())
  }

  @Test func theSeedDecidesEveryBit() throws {
    func train(seed: UInt64) throws -> [[UInt32]] {
      var loop = TrainingLoop(
        Line(), optimizer: Adam(), task: data.task(dropout: 0.3),
        configuration: TrainingConfiguration(epochs: 3, seed: seed))
      return try loop.run().model.bits
    }
    #expect(try train(seed: 1) == train(seed: 1))
    #expect(try train(seed: 1) != train(seed: 2))
  }

  @Test func schedulesCountEpochsOrSteps() throws {
    func rates(_ unit: ScheduleUnit) throws -> [Double] {
      var loop = loop(epochs: 2, schedule: .step(every: 1, factor: 0.5), unit: unit)
      var rates: [Double] = []
      _ = try loop.run(observer: TrainingObserver(stepEnded: { rates.append($0.learningRate) }))
      return rates
    }
    #expect(try rates(.epoch) == [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05])
    #expect(try rates(.step) == (0..<8).map { 0.1 / Double(1 << $0) })
  }

  @Test func aPlateauLowersTheLearningRate() throws {
    var loop = loop(
      epochs: 5, schedule: .plateau(patience: 1, factor: 0.5, minimum: 0),
      task: scripted([3, 2, 2, 2, 2]))
    let history = try loop.run().history
    #expect(history.map(\.learningRate) == [0.1, 0.1, 0.1, 0.1, 0.05])
  }

  // The best is 2; 1.95 is better by less than 0.1, and after three such epochs it is over.
  @Test func earlyStoppingRestoresTheBestWeights() throws {
    var models: [[[UInt32]]] = []
    var task = data.task()
    var scores: [Double] = [3, 2, 1.95, 4, 1.99, 0]
    task.validationScore = { model in
      models.append(model.bits)
      return scores.removeFirst()
    }
    var loop = loop(
      epochs: 6, earlyStopping: EarlyStopping(patience: 3, minimumDelta: 0.1), task: task)
    let result = try loop.run()
    #expect(result.outcome == .stoppedEarly)
    #expect(result.history.map(\.validationScore) == [3, 2, 1.95, 4, 1.99])
    #expect(result.history.map(\.isBest) == [true, true, false, false, false])
    #expect(result.best?.epoch == 2)
    #expect(result.model.bits == models[1])
    #expect(loop.model.bits == models[4])
    #expect(loop.isFinished)
    #expect(try loop.run().history.count == 5, "a finished run stays as it is")
  }

  @Test func theLastWeightsAreKeptWhenTheBestAreNotWanted() throws {
    var loop = loop(epochs: 3, restoresBest: false, task: scripted([1, 2, 3]))
    let result = try loop.run()
    #expect(result.best?.epoch == 1)
    #expect(result.model.bits == loop.model.bits)
  }

  @Test func anInterruptedRunGoesOnWhenRunAgain() throws {
    var straight = loop(Adam())
    let expected = try straight.run()
    var loop = loop(Adam())
    var steps = 0
    let first = try loop.run {
      steps += 1
      return steps == 6
    }
    #expect(first.outcome == .interrupted)
    #expect(first.history.count == 1)
    let second = try loop.run()
    #expect(second.outcome == .finished)
    #expect(second.model.bits == expected.model.bits)
    #expect(second.history.map(\.trainingLoss) == expected.history.map(\.trainingLoss))
  }

  // MARK: - Failures

  @Test func aBadGradientIsNamedAndNotApplied() throws {
    let folder = try TemporaryFolder()
    var task = data.task()
    let loss = task.loss
    var count = 0
    task.loss = { model, rows, key, carried in
      count += 1
      let value = try loss(model, rows, key, &carried)
      return count == 6 ? value * Float.infinity : value
    }
    var loop = loop(Adam(), task: task)
    let path = folder("run")
    let error = try #require(throws: LembraError.self) {
      _ = try loop.run(checkpoint: Checkpointing(path: path))
    }
    #expect(error.code == .notFinite)
    #expect(error.location.name == "weight")
    #expect(error.message.contains("step 2 of epoch 2"))
    var before = self.loop(Adam())
    var steps = 0
    _ = try before.run {
      steps += 1
      return steps == 5
    }
    #expect(loop.model.bits == before.model.bits)
    var resumed = self.loop(Adam())
    try resumed.resume(from: path)
    #expect(resumed.history.count == 1)
    #expect(try resumed.run().outcome == .finished)
  }

  @Test func aBadScoreIsAnError() throws {
    var loop = loop(task: scripted([1, .nan]))
    let error = try #require(throws: LembraError.self) { _ = try loop.run() }
    #expect(error.code == .notFinite)
    #expect(error.message == "the validation score after epoch 2 is nan")
    #expect(loop.history.count == 1)
  }

  @Test func overflowingWeightsAreNoticedBeforeTheCheckpoint() throws {
    let folder = try TemporaryFolder()
    var loop = loop(
      SGD(learningRate: 1e39), epochs: 1, task: data.task(batchSize: 24))
    let error = try #require(throws: LembraError.self) {
      _ = try loop.run(checkpoint: Checkpointing(path: folder("run")))
    }
    #expect(error.code == .notFinite)
    #expect(error.location.name == "weight")
    #expect(try folder.names == [])
  }

  @Test func anEpochWithoutBatchesIsAnError() throws {
    var task = data.task()
    task.batches = { _, _ in [] }
    var loop = loop(task: task)
    let error = try #require(throws: LembraError.self) { _ = try loop.run() }
    #expect(error.code == .invalidData)
  }

  @Test func earlyStoppingWithoutAValidationTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = TrainingLoop(
        Line(), optimizer: Adam(), task: LineData().task(),
        configuration: TrainingConfiguration(
          epochs: 1, earlyStopping: EarlyStopping(patience: 1)))
    }
  }
}

import LembraFormats
import LembraLayers
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
  static let optimizers: [any Optimizer] = [
    SGD(learningRate: 0.1), SGD(learningRate: 0.05, momentum: 0.9, usesNesterov: true),
    RMSProp(momentum: 0.5, isCentered: true), Adam(learningRate: 0.03),
    AdamW(learningRate: 0.03),
  ]

  static let schedules = [
    "constant", "step:2:0.5", "exponential:0.9", "cosine:0.1", "warmup:3:cosine",
    "plateau:0:0.5:0.01",
  ]

  private let folder: TemporaryFolder
  private let data = LineData()

  init() throws {
    folder = try TemporaryFolder()
  }

  private func configuration(
    schedule: LearningRateSchedule = .constant, unit: ScheduleUnit = .step
  ) -> TrainingConfiguration {
    TrainingConfiguration(
      epochs: 5, seed: 9, schedule: schedule, scheduleUnit: unit,
      clipping: GradientClipping(norm: 1), earlyStopping: EarlyStopping(patience: 4),
      context: ["batch": "9"])
  }

  private var task: TrainingTask<Line, [Int]> {
    // Few and noisy rows, so that the best epoch is not always the last.
    data.task(
      batchSize: 9, dropout: 0.2, validation: LineData(rows: 6, seed: 2, noise: 1))
  }

  private func loop<O: Optimizer>(
    _ optimizer: O, _ configuration: TrainingConfiguration
  ) -> TrainingLoop<Line, O, [Int]> {
    TrainingLoop(Line(), optimizer: optimizer, task: task, configuration: configuration)
  }

  /// All that a result says, but for the time it took.
  private func essence(_ result: TrainingResult<Line>) -> [String] {
    result.history.map {
      "\($0.epoch) \($0.trainingLoss) \($0.validationScore ?? 0) \($0.isBest) \($0.learningRate) "
        + "\($0.largestGradientNorm)"
    } + result.model.bits.map { "\($0)" } + [result.outcome.rawValue]
  }

  @Test(arguments: optimizers, schedules)
  func aRunInterruptedAfterEveryStepComesToTheSameBits(
    optimizer: any Optimizer, schedule: String
  ) throws {
    func check(_ optimizer: some Optimizer, _ unit: ScheduleUnit) throws {
      let configuration = configuration(schedule: try LearningRateSchedule(schedule), unit: unit)
      var straight = loop(optimizer, configuration)
      let expected = try straight.run()
      let checkpoint = Checkpointing(path: folder("run-\(unit)"))
      var resumptions = 0
      var last = loop(optimizer, configuration)
      var result = try last.run(checkpoint: checkpoint) { true }
      while result.outcome == .interrupted {
        resumptions += 1
        last = loop(optimizer, configuration)
        try last.resume(from: checkpoint.path)
        result = try last.run(checkpoint: checkpoint) { true }
      }
      #expect(resumptions >= 3 * expected.history.count)
      #expect(essence(result) == essence(expected))
      #expect(last.model.bits == straight.model.bits)
    }
    try check(optimizer, .epoch)
    try check(optimizer, .step)
  }

  @Test(arguments: 1...4)
  func aRunThatDiedGoesOnFromItsLastCheckpoint(epochs: Int) throws {
    struct PowerCut: Error {}
    let configuration = configuration(schedule: .cosine(end: 0))
    var straight = loop(Adam(), configuration)
    let expected = try straight.run()
    var fatal = task
    var count = 0
    fatal.loss = { [task] model, rows, key, carried in
      count += 1
      // In the middle of the next epoch.
      if count == 3 * epochs + 2 { throw PowerCut() }
      return try task.loss(model, rows, key, &carried)
    }
    var dying = TrainingLoop(
      Line(), optimizer: Adam(), task: fatal, configuration: configuration)
    #expect(throws: PowerCut.self) {
      _ = try dying.run(checkpoint: Checkpointing(path: folder("run")))
    }
    var resumed = loop(Adam(), configuration)
    try resumed.resume(from: folder("run"))
    #expect(resumed.history.count == epochs)
    #expect(try essence(resumed.run()) == essence(expected))
  }

  @Test func checkpointsAreWrittenAsOftenAsAsked() throws {
    var loop = loop(SGD(learningRate: 0.1), configuration())
    var found: [Bool] = []
    let path = folder("run")
    _ = try loop.run(
      checkpoint: Checkpointing(path: path, everyEpochs: 2),
      observer: TrainingObserver(epochEnded: { _ in
        found.append((try? ModelFile.task(ofFileAt: path)) != nil)
      }))
    #expect(found.prefix(4) == [false, false, true, true])
    #expect(try folder.names == ["run"])
  }

  @Test func aCheckpointIsReadableByOthers() throws {
    var loop = loop(Adam(), configuration())
    _ = try loop.run(checkpoint: Checkpointing(path: folder("run")))
    let file = try SafetensorsFile(readingFrom: folder("run"))
    #expect(
      file.tensors.keys.sorted() == [
        "best.bias", "best.weight", "model.bias", "model.weight", "optimizer.mean.bias",
        "optimizer.mean.weight", "optimizer.square.bias", "optimizer.square.weight",
      ])
    var line = Line()
    try line.load(from: folder("run"), prefix: "model")
    #expect(line.bits == loop.model.bits)
  }

  // MARK: - Refusals

  private func interrupted() throws -> String {
    var loop = loop(Adam(), configuration())
    var steps = 0
    _ = try loop.run(checkpoint: Checkpointing(path: folder("run"))) {
      steps += 1
      return steps == 5
    }
    return folder("run")
  }

  @Test func aChangedConfigurationIsNamed() throws {
    let path = try interrupted()
    var other = configuration()
    other.seed = 10
    other.context = ["batch": "8", "data": "b.csv"]
    other.clipping = .none
    var loop = loop(Adam(beta1: 0.8), other)
    let error = try #require(throws: LembraError.self) { try loop.resume(from: path) }
    #expect(error.code == .invalidOption)
    #expect(error.location.file == path)
    for change in [
      "seed was 9 and is 10", "batch was 9 and is 8", "data was not given and is b.csv",
      "clipping by norm was 1.0 and is none", "beta1=0.8",
    ] {
      #expect(error.message.contains(change), "\(error.message)")
    }
    #expect(error.remedy.contains("settings of the checkpoint"))
  }

  @Test func aChangedLearningRateOrOptimizerIsNamed() throws {
    let path = try interrupted()
    var faster = loop(Adam(learningRate: 0.1), configuration())
    let error = try #require(throws: LembraError.self) { try faster.resume(from: path) }
    #expect(error.message.contains("learning rate was 0.001 and is 0.1"))
    var other = loop(SGD(learningRate: 0.001), configuration())
    #expect(throws: LembraError.self) { try other.resume(from: path) }
  }

  @Test func anotherModelIsRefused() throws {
    let path = try interrupted()
    var loop = TrainingLoop(
      Line(inputs: 4), optimizer: Adam(),
      task: TrainingTask<Line, Int>(
        batches: { _, _ in [1] }, loss: { model, _, _ in model.weight.sum() },
        validationScore: { _ in 0 }),
      configuration: configuration())
    let before = loop.model.bits
    let error = try #require(throws: LembraError.self) { try loop.resume(from: path) }
    #expect(error.code == .invalidFile)
    #expect(error.location.file == path)
    #expect(error.message.contains("model.weight has shape [2, 3] instead of [2, 4]"))
    #expect(loop.model.bits == before)
  }

  @Test func aModelIsNoCheckpoint() throws {
    try ModelFile(task: "forecast", description: 1, tensors: [:]).write(to: folder("model"))
    var loop = loop(Adam(), configuration())
    let error = try #require(throws: LembraError.self) { try loop.resume(from: folder("model")) }
    #expect(error.message.contains("a model for the task forecast and no checkpoint"))
  }

  @Test(arguments: [
    "optimizer.mean.bias", "optimizer.square.weight", "model.bias", "best.weight",
  ])
  func aMissingTensorIsNamed(name: String) throws {
    var file = try SafetensorsFile(readingFrom: interrupted())
    #expect(file.tensors.removeValue(forKey: name) != nil)
    try file.write(to: folder("damaged"))
    try expectRefusal()
  }

  @Test(arguments: [
    ("\"step\":2", "\"step\":-2"),
    ("\"epoch\":1,\"epochsSinceBest\"", "\"epoch\":7,\"epochsSinceBest\""),
    ("\"totalSteps\":5", "\"totalSteps\":9223372036854775807"),
    ("\"totalSteps\":5", "\"totalSteps\":0.5"),
    ("\"count\":[5,5]", "\"count\":[5]"), ("\"count\":[5,5]", "\"count\":[5,9223372036854775807]"),
    ("\"count\":[5,5]", "\"count\":[-1,5]"), ("\"count\":[5,5]", "\"other\":[5,5]"),
  ])
  func numbersThatContradictEachOtherAreRefused(text: String, replacement: String) throws {
    var file = try SafetensorsFile(readingFrom: interrupted())
    let description = try #require(file.metadata["lembra"])
    let damaged = description.split(separator: text, omittingEmptySubsequences: false)
      .joined(separator: replacement)
    #expect(damaged != description, "\(description)")
    file.metadata["lembra"] = damaged
    try file.write(to: folder("damaged"))
    try expectRefusal()
  }

  private func expectRefusal() throws {
    var loop = loop(Adam(), configuration())
    let error = try #require(throws: LembraError.self) {
      try loop.resume(from: folder("damaged"))
    }
    #expect(error.code == .invalidFile)
    #expect(error.location.file == folder("damaged"))
    #expect(loop.history.isEmpty && loop.model.bits == Line().bits, "nothing changes")
  }
}

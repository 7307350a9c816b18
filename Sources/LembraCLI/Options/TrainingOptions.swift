import ArgumentParser
import LembraModels
import LembraTensor
import LembraTraining

/// How networks are trained.
struct TrainingOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "What training makes small.")
  var loss = ForecastTrainingOptions.Loss.mse

  @Option(parsing: .unconditional, help: "The optimizer.")
  var optimizer = OptimizerName.adam

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The first learning rate; a list like 0.01,mlp=0.001 differs by model. (default: 0.01)",
      valueName: "rate"),
    transform: { try PerModel($0) })
  var learningRate: PerModel<Double>?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      How the learning rate changes from epoch to epoch: \
      \(LearningRateSchedule.forms.joined(separator: ", ")). (default: constant)
      """,
      valueName: "schedule"),
    transform: { try LearningRateSchedule($0) })
  var schedule = LearningRateSchedule.constant

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The passes over the training part, by model as above. (default: 200)", valueName: "count"),
    transform: { try PerModel($0) })
  var epochs: PerModel<Int>?

  @Option(parsing: .unconditional, help: ArgumentHelp("The windows of a step.", valueName: "count"))
  var batch = 32

  @Option(parsing: .unconditional, help: ArgumentHelp("The decay of weights.", valueName: "rate"))
  var weightDecay = 0.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The momentum of sgd and rmsprop.", valueName: "share"))
  var momentum = 0.0

  @Flag(help: "Take Nesterov's form of the momentum of sgd.")
  var nesterov = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The longest gradient of a step, as a norm.", valueName: "norm"))
  var clipNorm: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The largest element of a gradient.", valueName: "value"))
  var clipValue: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Stop after this many epochs without a better validation score; needs --validation.",
      valueName: "epochs"))
  var patience: Int?

  @OptionGroup var unrolling: UnrollingArguments
  @OptionGroup var precision: TrainingPrecisionOption

  mutating func validate() throws {
    for (value, name) in [(clipNorm, "--clip-norm"), (clipValue, "--clip-value")] {
      guard let value, !(value > 0) else { continue }
      throw ValidationError("\(name) is \(value); choose a number above 0, or leave it out.")
    }
    if let patience, patience < 1 {
      throw ValidationError("--patience is \(patience); choose 1 or more, or leave it out.")
    }
    guard batch >= 1 else {
      throw ValidationError("--batch is \(batch); choose 1 or more windows.")
    }
  }

  func options(_ kind: ForecastArchitecture.Kind, seed: UInt64) -> ForecastTrainingOptions {
    let standard = ForecastTrainingOptions()
    return ForecastTrainingOptions(
      loss: loss, optimizer: optimizer,
      learningRate: learningRate.value(for: kind, otherwise: standard.learningRate),
      schedule: schedule, weightDecay: weightDecay, momentum: momentum,
      usesNesterov: nesterov,
      clipping: GradientClipping(norm: clipNorm, value: clipValue),
      epochs: epochs.value(for: kind, otherwise: standard.epochs), batchSize: batch,
      patience: patience, seed: seed, memory: unrolling.memory, truncation: unrolling.truncate,
      precision: precision.reduced)
  }
}

/// The seed of one training.
struct SeedOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What all random numbers come from.", valueName: "number"))
  var seed: UInt64 = 0
}

/// The seeds of a comparison.
struct SeedListOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many seeds every model is trained with, or which: 5, or 3,7. (default: 3)",
      valueName: "seeds"),
    transform: { try SeedList($0) })
  var seeds = SeedList.count(3)

  @Option(parsing: .unconditional, help: ArgumentHelp("The first seed.", valueName: "number"))
  var seed: UInt64 = 0

  var all: [UInt64] { seeds.seeds(from: seed) }
}

/// How many threads compute.
struct ThreadOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The threads to compute with; results do not depend on it. (default: all processors)",
      valueName: "count"))
  var threads: Int?

  mutating func validate() throws {
    guard let threads, !(1...Self.most).contains(threads) else { return }
    throw ValidationError(
      "--threads is \(threads); choose from 1 to \(Self.most), or leave it out.")
  }

  /// More than any machine has processors; each would be started.
  static let most = 1024

  func apply() {
    if let threads { Threads.limit = threads }
  }
}

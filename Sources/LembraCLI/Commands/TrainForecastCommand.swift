import ArgumentParser
import LembraData
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

/// `lembra train forecast`: trains one model on a series.
struct TrainForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Train a model that forecasts a series, and save it.",
    discussion: """
      The model is judged on the last rows of the file, which it does not see, beside forecasts \
      that need no network. It is saved as one .safetensors file for evaluate, predict and inspect.

      Example: a GRU that reads a year of months and forecasts the next six.

        lembra train forecast sales.csv --targets sales --window 12 --horizon 6 \\
          --model gru -o sales.safetensors

      Control-C saves a checkpoint beside the model and says how to go on.
      """)

  @OptionGroup(title: "Data") var file: DataFileArgument
  @OptionGroup(title: "Data") var reading: ReadingOptions
  @OptionGroup(title: "Data") var columns: ColumnOptions
  @OptionGroup(title: "Forecast") var forecast: ForecastOptions

  @OptionGroup(title: "Network") var network: KindOption
  @OptionGroup(title: "Network") var architecture: ArchitectureOptions
  @OptionGroup(title: "Training") var training: TrainingOptions
  @OptionGroup(title: "Training") var seed: SeedOption
  @OptionGroup(title: "Training") var threads: ThreadOptions
  @OptionGroup(title: "Training") var diagnosis: DiagnosisOption
  @OptionGroup(title: "Output") var files: TrainingFileOptions
  @OptionGroup(title: "Output") var reports: ReportOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  mutating func validate() throws {
    try diagnosis.check(training.unrolling, training.precision)
    try training.unrolling.check(anyIsRecurrent: network.model.cell != nil)
  }

  func run() throws {
    threads.apply()
    Interruption.listen()
    try files.check(
      reports: [("--report", reports.report), ("--plot", reports.plot)], inputs: [file.data])
    let narrator = Narrator(talk)
    let source = try DataSource(file.data, reading, columns: columns, narrator: narrator)
    let candidate = ForecastComparison.Candidate(
      forecast.configuration(
        of: source.series, architecture: architecture.architecture(network.model)),
      training.options(network.model, seed: seed.seed))
    try candidate.configuration.validate()
    let data = try ForecastData(
      source.series, configuration: candidate.configuration, parts: forecast.parts)
    if reports.isWanted { try data.requireTest() }
    training.precision.remark(narrator)
    let result = try train(candidate, on: data, narrator: narrator)
    narrator.tell(result.diagnosis)
    try files.keep(narrator) { try result.forecaster.save(to: $0) }
    let comparison =
      data.split.test.isEmpty
      ? nil
      : try ForecastComparison(
        judging: result, on: data, season: forecast.season)
    let outcome = TrainingReport(
      source: source, result: result, comparison: comparison, output: files.output)
    try StandardStreams.printResult(talk.json ? jsonText(of: outcome.document) : outcome.text)
    if let comparison { try reports.write(comparison, narrator: narrator) }
  }

  private func train(
    _ candidate: ForecastComparison.Candidate, on data: ForecastData, narrator: Narrator
  ) throws -> ForecastTrainingResult {
    let monitor = TrainingMonitor(narrator)
    monitor.runBegins(candidate.title)
    let result = try Forecaster.train(
      on: data, options: candidate.options,
      checkpoint: files.checkpointing, resumes: files.resume,
      diagnosis: diagnosis.options(output: files.output), observer: monitor.observer,
      shouldStop: monitor.shouldStop)
    try files.finish(result.outcome, epochs: result.history.count, narrator)
    return result
  }
}

import ArgumentParser
import LembraData
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

/// `lembra compare forecast`: trains several models on a series and compares them.
struct CompareForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Compare networks, and simpler forecasts, on a series.",
    discussion: """
      Every model is trained with every seed on the same rows and judged on the last rows of the \
      file, which none has seen. The table shows means and standard deviations over the seeds.

      Example: does a GRU forecast a gas furnace better than an LSTM or an MLP does?

        lembra compare forecast gas-furnace.csv --targets GR,CO2 --test 100 \\
          --models mlp,lstm,gru --learning-rate 0.01,mlp=0.001 --seeds 5 \\
          --report report.html

      Control-C prints the results that are finished and says how to train the rest; no report or \
      plot is written then.
      """)

  @OptionGroup(title: "Data") var file: DataFileArgument
  @OptionGroup(title: "Data") var reading: ReadingOptions
  @OptionGroup(title: "Data") var columns: ColumnOptions
  @OptionGroup(title: "Forecast") var forecast: ForecastOptions

  @OptionGroup(title: "Network") var networks: KindListOption<ForecastArchitecture.Kind>
  @OptionGroup(title: "Network") var architecture: ArchitectureOptions
  @OptionGroup(title: "Training") var training: TrainingOptions
  @OptionGroup(title: "Training") var seeds: SeedListOptions
  @OptionGroup(title: "Training") var threads: ThreadOptions
  @OptionGroup(title: "Output") var reports: ReportOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  mutating func validate() throws {
    try training.unrolling.check(anyIsRecurrent: networks.models.kinds.contains { $0.cell != nil })
    try training.precision.check(
      withoutRecurrentLayers: networks.models.kinds.filter { $0.cell == nil }.map(\.rawValue))
  }

  func run() throws {
    threads.apply()
    Interruption.listen()
    try OutputFiles.check(
      [("--report", reports.report), ("--plot", reports.plot)], inputs: [file.data])
    let narrator = Narrator(talk)
    let source = try DataSource(file.data, reading, columns: columns, narrator: narrator)
    let comparison = try compare(source.series, narrator: narrator)
    if !comparison.isInterrupted || !comparison.results.isEmpty {
      try StandardStreams.printResult(
        talk.json ? jsonText(of: comparison.document) : text(comparison))
    }
    if !comparison.isInterrupted { try reports.write(comparison, narrator: narrator) }
    if comparison.isInterrupted {
      sayHowToGoOn(after: comparison, narrator)
      throw ExitCode.failure
    }
    if comparison.results.contains(where: { !$0.failures.isEmpty }) { throw ExitCode.failure }
  }

  private func compare(_ series: Series, narrator: Narrator) throws -> ForecastComparison {
    let seeds = seeds.all
    let candidates = networks.models.kinds.map { kind in
      ForecastComparison.Candidate(
        forecast.configuration(of: series, architecture: architecture.architecture(kind)),
        training.options(kind, seed: seeds[0]))
    }
    training.precision.remark(narrator)
    let monitor = TrainingMonitor(narrator, runCount: candidates.count * seeds.count)
    let comparison = try ForecastComparison(
      of: candidates, on: series, parts: forecast.parts, seeds: seeds,
      season: forecast.season,
      observer: .init(
        runBegins: { monitor.runBegins("\($0.title), seed \($1)") }, training: monitor.observer),
      shouldStop: monitor.shouldStop)
    narrator.display.clear()
    return comparison
  }

  /// The tables for a terminal: all scores, and for several targets the error of each.
  private func text(_ comparison: ForecastComparison) -> String {
    var tables = [comparison.scoreTable(columns: .compact)]
    if comparison.series.targetCount > 1 {
      tables.append(comparison.targetErrorTable)
    }
    return ComparisonText.text(
      tables, failures: comparison.results.map { ($0.candidate.title, $0.failures) })
  }

  /// Names the models that are still to be trained with all seeds.
  private func sayHowToGoOn(after comparison: ForecastComparison, _ narrator: Narrator) {
    let seedCount = seeds.all.count
    let done = comparison.results.filter { $0.runs.count == seedCount }
      .map(\.candidate.configuration.architecture.kind)
    let left = networks.models.kinds.filter { !done.contains($0) }.map(\.rawValue)
    ComparisonText.sayHowToGoOn(
      done: comparison.results.reduce(0) { $0 + $1.runs.count },
      of: networks.models.kinds.count * seedCount, left: left, narrator)
  }
}

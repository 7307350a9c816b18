import ArgumentParser
import LembraData
import LembraFormats
import LembraModels

/// `lembra predict`: forecasts what follows a data file.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Forecast the rows after the end of a data file.",
    discussion: """
      The rows are named as the index of the file goes on, or numbered where it has no steady step. \
      The forecasts stand in the units of the file.

      Example: the next two years of a monthly series.

        lembra predict sales.safetensors sales.csv --steps 24 -o forecast.csv
      """)

  @OptionGroup(title: "Data") var saved: SavedModelArgument
  @OptionGroup(title: "Data") var reading: ReadingOptions

  @OptionGroup(title: "Output") var writing: ForecastWritingOptions
  @OptionGroup(title: "Computation") var threads: ThreadOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  mutating func validate() throws {
    if talk.json, writing.format == .csv {
      throw ValidationError("--json and --format csv contradict each other; leave out one of them.")
    }
  }

  func run() throws {
    threads.apply()
    try OutputFiles.check([("--output", writing.output)], inputs: [reading.data, saved.model])
    let narrator = Narrator(talk)
    let forecaster = try Forecaster(readingFrom: saved.model)
    let configuration = forecaster.configuration
    let source = try DataSource(
      reading, targets: configuration.targets, features: configuration.features,
      narrator: narrator)
    let steps = writing.steps ?? configuration.horizon
    let values = try forecaster.forecast(after: source.series, steps: steps)
    let names = FutureRows(after: source.series, count: steps)
    if let remark = names.remark { narrator.remark(remark) }
    let forecast = ForecastText(
      model: saved.model, source: source, rows: names, targets: configuration.targets,
      values: values)
    let text = try forecast.text(talk.json ? .json : writing.chosenFormat)
    if let output = writing.output {
      try AtomicFile.write(text, to: output)
      narrator.remark("wrote \(steps) forecast\(steps == 1 ? "" : "s") to \(output)")
    } else {
      try StandardStreams.printResult(text)
    }
  }
}

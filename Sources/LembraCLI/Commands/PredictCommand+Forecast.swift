import LembraData
import LembraFormats
import LembraModels

extension PredictCommand {
  /// Forecasts the rows after the end of a data file.
  func forecast() throws {
    let narrator = Narrator(talk)
    let forecaster = try Forecaster(readingFrom: saved.model).running(at: precision.precision)
    precision.remark(narrator)
    let configuration = forecaster.configuration
    let source = try DataSource(
      file.data, reading, targets: configuration.targets, features: configuration.features,
      narrator: narrator)
    let steps = writing.steps ?? configuration.horizon
    let values = try forecaster.forecast(after: source.series, steps: steps)
    let names = FutureRows(after: source.series, count: steps)
    if let remark = names.remark { narrator.remark(remark) }
    let forecast = ForecastText(
      model: saved.model, source: source, rows: names, targets: configuration.targets,
      values: values, precision: precision.name)
    let text = try forecast.text(talk.json ? .json : writing.chosenFormat)
    if let output = writing.output {
      try AtomicFile.write(text, to: output)
      narrator.remark("wrote \(steps) forecast\(steps == 1 ? "" : "s") to \(output)")
    } else {
      try StandardStreams.printResult(text)
    }
  }
}

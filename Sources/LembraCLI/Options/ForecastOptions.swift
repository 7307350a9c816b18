import ArgumentParser
import LembraData
import LembraModels

/// What is forecast from what, and what is held back to judge it.
struct ForecastOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The rows that a forecast is made from.", valueName: "rows"))
  var window = 10

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The rows that are forecast.", valueName: "rows"))
  var horizon = 1

  @Option(
    parsing: .unconditional,
    help: "How several rows are forecast: all at once, or each from the forecast before it.")
  var strategy = ForecasterConfiguration.Strategy.direct

  @Option(parsing: .unconditional, help: "How columns are scaled, by what the training part knows.")
  var scaler = Scaler.Kind.standard

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The last rows, held back to judge the forecasts: 100 or 20%; 0 to train on all. (default: 20%)
      """, valueName: "rows"),
    transform: { try Share(parsing: $0) })
  var test = Share.percent(20)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The rows before those, held back to choose the best epoch: 50 or 10%. (default: none)",
      valueName: "rows"),
    transform: { try Share(parsing: $0) })
  var validation = Share.none

  @Option(
    parsing: .unconditional,
    help: """
      Whether the first windows of a held-back part lie within it or are carried over from the \
      part before.
      """)
  var context = WindowContext.withinPart

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The rows of a season, for the seasonal naive forecast and MASE. (default: found by itself)
      """, valueName: "rows"))
  var season: Int?

  mutating func validate() throws {
    try validateSeason(season)
  }

  var parts: ForecastParts {
    ForecastParts(validation: validation, test: test, context: context)
  }

  func configuration(
    of series: Series, architecture: ForecastArchitecture
  ) -> ForecasterConfiguration {
    ForecasterConfiguration(
      targets: series.targetNames,
      features: Array(series.names.dropFirst(series.targetCount)), window: window, horizon: horizon,
      strategy: strategy,
      scaling: scaler, architecture: architecture)
  }
}

/// Which rows of a file a saved model is judged on.
struct PartOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Judge the last rows only: 100 or 20%. (default: all rows)", valueName: "rows"),
    transform: { try Share(parsing: $0) })
  var test: Share?

  @Option(
    parsing: .unconditional,
    help: "Whether the first windows lie within these rows or are carried over from before.")
  var context = WindowContext.withinPart

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The rows of a season, for the seasonal naive forecast. (default: found by itself)",
      valueName: "rows"))
  var season: Int?

  mutating func validate() throws {
    try validateSeason(season)
  }
}

private func validateSeason(_ season: Int?) throws {
  guard let season, season < 1 else { return }
  throw ValidationError("--season is \(season); choose 1 or more, or leave it out.")
}

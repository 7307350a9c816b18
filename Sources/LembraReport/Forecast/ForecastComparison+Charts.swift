import LembraData
public import LembraModels
import LembraTraining

extension ForecastComparison {
  /// The result with the lowest mean squared error, the mean being over its runs.
  var best: Result? {
    let scored = results.compactMap { result in
      result.spread { $0.test.overall.mse }.map { (result: result, error: $0.mean) }
    }
    return scored.filter { $0.error.isFinite }.min { $0.error < $1.error }?.result
  }

  /// The truth of one target in the test part and what the models forecast for the next step.
  ///
  /// - Parameters:
  ///   - target: the index of the target.
  ///   - results: the models to show, by their first run.
  /// - Returns: a chart over the index of the file, or over row numbers without one.
  public func forecastChart(target: Int, of results: [Result]) -> Chart {
    let (steps, targets) = (test.windows.horizon, test.seasons.count)
    func firstSteps(_ values: [Double]) -> [Double] {
      stride(from: target, to: values.count, by: steps * targets).map { values[$0] }
    }
    let rows = test.windows.map(\.targetRows.lowerBound)
    let name = series.targetNames[target]
    let labels = series.index.map { index in rows.map { index.texts[$0] } }
    var marks: [Chart.Mark] = [
      .line(.init("Truth", values: firstSteps(test.truth), startingAt: start(labels), look: .ink))
    ]
    for result in results {
      guard let run = result.runs.first else { continue }
      marks.append(
        .line(
          .init(
            result.candidate.title, values: firstSteps(run.test.forecasts),
            startingAt: start(labels), look: look(of: result))))
    }
    return Chart(
      "\(name): truth and forecasts one step ahead",
      x: .init(
        labels == nil ? "Row" : series.index?.name ?? "",
        scale: labels.map { .labels($0) } ?? .counting),
      y: .init(name), marks: marks)
  }

  private func start(_ labels: [String]?) -> Int {
    labels == nil ? (test.windows.first?.targetRows.lowerBound ?? 0) + 1 : 0
  }

  /// The loss of the training part, and of the validation part if there is one, by epoch, of the
  /// first run of each model.
  func lossChart() -> Chart {
    var marks: [Chart.Mark] = []
    for result in results {
      guard let history = result.runs.first?.training.history else { continue }
      let (title, colour) = (result.candidate.title, position(of: result))
      let isValidated = history.contains { $0.validationScore != nil }
      marks.append(
        .line(
          .init(
            isValidated ? "\(title) training" : title, values: history.map(\.trainingLoss),
            startingAt: 1, look: .series(colour, dash: 0))))
      guard isValidated else { continue }
      marks.append(
        .line(
          .init(
            "\(title) validation",
            values: history.map { $0.validationScore ?? .nan }, startingAt: 1,
            look: .series(colour, dash: 1))))
    }
    let loss = results.first?.candidate.options.loss.rawValue.uppercased() ?? "loss"
    return Chart(
      "Loss by epoch", x: .init("Epoch", scale: .counting),
      y: .init("\(loss), scaled values", scale: .logarithmic), marks: marks)
  }

  /// The root mean squared error of each model at each step of the horizon.
  func horizonChart() -> Chart {
    func errors(_ runs: [ForecastEvaluation]) -> [Double] {
      (0..<test.windows.horizon).map { step in
        let values = runs.compactMap { $0.byStep[step].rmse }
        return values.reduce(0, +) / Double(values.count)
      }
    }
    let models = results.filter { !$0.runs.isEmpty }.map { result in
      Chart.Mark.line(
        .init(
          result.candidate.title, values: errors(result.runs.map(\.test)), startingAt: 1,
          look: look(of: result)))
    }
    let others = baselines.enumerated().map { index, entry in
      Chart.Mark.line(
        .init(
          entry.baseline.title, values: errors([entry.test]), startingAt: 1,
          look: .series(results.count + index, dash: 2)))
    }
    return Chart(
      "Error by horizon", x: .init("Steps ahead", scale: .counting),
      y: .init("RMSE", includesZero: true), marks: models + others)
  }

  /// How often which residual of one target occurs in the first run of a model.
  func residualChart(target: Int, of result: Result) -> Chart {
    Chart(
      "\(series.targetNames[target]): residuals of \(result.candidate.title)",
      x: .init("Truth less forecast"), y: .init("Forecasts", scale: .counting),
      marks: [
        .histogram(.init("", values: residuals(target, result).map(\.residual))),
        .rule(.init(at: .x(0))),
      ], plotHeight: 200)
  }

  /// The residuals of one target against what the first run of a model forecast.
  func residualScatter(target: Int, of result: Result) -> Chart {
    let pairs = residuals(target, result)
    return Chart(
      "\(series.targetNames[target]): residuals by forecast", x: .init("Forecast"),
      y: .init("Truth less forecast"),
      marks: [
        .rule(.init(at: .y(0))),
        .points(.init("", x: pairs.map(\.forecast), y: pairs.map(\.residual))),
      ], plotHeight: 200)
  }

  private func residuals(_ target: Int, _ result: Result) -> [(forecast: Double, residual: Double)]
  {
    guard let forecasts = result.runs.first?.test.forecasts else { return [] }
    return stride(from: target, to: forecasts.count, by: test.seasons.count).map {
      (forecasts[$0], test.truth[$0] - forecasts[$0])
    }
  }

  private func look(of result: Result) -> Chart.Look { .series(position(of: result)) }

  /// The place of a model in the palette, the same in every chart.
  private func position(of result: Result) -> Int {
    results.firstIndex { $0.candidate == result.candidate } ?? 0
  }
}

import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining
import Testing

@Suite("The report of a comparison")
struct ForecastPageTests {
  private func series(_ value: (Int) -> Double = { Double($0 * 7 % 11) }) -> Series {
    let values = (0..<50).flatMap { [value($0), Double($0 % 4)] }
    return Series(names: ["<a>", "b"], targetCount: 2, values: values)
  }

  private func candidate(
    _ kind: ForecastArchitecture.Kind, horizon: Int = 1, learningRate: Double = 0.01
  ) -> ForecastComparison.Candidate {
    .init(
      ForecasterConfiguration(
        targets: ["<a>", "b"], window: 3, horizon: horizon,
        architecture: ForecastArchitecture(kind, hiddenSize: 3, nonlinearity: .relu)),
      ForecastTrainingOptions(
        optimizer: learningRate > 1 ? .sgd : .adam, learningRate: learningRate, epochs: 2))
  }

  private func comparison(
    _ candidates: [ForecastComparison.Candidate], on series: Series? = nil,
    validation: Share = .none, seeds: [UInt64] = [1, 2]
  ) throws -> ForecastComparison {
    try ForecastComparison(
      of: candidates, on: series ?? self.series(),
      parts: ForecastParts(validation: validation, test: .rows(12)), seeds: seeds)
  }

  private func elements(_ comparison: ForecastComparison) throws -> [Element] {
    try XMLReader.elements(
      of: comparison.page(command: "lembra compare <x>", version: "1").html)
  }

  private func headings(_ elements: [Element]) -> [String] {
    elements.filter { $0.name == "h2" }.map(\.text)
  }

  @Test("It has every section", arguments: [1, 3], [Share.none, .rows(10)])
  func sections(horizon: Int, validation: Share) throws {
    let comparison = try comparison(
      [candidate(.mlp, horizon: horizon), candidate(.bigru, horizon: horizon)],
      validation: validation)
    let elements = try elements(comparison)
    #expect(
      headings(elements) == ["Result", "Forecasts", "Training"]
        + (horizon > 1 ? ["Error by horizon"] : []) + ["Residuals", "Data and configuration"])
    #expect(elements.contains { $0.name == "code" && $0.text == "lembra compare <x>" })
    let captions = elements.filter { $0.name == "figcaption" }.map(\.text)
    for score in ["MSE", "RMSE", "MAE", "MASE", "sMAPE", "R²"] {
      #expect(captions.contains { $0.hasPrefix("\(score) of each target") })
    }
    let names = Set(elements.filter { $0.name == "text" }.map(\.text))
    #expect(names.contains("BiGRU validation") == (validation != .none))
    #expect(names.contains("Forecasts") && !names.contains("Windows"))
  }

  @Test("The configuration names what belongs to the kind, and nothing else")
  func configuration() throws {
    let elements = try elements(comparison([candidate(.mlp), candidate(.bigru)]))
    let terms = elements.filter { $0.name == "dt" }.map(\.text)
    for term in [
      "Activation", "Reset gate", "Readout", "Initial state", "Hidden weights", "Weight decay",
      "Patience", "Season",
    ] {
      #expect(terms.contains(term), "\(term)")
    }
    #expect(!terms.contains("Nonlinearity") && !terms.contains("Forget gate bias"))
    #expect(!terms.contains("Momentum") && !terms.contains("Nesterov"))
    #expect(terms.count { $0 == "Reset gate" } == 1)
  }

  @Test("Trainings that came to nothing are told of")
  func failures() throws {
    let comparison = try comparison([candidate(.mlp), candidate(.rnn, learningRate: 1e30)])
    let elements = try elements(comparison)
    let terms = elements.filter { $0.name == "dt" }.map(\.text)
    #expect(terms.contains("RNN, seed 1") && terms.contains("RNN, seed 2"))
    #expect(elements.contains { $0.name == "dd" && $0.text.contains("lower the learning rate") })
    for columns in [ForecastComparison.ScoreColumns.full, .compact] {
      let table = comparison.scoreTable(columns: columns)
      #expect(table.caption.contains("failed: RNN with seeds 1, 2"))
      #expect(table.rows.count == 5)
    }
  }

  @Test(
    "Constant and huge values do it no harm",
    arguments: [{ _ in 5 }, { 1e30 * Double($0 % 3) }] as [@Sendable (Int) -> Double])
  func extremes(value: @Sendable (Int) -> Double) throws {
    let comparison = try comparison([candidate(.mlp, horizon: 2)], on: series(value))
    let elements = try elements(comparison)
    #expect(headings(elements).count == 6)
  }

  @Test("The compact table fits into 80 columns in one block")
  func compact() throws {
    let kinds = ForecastArchitecture.Kind.allCases
    let comparison = try comparison(kinds.map { candidate($0) })
    let table = comparison.scoreTable(columns: .compact)
    #expect(
      table.columns.map(\.title) == [
        "Model", "Parameters", "MSE", "RMSE", "MAE", "MASE", "Time",
      ])
    let text = TextTable(table, width: 80).description
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.count { $0.hasPrefix("MLP") } == 1, "\(text)")
    #expect(text.contains("linear AR"))
  }
}

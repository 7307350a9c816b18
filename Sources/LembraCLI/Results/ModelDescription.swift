import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

/// What a saved model is made of.
struct ModelDescription {
  private let forecaster: Forecaster
  private let file: String
  private let plan: PlanDescription?

  /// Describes a model and, if there is one, the plan of its work.
  init(_ forecaster: Forecaster, file: String, plan: PlanDescription?) {
    self.forecaster = forecaster
    self.file = file
    self.plan = plan
  }

  // MARK: - Terminal

  var text: String {
    let tables = [factTable(modelFacts + trainingFacts), scalerTable, parameterTable]
    return (tables.map { TextTable($0).description } + (plan.map { [$0.text] } ?? []))
      .joined(separator: "\n\n")
  }

  private func factTable(_ facts: [(String, String)]) -> ReportTable {
    var table = ReportTable(columns: [.init("Model"), .init(file)])
    for (name, value) in facts { table.append([.text(name), .text(value)]) }
    return table
  }

  private var modelFacts: [(String, String)] {
    let configuration = forecaster.configuration
    return [("task", Forecaster.task)]
      + Self.facts(configuration.settings + configuration.architecture.settings)
  }

  private var trainingFacts: [(String, String)] {
    guard let record = forecaster.record else { return [("trained", "no")] }
    let options = record.options
    let held = [(record.validationRows, "validation row"), (record.testRows, "test row")]
    var facts = [
      ("trained on", NumberText.counted(record.trainingRows, "row")),
      ("held back", held.map { NumberText.counted($0, $1) }.joined(separator: ", ")),
      ("missing values", record.missingValues.rawValue),
    ]
    facts += Self.facts(options.settings.filter { $0.name != "epochs" })
    facts += [
      ("seed", "\(options.seed)"),
      (
        "epochs",
        "\(record.epochs) of at most \(options.epochs), weights of epoch \(record.keptEpoch)"
      ),
      ("ended", record.outcome.rawValue),
    ]
    if let loss = record.trainingLoss {
      facts.append(("training loss", NumberText.significant(loss)))
    }
    if let score = record.validationScore {
      facts.append(("validation loss", NumberText.significant(score)))
    }
    return facts
  }

  /// The settings that do something: a decay of 0.0 or no clipping would only hide the others.
  private static func facts(_ settings: [ForecastSetting]) -> [(String, String)] {
    settings.filter { !["none", "no", "0.0"].contains($0.value) }.map { ($0.name, $0.value) }
  }

  private var scalerTable: ReportTable {
    var table = ReportTable(columns: [.init("Column"), .init("Offset"), .init("Scale")])
    for column in forecaster.scaler.columns {
      table.append([.text(column.name), .number(column.offset), .number(column.scale)])
    }
    return table
  }

  private var parameterTable: ReportTable {
    var table = ReportTable(columns: [.init("Parameter"), .init("Shape"), .init("Numbers")])
    for parameter in parameters {
      table.append([
        .text(parameter.name), .text(parameter.shape.map(String.init).joined(separator: " × ")),
        .integer(parameter.count),
      ])
    }
    table.append([.text("all"), .text(""), .integer(forecaster.network.parameterCount)])
    return table
  }

  // MARK: - JSON

  var document: some Encodable {
    Document(
      task: Forecaster.task, file: file, configuration: forecaster.configuration,
      scaler: forecaster.scaler, record: forecaster.record,
      parameterCount: forecaster.network.parameterCount, parameters: parameters, plan: plan)
  }

  private var parameters: [Parameter] {
    forecaster.network.parameters.map { name, value in
      Parameter(name: name, shape: value.shape.extents, count: value.shape.count)
    }
  }

  private struct Document: Encodable {
    var task: String
    var file: String
    var configuration: ForecasterConfiguration
    var scaler: Scaler
    var record: ForecastTrainingRecord?
    var parameterCount: Int
    var parameters: [Parameter]
    var plan: PlanDescription?
  }

  private struct Parameter: Encodable {
    var name: String
    var shape: [Int]
    var count: Int
  }
}

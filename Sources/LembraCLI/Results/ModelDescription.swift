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

  init(_ forecaster: Forecaster, file: String) {
    self.forecaster = forecaster
    self.file = file
  }

  // MARK: - Terminal

  var text: String {
    [factTable(modelFacts + trainingFacts), scalerTable, parameterTable]
      .map { TextTable($0).description }.joined(separator: "\n\n")
  }

  private func factTable(_ facts: [(String, String)]) -> ReportTable {
    var table = ReportTable(columns: [.init("Model"), .init(file)])
    for (name, value) in facts { table.append([.text(name), .text(value)]) }
    return table
  }

  private var modelFacts: [(String, String)] {
    let configuration = forecaster.configuration
    let architecture = configuration.architecture
    var facts = [
      ("task", Forecaster.task), ("targets", configuration.targets.joined(separator: ", ")),
    ]
    if !configuration.features.isEmpty {
      facts.append(("features", configuration.features.joined(separator: ", ")))
    }
    return facts + [
      ("window", "\(configuration.window) rows"), ("horizon", "\(configuration.horizon) rows"),
      ("strategy", configuration.strategy.rawValue), ("scaler", configuration.scaling.rawValue),
      ("network", architecture.kind.title), ("hidden units", "\(architecture.hiddenSize)"),
      ("layers", "\(architecture.layerCount)"), ("dropout", "\(architecture.dropout)"),
    ]
  }

  private var trainingFacts: [(String, String)] {
    guard let record = forecaster.record else { return [("trained", "no")] }
    let options = record.options
    var facts = [
      ("trained on", "\(NumberText.integer(record.trainingRows)) rows"),
      ("held back", "\(record.validationRows) validation rows, \(record.testRows) test rows"),
      ("missing values", record.missingValues.rawValue), ("loss", options.loss.rawValue),
      ("optimizer", options.optimizer.rawValue), ("learning rate", "\(options.learningRate)"),
      ("schedule", "\(options.schedule)"), ("batch", "\(options.batchSize)"),
      ("seed", "\(options.seed)"),
      ("epochs", "\(record.epochs), weights of epoch \(record.keptEpoch)"),
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
      parameterCount: forecaster.network.parameterCount, parameters: parameters)
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
  }

  private struct Parameter: Encodable {
    var name: String
    var shape: [Int]
    var count: Int
  }
}

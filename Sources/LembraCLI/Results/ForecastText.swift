import LembraData
import LembraReport

/// Forecasts beyond the end of the data, as CSV or JSON.
struct ForecastText {
  let model: String
  let source: DataSource
  let rows: FutureRows
  let targets: [String]
  /// The targets of each row.
  let values: [[Double]]
  /// The precision of the model's layers; nil for single precision.
  let precision: String?

  func text(_ format: ForecastFormat) throws -> String {
    switch format {
    case .csv: csv
    case .json: try jsonText(of: document)
    }
  }

  /// A table with the decimal mark of the data file, and a semicolon where that is a comma.
  private var csv: String {
    let hasComma = source.table.decimalMark == .comma
    var writer = CSVWriter(separator: hasComma ? .semicolon : .comma)
    writer.append([rows.title] + targets)
    for (name, values) in zip(rows.names, values) {
      writer.append(
        [name]
          + values.map { value in
            // A network computes with the precision of Float; more digits would mean nothing.
            let text = "\(Float(value))"
            return hasComma ? text.replacing(".", with: ",") : text
          })
    }
    return writer.text
  }

  private var document: some Encodable {
    Document(
      model: model, data: source.document, index: rows.title,
      forecasts: zip(rows.names, values).map { name, values in
        Row(
          row: name, values: Dictionary(uniqueKeysWithValues: zip(targets, values.map(Float.init))))
      }, precision: precision)
  }

  private struct Document: Encodable {
    var model: String
    var data: DataDocument
    /// The name of the column that `row` goes on.
    var index: String
    var forecasts: [Row]
    var precision: String?
  }

  private struct Row: Encodable {
    var row: String
    var values: [String: Float]
  }
}

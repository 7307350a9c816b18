import LembraData
import LembraTensor

/// A data file as a command reads it.
struct DataSource {
  let table: Table
  let series: Series

  /// Reads the columns that are to be trained on.
  ///
  /// - Throws: `LembraError` when the file, a column or a value is not what it must be; without
  ///   targets it offers the columns that could be.
  init(
    _ file: String, _ reading: ReadingOptions, columns: ColumnOptions, narrator: Narrator
  ) throws {
    let table = try Table(csvFile: file, options: reading.csvOptions)
    guard let targets = columns.targets else {
      let names = table.numericColumnNames
      throw LembraError(
        .invalidOption, "no column to forecast is named",
        remedy: names.isEmpty
          ? "give a file with a column of numbers"
          : "add --targets with one or more of \(names.joined(separator: ","))",
        at: .init(file: file))
    }
    let targetNames = targets.names(in: table)
    let featureNames = columns.features?.names(in: table) ?? []
    if let both = featureNames.first(where: targetNames.contains) {
      throw LembraError(
        .invalidOption, "the column '\(both)' is a target and a feature",
        remedy: "leave it out of --features: targets are forecast from their own past anyway",
        at: .init(file: file))
    }
    try self.init(
      table, targets: targetNames, features: featureNames, missing: reading.missing,
      narrator: narrator)
  }

  /// Reads the columns of a model.
  init(
    _ file: String, _ reading: ReadingOptions, targets: [String], features: [String],
    narrator: Narrator
  ) throws {
    try self.init(
      Table(csvFile: file, options: reading.csvOptions), targets: targets,
      features: features, missing: reading.missing, narrator: narrator)
  }

  private init(
    _ table: Table, targets: [String], features: [String], missing: MissingValuePolicy,
    narrator: Narrator
  ) throws {
    self.table = table
    series = try table.series(targets: targets, features: features, missing: missing)
    for remark in table.remarks { narrator.remark(remark) }
    if series.missingValues.missingCount > 0 { narrator.remark(series.missingValues.description) }
  }

  var document: DataDocument {
    DataDocument(
      file: series.file, targets: series.targetNames,
      features: Array(series.names.dropFirst(series.targetCount)), rows: series.rowCount,
      missingValues: series.missingValues)
  }
}

/// What a JSON document says of the data.
struct DataDocument: Encodable {
  var file: String?
  var targets: [String]
  var features: [String]
  var rows: Int
  var missingValues: MissingValueReport
}

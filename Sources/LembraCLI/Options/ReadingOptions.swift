import ArgumentParser
import LembraData

/// The data file.
struct DataFileArgument: ParsableArguments {
  @Argument(
    help: "The CSV file: a row for each point in time, oldest first, and a line with names.",
    completion: .file(extensions: ["csv", "tsv", "txt"]))
  var data: String
}

/// How the data file is read.
struct ReadingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The column that names the rows, or none. (default: found by itself)", valueName: "column"))
  var index: String?

  @Option(parsing: .unconditional, help: "What stands between fields. (default: found by itself)")
  var separator: SeparatorName?

  @Option(parsing: .unconditional, help: "The decimal mark. (default: found by itself)")
  var decimal: DecimalMark?

  @Option(
    parsing: .unconditional,
    help: "The order of day and month in dates like 01/02/2020. (default: found by itself)")
  var dateOrder: DateOrder?

  @Flag(help: "Read the first line as a row; the columns are then column1, column2, …")
  var noHeader = false

  @Option(parsing: .unconditional, help: "What to do about missing values.")
  var missing = MissingValuePolicy.error

  // Unconditional, since -999 is the most usual of these texts.
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A cell that means a missing value, besides NA, NaN, null and the like; may be repeated.",
      valueName: "text"))
  var missingText: [String] = []

  var csvOptions: CSVOptions {
    CSVOptions(
      separator: separator?.separator, decimalMark: decimal, hasHeader: !noHeader,
      index: index.map { $0 == "none" ? .none : .column($0) } ?? .detected,
      dateOrder: dateOrder, additionalMissingTexts: Set(missingText))
  }
}

/// The columns that a model is trained on.
struct ColumnOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The columns to forecast, with commas between them. Required.", valueName: "names"))
  var targets: ColumnList?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "More columns to forecast from; their own future is not forecast.", valueName: "names"))
  var features: ColumnList?
}

/// Names of columns, with commas between them.
struct ColumnList: ExpressibleByArgument {
  private let text: String

  init(argument: String) {
    text = argument
  }

  /// The names, a whole that is the name of a column of its own being one name.
  func names(in table: Table) -> [String] {
    guard !table.columns.contains(where: { $0.name == text }) else { return [text] }
    return text.split(separator: ",").map { name in
      let start = name.drop { $0.isWhitespace }
      return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
  }
}

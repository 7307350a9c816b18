import Foundation

/// Small tables to work on.
enum SampleData {
  /// Months with two waves, `level` and `flow`, 120 rows from January 2010 on.
  static let monthly = "month,level,flow\n" + (0..<120).map(row).joined()

  private static func row(_ index: Int) -> String {
    let angle = Double(index) * 2 * .pi / 12
    let month = String(format: "%04d-%02d", 2010 + index / 12, index % 12 + 1)
    return month + String(format: ",%.3f,%.3f\n", 10 + 3 * sin(angle), 2 + cos(angle))
  }

  /// The same table with `cell` in a row and a column, both counted from 0, the names being row 0.
  static func monthly(with cell: String, row: Int, column: Int) -> String {
    var lines = monthly.split(separator: "\n").map(String.init)
    var cells = lines[row].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    cells[column] = cell
    lines[row] = cells.joined(separator: ",")
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Writes the cells of one column.
struct ColumnWriter {
  private let cells: [ReportTable.Cell]
  /// The decimals that all cells share, or `nil` where their sizes are too different.
  private let decimals: Int?

  init(_ cells: [ReportTable.Cell]) {
    self.cells = cells
    let needed = cells.compactMap(ColumnWriter.decimals)
    let magnitudes = cells.compactMap(\.value).filter { $0 != 0 }.map {
      DecimalDigits($0).magnitude
    }
    let isPlain = magnitudes.allSatisfy(NumberText.plainMagnitudes.contains)
    if let least = needed.min(), let most = needed.max(), isPlain, most - least <= 3 {
      decimals = min(max(most, 0), NumberText.mostDecimals)
    } else {
      decimals = nil
    }
  }

  var texts: [String] { cells.map(text) }

  private func text(_ cell: ReportTable.Cell) -> String {
    switch cell {
    case .text(let text): return text
    case .integer(let value): return NumberText.integer(value)
    case .duration(let seconds): return NumberText.duration(seconds: seconds)
    case .missing: return NumberText.missing
    case .number(let value):
      guard let decimals else { return NumberText.significant(value) }
      return NumberText.fixed(value, decimals: decimals)
    case .mean(let mean, let sd):
      guard let decimals, mean.isFinite, sd.isFinite else {
        return NumberText.plusMinus(mean: mean, sd: sd)
      }
      return NumberText.plusMinus(mean: mean, sd: sd, decimals: decimals)
    }
  }

  /// The decimals that `cell` alone would take; `nil` where it does not matter.
  private static func decimals(_ cell: ReportTable.Cell) -> Int? {
    switch cell {
    case .number(let value) where value.isFinite && value != 0:
      var digits = DecimalDigits(value)
      digits.round(toSignificant: 4)
      return digits.decimals
    case .mean(let mean, let sd) where mean.isFinite && sd.isFinite && (mean != 0 || sd != 0):
      // An exact value takes the decimals of the others.
      return sd == 0 ? nil : NumberText.decimals(mean: mean, sd: sd)
    default: return nil
    }
  }
}

import LembraData
import LembraFormats
import LembraModels
import LembraReport

extension ReportOptions {
  /// Whether any file was asked for.
  var isWanted: Bool { report != nil || plot != nil }

  /// Writes the files that were asked for.
  ///
  /// - Throws: `LembraError` when the disk refuses.
  func write(_ comparison: ForecastComparison, narrator: Narrator) throws {
    if let report {
      let page = comparison.page(
        command: "\(ShellCommand.current.portable)", version: lembraVersion)
      try AtomicFile.write(page.html, to: report)
      narrator.remark("wrote the report \(report)")
    }
    if let plot {
      let charts = comparison.series.targetNames.indices.map { target in
        comparison.forecastChart(target: target, of: comparison.results)
      }
      try AtomicFile.write(Chart.svg(stacking: charts), to: plot)
      narrator.remark("wrote the plot \(plot)")
    }
  }
}

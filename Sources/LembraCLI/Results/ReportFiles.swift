import LembraData
import LembraFormats
import LembraModels
import LembraReport

extension PageOption {
  /// Writes the page if it was asked for.
  ///
  /// - Parameters:
  ///   - narrator: is told of it.
  ///   - page: makes the page from the command that makes it again and the version.
  /// - Throws: `LembraError` when the disk refuses.
  func write(_ narrator: Narrator, _ page: (_ command: String, _ version: String) -> Page) throws {
    guard let report else { return }
    let made = page("\(ShellCommand.current.portable)", lembraVersion)
    try AtomicFile.write(made.html, to: report)
    narrator.remark("wrote the report \(report)")
  }
}

extension ReportOptions {
  /// Whether any file was asked for.
  var isWanted: Bool { report != nil || plot != nil }

  /// Writes the files that were asked for.
  ///
  /// - Throws: `LembraError` when the disk refuses.
  func write(_ comparison: ForecastComparison, narrator: Narrator) throws {
    try page.write(narrator, comparison.page(command:version:))
    if let plot {
      let charts = comparison.series.targetNames.indices.map { target in
        comparison.forecastChart(target: target, of: comparison.results)
      }
      try AtomicFile.write(Chart.svg(stacking: charts), to: plot)
      narrator.remark("wrote the plot \(plot)")
    }
  }
}

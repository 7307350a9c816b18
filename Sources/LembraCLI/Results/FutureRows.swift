import LembraData

/// What the rows after the end of a series are called.
struct FutureRows {
  /// The name of the index, or `row`.
  let title: String
  let names: [String]
  /// What the user should know about the names; nil when they are as expected.
  let remark: String?

  init(after series: Series, count: Int) {
    guard let index = series.index, let continued = index.continued(by: count) else {
      title = "row"
      names = (0..<count).map { String(series.rowCount + 1 + $0) }
      remark = series.index.map {
        "the rows are numbered, since the index \($0.name) has no steady step to go on by"
      }
      return
    }
    title = index.name
    names = continued
    let exceptions = index.spacing.exceptionCount
    remark =
      exceptions > 0
      ? "the index \(index.name) leaves its usual step "
        + "\(exceptions == 1 ? "once" : "\(exceptions) times"); the forecasts keep to it"
      : nil
  }
}

import LembraData
public import LembraModels
import LembraTraining

extension TextComparison {
  /// The scores of all models.
  ///
  /// - Parameter isCompact: whether the table is for a terminal of 80 columns: of the first score it
  ///   has mean and deviation, of the others the mean.
  /// - Returns: a table with a row for each model.
  public func scoreTable(isCompact: Bool = false) -> ReportTable {
    let measures = measures
    var table = ReportTable(
      columns: [.init("Model"), .init("Parameters")]
        + measures.map { .init($0.title, best: $0.isHigherBetter ? .highest : .lowest) }
        + (isCompact ? [] : [.init("Epochs")]) + [.init("Time")],
      caption: "Scores on \(judgedPart)" + seedRemark(isCompact) + failures.remark)
    for result in results {
      var row: [ReportTable.Cell] = [
        .text(result.title), result.parameterCount.map { .integer($0) } ?? .missing,
      ]
      for (index, measure) in measures.enumerated() {
        row.append(
          .score(
            result.spread(measure.name), isCompact: isCompact, isLeading: index == 0, digits: 4))
      }
      if !isCompact { row.append(result.epochs.map { .number($0) } ?? .missing) }
      row.append(result.seconds.map { .duration(seconds: $0) } ?? .missing)
      table.append(row)
    }
    return table
  }

  /// One number of every model for each of several names, such as the F1 of each label.
  ///
  /// - Parameters:
  ///   - caption: what the table shows.
  ///   - heading: what the names are.
  ///   - names: the rows.
  ///   - value: the number of a model's first run, where it has one.
  /// - Returns: a table with a column for each model.
  func table(
    _ caption: String, _ heading: String, names: [String],
    value: (_ judged: Judged, _ name: Int) -> Double?
  ) -> ReportTable {
    let shown = results.compactMap { result in result.judged.map { (result.title, $0) } }
    var table = ReportTable(
      columns: [.init(heading)] + shown.map { .init($0.0) }, caption: caption)
    for (index, name) in names.enumerated() {
      table.append(
        [.text(name)] + shown.map { value($0.1, index).map { .number($0) } ?? .missing })
    }
    return table
  }

  /// What the scores are of, in words.
  var judgedPart: String {
    let parts = task.parts
    guard let test = parts.test else {
      return "every token of the validation part"
    }
    return "\(NumberText.counted(test, parts.unit)) of the test part"
  }

  /// The trainings that are missing from the means.
  var failures: FailureWording {
    FailureWording(results.map { ($0.title, $0.failures) })
  }

  /// What the scores are means of.
  private func seedRemark(_ isCompact: Bool) -> String {
    let runs = results.map(\.runs.count).max() ?? 0
    guard runs > 1, let first = measures.first else { return "" }
    return isCompact
      ? "; means over \(runs) seeds, of \(first.title) ± its deviation"
      : "; mean ± standard deviation over \(runs) seeds"
  }
}

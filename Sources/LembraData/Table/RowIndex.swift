/// What names the rows of a table: points in time, plain numbers or labels.
public struct RowIndex: Sendable {
  public enum Values: Sendable {
    case timestamps([Timestamp], TimestampFormat)
    case numbers([Double], NumberFormat)
    case labels
  }

  /// The name of the column.
  public let name: String

  /// The cells as the file writes them, one a row.
  public let texts: [String]

  public let values: Values

  /// The step from row to row; unknown for labels.
  public let spacing: Spacing

  init(name: String, texts: [String], values: Values) {
    self.name = name
    self.texts = texts
    self.values = values
    self.spacing =
      switch values {
      case .timestamps(let timestamps, _): Spacing(of: timestamps)
      case .numbers(let numbers, let format):
        Spacing(of: numbers, decimalCount: format.decimalCount)
      case .labels: .unknown
      }
  }

  /// The step of an index of timestamps.
  public var timeStep: TimeStep? {
    guard case .time(let step)? = spacing.usualStep else { return nil }
    return step
  }

  /// Says where the rows are not evenly spaced; nothing when they are, and for labels.
  public var irregularity: String? {
    guard let row = spacing.firstException, let step = spacing.usualStep else { return nil }
    let stepText =
      switch step {
      case .time(let step): step.description
      case .number(let difference): "\(difference)"
      }
    let rows = spacing.exceptionCount == 1 ? "1 row does" : "\(spacing.exceptionCount) rows do"
    return "\(rows) not follow the row before by \(stepText); the first is \(quoted(texts[row]))"
  }

  /// Returns the texts of the next `count` rows, written as the file writes them.
  ///
  /// Each row follows by the usual step, also where earlier rows do not. The result is nothing when
  /// there is no such step (labels, a single row) or when the year would pass 9999.
  public func continued(by count: Int) -> [String]? {
    let steps = 1...max(count, 1)
    switch values {
    case .timestamps(let timestamps, let format):
      guard let last = timestamps.last, spacing.timestamp(count, stepsAfter: last) != nil
      else { return nil }
      return steps.prefix(count).compactMap { spacing.timestamp($0, stepsAfter: last) }
        .map(format.text)
    case .numbers(let numbers, let format):
      guard let last = numbers.last, case .number(let step)? = spacing.usualStep
      else { return nil }
      return steps.prefix(count).map { format.text(last + Double($0) * step) }
    case .labels: return nil
    }
  }

  /// The index of some of the rows, in their order.
  func selecting(_ rows: [Int]) -> RowIndex {
    let selected: Values =
      switch values {
      case .timestamps(let timestamps, let format): .timestamps(rows.map { timestamps[$0] }, format)
      case .numbers(let numbers, let format): .numbers(rows.map { numbers[$0] }, format)
      case .labels: .labels
      }
    return RowIndex(name: name, texts: rows.map { texts[$0] }, values: selected)
  }

  /// The first row that lies before the row above it, other than by the hour that clocks are put
  /// back in autumn.
  var firstStepBack: Int? {
    switch values {
    case .timestamps(let timestamps, _):
      timestamps.indices.dropFirst().first {
        timestamps[$0].instant < timestamps[$0 - 1].instant - Timestamp.microsecondsPerHour
      }
    case .numbers(let numbers, _):
      numbers.indices.dropFirst().first { numbers[$0] < numbers[$0 - 1] }
    case .labels: nil
    }
  }
}

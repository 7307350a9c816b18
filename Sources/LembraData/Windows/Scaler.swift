public import LembraTensor

/// Brings every column to a common scale and back: `(x - offset) / scale`.
///
/// A scaler is fitted on the training part alone. Fitted on all rows it would tell the model where
/// the test part lies.
public struct Scaler: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
    /// Zero mean and unit standard deviation, the deviation with R - 1 in the denominator.
    case standard
    /// 0 for the smallest value of the training part, 1 for the largest.
    case minMax = "min-max"
    /// The values as they are.
    case none
  }

  public struct Column: Hashable, Sendable, Codable {
    public let name: String
    public let offset: Double
    /// Above zero; 1 where the training part is constant.
    public let scale: Double
  }

  public let kind: Kind

  /// One entry a column of the series, targets first.
  public let columns: [Column]

  /// Fits a scaler of `kind` on the rows of the training part.
  ///
  /// - Precondition: `training` is not empty and lies within the series.
  public init(_ kind: Kind, fitting series: Series, training: Range<Int>) {
    precondition(
      !training.isEmpty && (0..<series.rowCount).contains(training.upperBound - 1)
        && training.lowerBound >= 0,
      "a scaler cannot be fitted on rows \(training) of \(series.rowCount)")
    self.kind = kind
    self.columns = series.names.enumerated().map { position, name in
      let values = training.lazy.map { series.values[$0 * series.columnCount + position] }
      let (offset, scale) = Self.offsetAndScale(kind, values)
      return Column(name: name, offset: offset, scale: scale)
    }
  }

  private static func offsetAndScale(
    _ kind: Kind, _ values: some Collection<Double>
  ) -> (offset: Double, scale: Double) {
    guard kind != .none, let low = values.min(), let high = values.max() else { return (0, 1) }
    // Rounding would leave a constant column a deviation a little above zero.
    guard low < high else { return (low, 1) }
    guard kind == .standard else { return (low, high - low) }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(values.count - 1)).squareRoot()
    // The deviation of values that differ in their last bits alone can vanish.
    return (mean, deviation > 0 ? deviation : 1)
  }

  // MARK: - Scaling

  /// Scales a value of the column at `position`.
  ///
  /// - Precondition: `position` is that of a column.
  public func scaled(_ value: Double, column position: Int) -> Double {
    (value - columns[position].offset) / columns[position].scale
  }

  /// Brings a scaled value of the column at `position` back to the units of the file.
  ///
  /// - Precondition: `position` is that of a column.
  public func unscaled(_ value: Double, column position: Int) -> Double {
    value * columns[position].scale + columns[position].offset
  }

  /// Scales a series of the same columns; the result is `[R, C]`, row by row.
  ///
  /// - Throws: `LembraError` when a scaled value is too large for a `Float`, which happens where the
  ///   training part is all but constant and a later row is not.
  /// - Precondition: the series has the columns of the scaler, in their order.
  public func scaled(_ series: Series) throws(LembraError) -> [Float] {
    precondition(
      series.names == columns.map(\.name),
      "a scaler of \(columns.map(\.name)) cannot scale \(series.names)")
    var result: [Float] = []
    result.reserveCapacity(series.values.count)
    for row in 0..<series.rowCount {
      for position in columns.indices {
        let value = series.values[row * columns.count + position]
        let scaled = Float(scaled(value, column: position))
        guard scaled.isFinite else {
          throw LembraError(
            .invalidData,
            "the value \(value) is too far from those of the training part to be scaled",
            remedy: "mend the value, or choose another scaler or a larger training part",
            at: .init(
              file: series.file, line: series.lines.isEmpty ? nil : series.lines[row],
              column: series.names[position]))
        }
        result.append(scaled)
      }
    }
    return result
  }

  /// Brings forecasts of the first `targetCount` columns, `[…, K]`, back to the units of the file.
  ///
  /// - Precondition: `values` fill whole rows of K, and K is at most the number of columns.
  public func unscaled(_ values: [Float], targetCount: Int) -> [Double] {
    precondition(
      (1...columns.count).contains(targetCount) && values.count % targetCount == 0,
      "\(values.count) forecasts do not fit \(targetCount) targets of \(columns.count) columns")
    return values.indices.map { unscaled(Double(values[$0]), column: $0 % targetCount) }
  }
}

extension Scaler: Codable {
  private enum CodingKeys: CodingKey { case kind, columns }

  /// - Throws: `LembraError` when a scale or an offset is none that fitting can give.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.kind = try container.decode(Kind.self, forKey: .kind)
    self.columns = try container.decode([Column].self, forKey: .columns)
    guard !columns.isEmpty else {
      throw LembraError(
        .invalidFile, "the scaler has no columns", remedy: "train and save the model again")
    }
    for column in columns
    where !(column.scale > 0 && column.scale.isFinite && column.offset.isFinite) {
      throw LembraError(
        .invalidFile, "the scaler cannot be inverted: its scale is \(column.scale)",
        remedy: "train and save the model again", at: .init(column: column.name))
    }
  }
}

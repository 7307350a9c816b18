import LembraData

extension ForecastData {
  /// A number that changes, but for chance, with every value of the series, with where it is split
  /// and with how it is scaled.
  package var fingerprint: String {
    var hash = Fingerprint()
    for part in [split.training, split.validation, split.test] {
      hash.combine(UInt64(part.lowerBound))
      hash.combine(UInt64(part.upperBound))
    }
    for byte in split.context.rawValue.utf8 { hash.combine(UInt64(byte)) }
    for column in scaler.columns {
      hash.combine(column.offset.bitPattern)
      hash.combine(column.scale.bitPattern)
    }
    for value in series.values { hash.combine(value.bitPattern) }
    return String(hash.value, radix: 16)
  }
}

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

/// A hash that is the same in every process, unlike the standard library's.
private struct Fingerprint {
  private(set) var value: UInt64 = 0

  /// Takes in a word by the finaliser of SplitMix64 (Steele, Lea and Flood, 2014), in which every
  /// bit of the input changes about half of the output.
  mutating func combine(_ word: UInt64) {
    var mixed = (value ^ word) &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    value = mixed ^ (mixed >> 31)
  }
}

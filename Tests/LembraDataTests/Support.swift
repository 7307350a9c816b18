import LembraData
import LembraTensor
import Testing

/// A small generator with a seed (Steele, Lea and Flood, 2014), so that every run sees the same.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}

/// Returns the `LembraError` that `body` throws, and records a failure when it throws none.
func lembraError(_ body: () throws -> Void) throws -> LembraError {
  try #require(throws: LembraError.self) { try body() }
}

/// A series of `rowCount` rows whose value in row r and column c is `100 c + r`.
func countingSeries(rowCount: Int, columnCount: Int = 2, targetCount: Int = 1) -> Series {
  Series(
    names: (0..<columnCount).map { "c\($0)" }, targetCount: targetCount,
    values: (0..<rowCount).flatMap { row in (0..<columnCount).map { Double(100 * $0 + row) } })
}

#if CSV
  /// A table from the text of a file named `data.csv`.
  func table(_ text: String, _ options: CSVOptions = CSVOptions()) throws -> Table {
    try Table(csv: Array(text.utf8), file: "data.csv", options: options)
  }
#endif

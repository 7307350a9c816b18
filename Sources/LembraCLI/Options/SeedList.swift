package import LembraTensor

/// The seeds of a comparison: how many there are, or which.
package enum SeedList: Hashable, Sendable {
  case count(Int)
  case list([UInt64])

  /// Reads `5`, for five seeds, or `3,7`, for these; `3,` is the one seed 3.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when the text is neither.
  package init(_ text: String) throws(LembraError) {
    guard text.contains(",") else {
      guard let count = Int(text), (1...10_000).contains(count) else {
        throw Self.fault("'\(text)' is not a number of seeds from 1 to 10000")
      }
      self = .count(count)
      return
    }
    var seeds: [UInt64] = []
    for part in text.split(separator: ",") {
      guard let seed = UInt64(part) else { throw Self.fault("'\(part)' is no seed") }
      guard !seeds.contains(seed) else { throw Self.fault("the seed \(seed) is there twice") }
      seeds.append(seed)
    }
    guard !seeds.isEmpty else { throw Self.fault("there are no seeds") }
    self = .list(seeds)
  }

  /// The seeds, a number of them beginning with `first`.
  package func seeds(from first: UInt64) -> [UInt64] {
    switch self {
    case .count(let count): (0..<UInt64(count)).map { first &+ $0 }
    case .list(let seeds): seeds
    }
  }

  private static func fault(_ message: String) -> LembraError {
    LembraError(
      .invalidOption, message,
      remedy: "write how many seeds there are, such as 5, or which, such as 3,7")
  }
}

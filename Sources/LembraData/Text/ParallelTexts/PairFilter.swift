import LembraTensor

/// Which pairs of token sequences are learnt from.
public struct PairFilter: Hashable, Codable, Sendable {
  /// The most tokens of a source or target.
  public var maximumLength: Int

  /// How many times as long as the other one side may be; nil for any.
  public var maximumRatio: Double?

  public init(maximumLength: Int = 100, maximumRatio: Double? = nil) {
    self.maximumLength = maximumLength
    self.maximumRatio = maximumRatio
  }

  /// What was left out, and why.
  public struct Report: Hashable, Codable, Sendable {
    /// The number of pairs that are left.
    public internal(set) var kept = 0

    /// The pairs without a source or a target.
    public internal(set) var empty = 0

    public internal(set) var tooLong = 0
    public internal(set) var unequal = 0

    /// The first lines that were left out, counted from 1.
    public internal(set) var lines: [Int] = []

    public var dropped: Int { empty + tooLong + unequal }
  }

  /// The places of the pairs that are learnt from, and what was left out.
  ///
  /// - Parameters:
  ///   - sources: the tokens of each source.
  ///   - targets: those of each target.
  ///   - lines: the line on which each pair stands; counted from 1 where there are none.
  /// - Returns: the places in order, and what to tell of the others.
  /// - Precondition: there are as many targets as sources, and as many lines or none.
  public func chosen(
    sources: [[Int]], targets: [[Int]], lines: [Int] = []
  ) -> (places: [Int], report: Report) {
    precondition(
      sources.count == targets.count && (lines.isEmpty || lines.count == sources.count),
      "PairFilter: \(sources.count) sources, \(targets.count) targets, \(lines.count) lines")
    var report = Report()
    var places: [Int] = []
    for (place, pair) in zip(sources, targets).enumerated() {
      let (source, target) = (pair.0.count, pair.1.count)
      let (short, long) = (min(source, target), max(source, target))
      if short == 0 {
        report.empty += 1
      } else if long > maximumLength {
        report.tooLong += 1
      } else if let maximumRatio, Double(long) > maximumRatio * Double(short) {
        report.unequal += 1
      } else {
        places.append(place)
        continue
      }
      if report.lines.count < 5 { report.lines.append(lines.isEmpty ? place + 1 : lines[place]) }
    }
    report.kept = places.count
    return (places, report)
  }
}

extension PairFilter.Report: CustomStringConvertible {
  /// In words, such as `3 pairs left out: 2 too long, 1 empty (lines 4, 17, 20)`.
  public var description: String {
    guard dropped > 0 else { return "no pair left out" }
    let reasons = [(tooLong, "too long"), (empty, "empty"), (unequal, "of unequal lengths")]
      .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    let shown = lines.map(String.init).joined(separator: ", ")
    return "\(counted(dropped, "pair")) left out: \(reasons) "
      + "(line\(lines.count == 1 ? "" : "s") \(shown)\(dropped > lines.count ? ", …" : ""))"
  }
}

public import LembraTensor

/// Texts and what they are to become: sentences and their translations, questions and answers.
public struct ParallelTexts: Hashable, Sendable {
  public let sources: [String]

  /// What each source is to become.
  public let targets: [String]

  /// The line on which each pair stands, counted from 1; empty for texts that come from no file.
  public let lines: [Int]

  /// The names of the files of sources and targets, for messages; the same for a table.
  public let sourceFile: String?
  public let targetFile: String?

  /// The number of pairs.
  public var count: Int { sources.count }

  /// - Precondition: there is a target for each source, and a line for each or for none.
  public init(
    sources: [String], targets: [String], lines: [Int] = [], sourceFile: String? = nil,
    targetFile: String? = nil
  ) {
    precondition(
      sources.count == targets.count && (lines.isEmpty || lines.count == sources.count),
      "ParallelTexts: \(sources.count) sources, \(targets.count) targets, \(lines.count) lines")
    self.sources = sources
    self.targets = targets
    self.lines = lines
    self.sourceFile = sourceFile
    self.targetFile = targetFile
  }

  /// The pairs at these places, in this order.
  ///
  /// - Precondition: every place is that of a pair.
  public func subset(_ places: [Int]) -> ParallelTexts {
    ParallelTexts(
      sources: places.map { sources[$0] }, targets: places.map { targets[$0] },
      lines: lines.isEmpty ? [] : places.map { lines[$0] }, sourceFile: sourceFile,
      targetFile: targetFile)
  }

  /// Draws pairs to choose a model by.
  ///
  /// - Parameters:
  ///   - validation: how many, a number or a percentage; possibly none.
  ///   - key: names the draw.
  /// - Returns: the pairs to learn from and those that were drawn, each in the order of the file.
  /// - Throws: `LembraError` when no pair would be left.
  public func split(
    validation: Share, key: RandomKey
  ) throws(LembraError) -> (training: ParallelTexts, validation: ParallelTexts) {
    let held = try validation.checkedCount(of: count, noun: "pair", file: sourceFile)
    var generator = RandomGenerator(key)
    let order = shuffledIndices(count, using: &generator)
    return (subset(order.dropFirst(held).sorted()), subset(order.prefix(held).sorted()))
  }
}

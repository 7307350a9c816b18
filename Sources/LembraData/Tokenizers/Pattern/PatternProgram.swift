import LembraTensor

/// A regular expression as instructions for a machine that goes back where it fails.
struct PatternProgram: Sendable {
  enum Instruction: Sendable {
    /// Takes one scalar of a set.
    case scalar(set: Int)
    /// Takes scalars of a set, as many as there are, and gives some back when the rest fails.
    case run(set: Int, minimum: Int, maximum: Int, givesBack: Bool)
    /// Goes on at `first`, and at `second` when that fails. Either is left out if the next byte is
    /// not among those that it can begin with.
    case split(first: Int, ByteSet, second: Int, ByteSet)
    case jump(Int)
    /// Matches the instructions up to the next `end` by themselves, and goes on behind them.
    case atomic(next: Int)
    case ahead(next: Int, isNegated: Bool)
    case behind(set: Int, isNegated: Bool)
    case anchor(PatternNode.Anchor)
    case end
  }

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [ScalarSet] = []
  let firstBytes: ByteSet

  /// - Throws: `LembraError` with code `invalidFile` when the expression is not understood or has
  ///   too many repetitions.
  init(_ pattern: String) throws(LembraError) {
    let node = try PatternParser.parse(pattern)
    firstBytes = node.firstBytes
    emit(node)
    instructions.append(.end)
    guard instructions.count <= Self.limit else {
      throw LembraError(
        .invalidFile, "the regular expression \(quoted(pattern)) is too large",
        remedy: "write it with fewer repetitions of groups")
    }
  }

  /// More instructions than any pattern in use needs.
  private static let limit = 20_000

  private mutating func index(of set: ScalarSet) -> Int {
    if let index = sets.firstIndex(of: set) { return index }
    sets.append(set)
    return sets.count - 1
  }

  // MARK: - Compiling

  private mutating func emit(_ node: PatternNode) {
    guard instructions.count <= Self.limit else { return }
    switch node {
    case .scalar(let set): instructions.append(.scalar(set: index(of: set)))
    case .sequence(let nodes): for node in nodes { emit(node) }
    case .alternatives(let nodes): emit(alternatives: nodes[...])
    case .repeated(let node, let minimum, let maximum, let greed):
      emit(repeated: node, minimum, maximum, greed)
    case .atomic(let node):
      enclose(node) { .atomic(next: $0) }
    case .ahead(let node, let isNegated):
      enclose(node) { .ahead(next: $0, isNegated: isNegated) }
    case .behind(let set, let isNegated):
      instructions.append(.behind(set: index(of: set), isNegated: isNegated))
    case .anchor(let anchor): instructions.append(.anchor(anchor))
    }
  }

  /// Emits a part that is matched by itself, behind the instruction that says so.
  private mutating func enclose(_ node: PatternNode, _ head: (_ next: Int) -> Instruction) {
    let place = reserve()
    emit(node)
    instructions.append(.end)
    instructions[place] = head(instructions.count)
  }

  private mutating func reserve() -> Int {
    instructions.append(.end)
    return instructions.count - 1
  }

  private mutating func emit(alternatives nodes: ArraySlice<PatternNode>) {
    guard let first = nodes.first else { return }
    let rest = nodes.dropFirst()
    guard !rest.isEmpty else { return emit(first) }
    let split = reserve()
    emit(first)
    let jump = reserve()
    instructions[split] = .split(
      first: split + 1, first.firstBytes, second: instructions.count,
      PatternNode.alternatives(Array(rest)).firstBytes)
    emit(alternatives: rest)
    instructions[jump] = .jump(instructions.count)
  }

  private mutating func emit(
    repeated node: PatternNode, _ minimum: Int, _ maximum: Int?, _ greed: PatternNode.Greed
  ) {
    if case .scalar(let set) = node, greed != .lazy {
      instructions.append(
        .run(
          set: index(of: set), minimum: minimum, maximum: maximum ?? .max,
          givesBack: greed == .greedy))
      return
    }
    if greed == .possessive {
      return emit(.atomic(.repeated(node, minimum: minimum, maximum: maximum, .greedy)))
    }
    for _ in 0..<minimum { emit(node) }
    if let maximum {
      var splits: [Int] = []
      for _ in minimum..<maximum {
        splits.append(reserve())
        emit(node)
      }
      for split in splits { fill(split, node, exit: instructions.count, greed) }
    } else {
      let split = reserve()
      emit(node)
      instructions.append(.jump(split))
      fill(split, node, exit: instructions.count, greed)
    }
  }

  /// Makes the split between another repetition, which stands behind it, and what follows all.
  private mutating func fill(
    _ split: Int, _ node: PatternNode, exit: Int, _ greed: PatternNode.Greed
  ) {
    instructions[split] =
      greed == .lazy
      ? .split(first: exit, .all, second: split + 1, node.firstBytes)
      : .split(first: split + 1, node.firstBytes, second: exit, .all)
  }
}

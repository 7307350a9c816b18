/// Runs a `PatternProgram` over a text.
struct PatternMachine {
  private let program: PatternProgram
  /// Where to go on when the way taken fails.
  private var choices: [Choice] = []

  private struct Choice {
    var instruction: Int
    var position: Int
    /// How far a run can still give scalars back; -1 for a choice of another kind.
    var least: Int
  }

  init(_ program: PatternProgram) {
    self.program = program
  }

  /// The first match at or behind `position`.
  mutating func firstMatch(in text: Span<UInt8>, from position: Int) -> Range<Int>? {
    var start = position
    while start < text.count {
      if program.firstBytes.contains(text[start]),
        let end = match(text, at: start, instruction: 0)
      {
        return start..<end
      }
      start += text.scalar(at: start).length
    }
    return nil
  }

  /// The end of the match that begins at `start`, if there is one.
  private mutating func match(_ text: Span<UInt8>, at start: Int, instruction: Int) -> Int? {
    let floor = choices.count
    var position = start
    var counter = instruction
    while true {
      var succeeds = true
      switch program.instructions[counter] {
      case .scalar(let set):
        if let next = end(ofScalarIn: set, text, at: position) {
          position = next
          counter += 1
        } else {
          succeeds = false
        }
      case .run(let set, let minimum, let maximum, let givesBack):
        if let (least, most) = run(of: set, text, at: position, minimum, maximum) {
          if givesBack, least < most {
            choices.append(Choice(instruction: counter + 1, position: most, least: least))
          }
          position = most
          counter += 1
        } else {
          succeeds = false
        }
      case .split(let first, let firstBytes, let second, let secondBytes):
        let byte = position < text.count ? text[position] : nil
        if !(byte.map(firstBytes.contains) ?? (firstBytes == .all)) {
          counter = second
        } else {
          if byte.map(secondBytes.contains) ?? true {
            choices.append(Choice(instruction: second, position: position, least: -1))
          }
          counter = first
        }
      case .jump(let target): counter = target
      case .atomic(let next):
        if let end = match(text, at: position, instruction: counter + 1) {
          position = end
          counter = next
        } else {
          succeeds = false
        }
      case .ahead(let next, let isNegated):
        let follows = match(text, at: position, instruction: counter + 1) != nil
        succeeds = follows != isNegated
        counter = next
      case .behind(let set, let isNegated):
        let precedes =
          position > 0
          && program.sets[set].contains(
            text.scalar(at: text.scalarStart(before: position)).value)
        succeeds = precedes != isNegated
        counter += 1
      case .anchor(let anchor):
        succeeds = Self.holds(anchor, text, at: position)
        counter += 1
      case .end:
        choices.removeLast(choices.count - floor)
        return position
      }
      if !succeeds {
        guard goBack(to: floor, text, &position, &counter) else { return nil }
      }
    }
  }

  /// Takes up the last choice, if there is one above `floor`.
  private mutating func goBack(
    to floor: Int, _ text: Span<UInt8>, _ position: inout Int, _ counter: inout Int
  ) -> Bool {
    guard choices.count > floor else { return false }
    let last = choices.count - 1
    let choice = choices[last]
    counter = choice.instruction
    if choice.least < 0 {
      position = choice.position
      choices.removeLast()
    } else {
      position = text.scalarStart(before: choice.position)
      choices[last].position = position
      if position <= choice.least { choices.removeLast() }
    }
    return true
  }

  @inline(__always)
  private func end(ofScalarIn set: Int, _ text: Span<UInt8>, at position: Int) -> Int? {
    guard position < text.count else { return nil }
    let (value, length) = text.scalar(at: position)
    return program.sets[set].contains(value) ? position + length : nil
  }

  /// Where a run of scalars of a set ends, after the least that it must take and after all; nothing
  /// when there are too few.
  private func run(
    of set: Int, _ text: Span<UInt8>, at start: Int, _ minimum: Int, _ maximum: Int
  ) -> (least: Int, most: Int)? {
    var position = start
    var least = start
    var count = 0
    while count < maximum, let next = end(ofScalarIn: set, text, at: position) {
      position = next
      count += 1
      if count == minimum { least = position }
    }
    return count >= minimum ? (least, position) : nil
  }

  private static let words = PatternParser.words(isNegated: false)

  private static func holds(
    _ anchor: PatternNode.Anchor, _ text: Span<UInt8>, at position: Int
  ) -> Bool {
    func isWord(at position: Int) -> Bool {
      Self.words.contains(text.scalar(at: position).value)
    }
    switch anchor {
    case .textStart: return position == 0
    case .textEnd: return position == text.count
    case .lineStart: return position == 0 || text[position - 1] == 0x0A
    case .lineEnd: return position == text.count || text[position] == 0x0A
    case .wordBoundary(let isNegated):
      let before = position > 0 && isWord(at: text.scalarStart(before: position))
      let after = position < text.count && isWord(at: position)
      return (before != after) != isNegated
    }
  }
}

import LembraTensor

/// Reads regular expressions, as far as the tokenizers of common models use them.
///
/// The syntax is Oniguruma's for Ruby, which is what `tokenizers` understands: groups, alternatives,
/// classes and their nesting, properties of Unicode, quantifiers of three kinds, looking ahead, and
/// looking behind at one scalar. What is not understood is an error, never ignored.
struct PatternParser {
  let scalars: [Unicode.Scalar]
  var position = 0
  private var ignoresCase = false
  private var depth = 0
  private let pattern: String

  init(_ pattern: String) {
    self.pattern = pattern
    scalars = Array(pattern.unicodeScalars)
  }

  /// The tree of the whole expression.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when it is not understood.
  static func parse(_ pattern: String) throws(LembraError) -> PatternNode {
    var parser = PatternParser(pattern)
    let node = try parser.alternatives()
    guard parser.position == parser.scalars.count else {
      throw parser.fault("has a parenthesis too many")
    }
    guard !node.canBeEmpty else { throw parser.fault("can match the empty text") }
    return node
  }

  func fault(_ what: String) -> LembraError {
    LembraError(
      .invalidFile, "the regular expression \(quoted(pattern)) \(what)",
      remedy: "write it in another way, with what Lembra understands")
  }

  // MARK: - Reading

  var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  /// Takes `text` if it comes next.
  mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func alternatives() throws(LembraError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 50 else { throw fault("has too many groups inside each other") }
    // An option such as (?i) in the middle holds to the end of its group.
    let caseBefore = ignoresCase
    defer { ignoresCase = caseBefore }
    var nodes = [try sequence()]
    while take("|") { nodes.append(try sequence()) }
    return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
  }

  private mutating func sequence() throws(LembraError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      guard let atom = try atom() else { continue }
      nodes.append(try quantified(atom))
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func quantified(_ atom: PatternNode) throws(LembraError) -> PatternNode {
    var node = atom
    while let (minimum, maximum, isInterval) = try quantifier() {
      var greed = PatternNode.Greed.greedy
      if take("?") {
        greed = .lazy
      } else if take("+") {
        // Ruby takes this for a second quantifier.
        guard !isInterval else { throw fault("has a + behind a number of repetitions") }
        greed = .possessive
      }
      guard !node.canBeEmpty || maximum == 1 else {
        throw fault("repeats what can be empty")
      }
      node = .repeated(node, minimum: minimum, maximum: maximum, greed)
    }
    return node
  }

  private mutating func quantifier() throws(LembraError) -> (Int, Int?, isInterval: Bool)? {
    if take("*") { return (0, nil, false) }
    if take("+") { return (1, nil, false) }
    if take("?") { return (0, 1, false) }
    guard next == "{" else { return nil }
    let start = position
    position += 1
    let minimum = number()
    let hasComma = take(",")
    let maximum = hasComma ? number() : minimum
    guard take("}"), minimum != nil || maximum != nil else {
      // A brace that begins no number of repetitions is one to be matched.
      position = start
      return nil
    }
    guard max(minimum ?? 0, maximum ?? 0) <= 1000, maximum.map({ $0 >= minimum ?? 0 }) ?? true,
      maximum != 0
    else { throw fault("has a number of repetitions that is out of range") }
    return (minimum ?? 0, maximum, true)
  }

  private mutating func number() -> Int? {
    let digits = scalars[position...].prefix { ("0"..."9").contains($0) }
    guard (1...6).contains(digits.count) else { return nil }
    position += digits.count
    return digits.reduce(0) { 10 * $0 + Int($1.value) - 48 }
  }

  // MARK: - Atoms

  /// Reads an atom; nothing when it is an option that only changes what follows.
  private mutating func atom() throws(LembraError) -> PatternNode? {
    guard let scalar = next else { return nil }
    switch scalar {
    case "(": return try group()
    case "[": return .scalar(try characterClass(ignoringCase: ignoresCase))
    case "*", "+", "?": throw fault("has a quantifier with nothing in front")
    default: break
    }
    position += 1
    switch scalar {
    case ".": return .scalar(ScalarSet([ScalarSet(0x0A...0x0A)], isNegated: true))
    case "^": return .anchor(.lineStart)
    case "$": return .anchor(.lineEnd)
    case "\\":
      if take("A") { return .anchor(.textStart) }
      if take("z") { return .anchor(.textEnd) }
      if take("b") { return .anchor(.wordBoundary(isNegated: false)) }
      if take("B") { return .anchor(.wordBoundary(isNegated: true)) }
      let escape = try escape()
      if case .word(let isNegated) = escape { return .scalar(Self.words(isNegated: isNegated)) }
      return .scalar(escape.set(ignoringCase: ignoresCase))
    default: return .scalar(ScalarSet(scalar.value, ignoringCase: ignoresCase))
    }
  }

  private mutating func group() throws(LembraError) -> PatternNode? {
    position += 1
    var make: (PatternNode) -> PatternNode? = { $0 }
    let caseBefore = ignoresCase
    if take("?") {
      if take(":") {
      } else if take(">") {
        make = { .atomic($0) }
      } else if take("=") {
        make = { .ahead($0, isNegated: false) }
      } else if take("!") {
        make = { .ahead($0, isNegated: true) }
      } else if take("<=") {
        make = { Self.behind($0, isNegated: false) }
      } else if take("<!") {
        make = { Self.behind($0, isNegated: true) }
      } else if take("i)") {
        ignoresCase = true
        return nil
      } else if take("-i)") {
        ignoresCase = false
        return nil
      } else if take("i:") {
        ignoresCase = true
      } else {
        throw fault("has a kind of group that is not supported")
      }
    }
    let node = try alternatives()
    ignoresCase = caseBefore
    guard take(")") else { throw fault("lacks a closing parenthesis") }
    guard let result = make(node) else { throw fault("looks behind at more than one character") }
    return result
  }

  private static func behind(_ node: PatternNode, isNegated: Bool) -> PatternNode? {
    guard case .scalar(let set) = node else { return nil }
    return .behind(set, isNegated: isNegated)
  }
}

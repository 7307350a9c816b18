/// Consecutive pieces of a text.
struct Pieces: Sendable {
  /// All pieces, one after the other.
  private(set) var bytes: [UInt8] = []
  /// Where each piece ends; none is empty.
  private(set) var ends: [Int] = []
  /// How many bytes at the front stem from the first character of the text that is encoded.
  private(set) var start: Int
  /// The same of the pieces that these are made of.
  private let sourceStart: Int

  /// One piece, or none if the text is empty.
  init(_ text: MarkedText) {
    bytes = text.bytes
    start = text.start
    sourceStart = 0
    if !bytes.isEmpty { ends.append(bytes.count) }
  }

  private init(madeOf source: Pieces) {
    start = 0
    sourceStart = source.start
    bytes.reserveCapacity(source.bytes.count)
  }

  /// Calls `body` with the range of each piece.
  @inline(__always)
  func forEach(_ body: (Range<Int>) -> Void) {
    var start = 0
    for end in ends {
      body(start..<end)
      start = end
    }
  }

  // MARK: - Making others

  /// What a step makes of these pieces; `body` is given one after the other.
  func mapped(_ body: (_ piece: Range<Int>, _ result: inout Pieces) -> Void) -> Pieces {
    var result = Pieces(madeOf: self)
    forEach { body($0, &result) }
    return result
  }

  /// Appends a part of the source to the piece that is being made.
  mutating func extend(by part: ArraySlice<UInt8>) {
    bytes.append(contentsOf: part)
    if part.startIndex < sourceStart {
      start += min(part.endIndex, sourceStart) - part.startIndex
    }
  }

  /// Appends other bytes, which may stand for the first character.
  mutating func extend(by part: [UInt8], isFromStart: Bool) {
    bytes.append(contentsOf: part)
    if isFromStart { start += part.count }
  }

  /// Ends the piece that is being made, unless it is empty.
  mutating func endPiece() {
    if bytes.count > ends.last ?? 0 { ends.append(bytes.count) }
  }
}

/// What becomes of the places where a text is split.
enum SplitBehavior: String, Hashable, Codable, Sendable {
  /// They are left out.
  case removed
  /// Each is a piece.
  case isolated
  /// Each belongs to the piece before it.
  case mergedWithPrevious = "merged-with-previous"
  /// Each belongs to the piece behind it.
  case mergedWithNext = "merged-with-next"
  /// Those that touch each other are one piece.
  case contiguous
}

/// The parts of a piece: those where it is split, and those between.
struct PieceParts {
  private var parts: [(range: Range<Int>, isMatch: Bool)] = []

  /// Finds the parts of `range` by the matches that `find` gives, from left to right.
  mutating func set(_ range: Range<Int>, _ find: (_ match: (Range<Int>) -> Void) -> Void) {
    parts.removeAll(keepingCapacity: true)
    var end = range.lowerBound
    // A local copy, since a closure cannot change the structure.
    var found: [(range: Range<Int>, isMatch: Bool)] = []
    swap(&found, &parts)
    find { match in
      if end < match.lowerBound { found.append((end..<match.lowerBound, false)) }
      found.append((match, true))
      end = match.upperBound
    }
    if end < range.upperBound { found.append((end..<range.upperBound, false)) }
    swap(&found, &parts)
  }

  /// Exchanges the places where the piece is split and what is between.
  mutating func invert() {
    for index in parts.indices { parts[index].isMatch.toggle() }
  }

  /// Appends the parts as pieces.
  func append(
    of bytes: [UInt8], _ behavior: SplitBehavior, to result: inout Pieces
  ) {
    for (index, part) in parts.enumerated() {
      let next = index + 1 < parts.count ? parts[index + 1].isMatch : nil
      if part.isMatch, behavior == .removed { continue }
      result.extend(by: bytes[part.range])
      let isJoined: Bool =
        switch behavior {
        case .removed, .isolated: false
        case .contiguous: next == part.isMatch
        // Of several places that touch each other only the one next to the other text is merged.
        case .mergedWithPrevious: !part.isMatch && next == true
        case .mergedWithNext: part.isMatch && next == false
        }
      if !isJoined { result.endPiece() }
    }
  }
}

/// Consecutive pieces of a text.
struct Pieces: Sendable {
  /// All pieces, one after the other.
  private(set) var bytes: [UInt8] = []
  /// Where each piece ends; none is empty.
  private(set) var ends: [Int] = []
  /// Whether the first piece begins where the whole text begins.
  private(set) var startsText: Bool

  /// One piece, or none if the text is empty.
  init(_ bytes: [UInt8], startsText: Bool) {
    self.bytes = bytes
    self.startsText = startsText
    if !bytes.isEmpty { ends.append(bytes.count) }
  }

  private init(startsText: Bool, capacity: Int) {
    self.startsText = startsText
    bytes.reserveCapacity(capacity)
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
    var result = Pieces(startsText: startsText, capacity: bytes.count)
    forEach { body($0, &result) }
    return result
  }

  /// Appends to the piece that is being made.
  mutating func extend(by part: ArraySlice<UInt8>) { bytes.append(contentsOf: part) }

  mutating func extend(by part: [UInt8]) { bytes.append(contentsOf: part) }

  mutating func extend(by byte: UInt8) { bytes.append(byte) }

  /// Ends the piece that is being made, unless it is empty.
  mutating func endPiece() {
    if bytes.count > ends.last ?? 0 { ends.append(bytes.count) }
  }

  /// Tells that a part was left out, after which nothing begins where the text does.
  mutating func leaveOut() {
    if ends.isEmpty { startsText = false }
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
      if part.isMatch, behavior == .removed {
        result.leaveOut()
        continue
      }
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

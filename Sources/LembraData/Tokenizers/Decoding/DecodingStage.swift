/// A step of decoding that is given one token after the other, and gives back what is certain.
struct DecodingStage: Sendable {
  let step: TokenDecoding
  let matcher: TextMatcher?
  /// Whether all that it is given is one token.
  private let seesOneToken: Bool
  /// Whether it gives text back as soon as it can; it is faster not to.
  private let isEager: Bool
  private(set) var isFirst = true
  private var hasHeld = false
  private var held: [UInt8] = []
  /// How often a character was taken away from the start of all.
  private var strippedCount = 0

  init(_ step: TokenDecoding, _ matcher: TextMatcher?, seesOneToken: Bool, isEager: Bool) {
    self.step = step
    self.matcher = matcher
    self.seesOneToken = seesOneToken
    self.isEager = isEager
  }

  /// Takes a token, and calls `emit` with what is certain.
  mutating func append(_ token: ArraySlice<UInt8>, _ emit: (ArraySlice<UInt8>) -> Void) {
    switch step {
    case .fuse: emit(token)
    case .strip(let scalar, let start, let end) where seesOneToken:
      append(token, stripping: scalar, start, end, emit)
    case _ where seesOneToken:
      held.append(contentsOf: token)
      hasHeld = true
    case .byteLevel: appendBytes(of: token, emit)
    case .spaced:
      if !isFirst { emit(Self.space) }
      emit(token)
    case .byteFallback:
      if let byte = Self.byte(of: token) {
        held.append(byte)
      } else {
        emitBytes(emit)
        emit(token)
      }
    case .wordEnd(let suffix):
      if hasHeld { emit(Self.replacing(suffix, in: held[...], with: " ")) }
      held = Array(token)
      hasHeld = true
    default: emit(text(of: token))
    }
    isFirst = false
  }

  private static let space: ArraySlice<UInt8> = [0x20]

  /// Calls `emit` with what was held back.
  mutating func finish(_ emit: (ArraySlice<UInt8>) -> Void) {
    switch step {
    case .fuse: break
    case .strip where seesOneToken: break
    case .byteLevel where !seesOneToken: if !held.isEmpty { emit(Self.repaired(held)) }
    case .byteFallback where !seesOneToken: emitBytes(emit)
    case .wordEnd(let suffix): if hasHeld { emit(Self.replacing(suffix, in: held[...], with: "")) }
    case _ where hasHeld:
      var stage = DecodingStage(step, matcher, seesOneToken: false, isEager: false)
      stage.append(held[...], emit)
      stage.finish(emit)
    default: break
    }
    held = []
    hasHeld = false
  }

  // MARK: - Steps that hold back

  /// The byte that a token such as `<0x0A>` stands for.
  private static func byte(of token: ArraySlice<UInt8>) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token.last == UInt8(ascii: ">") else {
      return nil
    }
    return UInt8(String(decoding: token.dropFirst(3).prefix(2), as: UTF8.self), radix: 16)
  }

  /// Emits the text of the bytes that were held back, or as many signs of replacement.
  private mutating func emitBytes(_ emit: (ArraySlice<UInt8>) -> Void) {
    guard !held.isEmpty else { return }
    if String(validating: held, as: UTF8.self) != nil {
      emit(held[...])
    } else {
      for _ in held { emit(ArraySlice("\u{FFFD}".utf8)) }
    }
    held = []
  }

  private mutating func appendBytes(
    of token: ArraySlice<UInt8>, _ emit: (ArraySlice<UInt8>) -> Void
  ) {
    ByteAlphabet.append(bytesOf: token, to: &held)
    guard isEager else { return }
    let certain = held.dropLast(Self.incompleteLength(held))
    guard !certain.isEmpty else { return }
    emit(Self.repaired(certain))
    held.removeFirst(certain.count)
  }

  /// The bytes as text, with what is no UTF-8 replaced.
  private static func repaired(_ bytes: some Collection<UInt8>) -> ArraySlice<UInt8> {
    ArraySlice(String(decoding: bytes, as: UTF8.self).utf8)
  }

  /// The length of a scalar's first bytes at the end, whose last are missing.
  private static func incompleteLength(_ bytes: [UInt8]) -> Int {
    for length in 1...3 where length <= bytes.count {
      let first = bytes[bytes.count - length]
      if first & 0xC0 == 0x80 { continue }
      let needed = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
      guard (0xC2...0xF4).contains(first), length < needed else { return 0 }
      guard length > 1 else { return 1 }
      let allowed: ClosedRange<UInt8> =
        switch first {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
      return allowed.contains(bytes[bytes.count - length + 1]) ? length : 0
    }
    return 0
  }

  /// Strips the one token of which this is the next part.
  private mutating func append(
    _ token: ArraySlice<UInt8>, stripping scalar: UInt32, _ start: Int, _ end: Int,
    _ emit: (ArraySlice<UInt8>) -> Void
  ) {
    var content: [UInt8] = []
    content.append(scalar: scalar)
    held.append(contentsOf: token)
    while strippedCount < start, held.starts(with: content) {
      held.removeFirst(content.count)
      strippedCount += 1
    }
    guard !held.isEmpty else { return }
    strippedCount = start
    // What may be at the end of all is held back.
    let certain = Self.stripped(held[...], scalar, 0, end)
    guard !certain.isEmpty else { return }
    emit(certain)
    held.removeFirst(certain.count)
  }
}

public import LembraTensor

/// Tokens and their ids, which are 0 to `count - 1`.
///
/// Tokens are different when their scalars are: `é` in one scalar is another token than `é` in two.
/// Encoded, a vocabulary is the list of its tokens and, if it has one, its unknown token.
///
///     let vocabulary = try Vocabulary(
///       counting: words, minimumCount: 2, reserved: ["<pad>", "<unk>"], unknown: "<unk>")
///     let ids = words.compactMap(vocabulary.idOrUnknown)
public struct Vocabulary: Hashable, Sendable {
  let table: ByteStringTable

  /// The id that stands for every token that is not in the vocabulary, if there is one.
  public let unknown: Int?

  /// The number of tokens.
  public var count: Int { table.count }

  /// Creates a vocabulary of `tokens`, whose ids are their positions.
  ///
  /// - Parameters:
  ///   - tokens: the tokens.
  ///   - unknown: the one of them that stands for tokens that are not among them.
  /// - Throws: `LembraError` with code `invalidData` when a token appears twice, or when `unknown`
  ///   is not among them.
  public init(_ tokens: some Sequence<String>, unknown: String? = nil) throws(LembraError) {
    var table = ByteStringTable()
    for token in tokens {
      let (index, isNew) = table.insert(token)
      guard isNew else {
        throw LembraError(
          .invalidData,
          "the token \(quoted(token)) has two ids in the vocabulary, \(index) and \(table.count)",
          remedy: "give every token once")
      }
    }
    try self.init(table, unknown: unknown)
  }

  init(_ table: ByteStringTable, unknown: String?) throws(LembraError) {
    self.table = table
    self.unknown = unknown.flatMap { table.index(of: $0) }
    if let unknown, self.unknown == nil {
      throw LembraError(
        .invalidData, "the unknown token \(quoted(unknown)) is not in the vocabulary",
        remedy: "add it to the tokens, or choose one of them")
    }
  }

  /// The tokens in the order of their ids.
  public var tokens: [String] { (0..<count).map { self[$0] } }

  /// The token `id`.
  ///
  /// - Precondition: `id` is in `0..<count`.
  public subscript(id: Int) -> String {
    precondition(
      (0..<count).contains(id), "Vocabulary: there is no token \(id) among \(count) tokens")
    return table.string(id)
  }

  /// The id of `token`, or nothing when it is not in the vocabulary.
  public func id(of token: String) -> Int? { table.index(of: token) }

  /// The id of `token`, or else the unknown id; nothing when there is neither.
  public func idOrUnknown(of token: String) -> Int? { id(of: token) ?? unknown }

  /// The bytes of the token `id`.
  func bytes(of id: Int) -> ArraySlice<UInt8> { table.bytes[table.range(id)] }

  /// The id of the token with these bytes.
  func id(ofBytes bytes: Span<UInt8>) -> Int? { table.index(of: bytes) }
}

extension Vocabulary: Codable {
  private enum CodingKeys: CodingKey { case tokens, unknown }

  /// - Throws: `LembraError` with code `invalidFile` when a token appears twice or the unknown token
  ///   is none of them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let tokens = try container.decode([String].self, forKey: .tokens)
    let unknown = try container.decodeIfPresent(String.self, forKey: .unknown)
    do throws(LembraError) {
      try self.init(tokens, unknown: unknown)
    } catch {
      throw LembraError(.invalidFile, error.message, remedy: "train and save it again")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(tokens, forKey: .tokens)
    try container.encodeIfPresent(unknown.map { self[$0] }, forKey: .unknown)
  }
}

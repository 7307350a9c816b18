import LembraTensor

/// The model of a `tokenizer.json` with its vocabulary, to which the added tokens are added.
struct HuggingFaceModel {
  private(set) var model: TokenModel
  private(set) var modelCount: Int
  private var table: ByteStringTable
  private var unknown: String?

  init(_ node: JSONNode) throws(LembraError) {
    switch try Self.type(of: node) {
    case "BPE": try self.init(bytePairs: node)
    case "Unigram": try self.init(unigram: node)
    case "WordPiece": try self.init(wordPiece: node)
    case "WordLevel": try self.init(words: node)
    case let type:
      throw node.fault(
        "the model \(quoted(type)) is not supported",
        remedy: "use one of the models BPE, Unigram, WordPiece and WordLevel")
    }
  }

  private init(
    _ model: TokenModel, _ table: ByteStringTable, unknown: String?
  ) {
    self.model = model
    self.table = table
    self.unknown = unknown
    modelCount = table.count
  }

  /// The type of the model, which old files leave out.
  private static func type(of node: JSONNode) throws(LembraError) -> String {
    if let type = try node.optional("type") { return try type.string() }
    if try node.optional("merges") != nil { return "BPE" }
    if case .array = try node.member("vocab").value { return "Unigram" }
    return try node.optional("max_input_chars_per_word") != nil ? "WordPiece" : "WordLevel"
  }

  func vocabulary() throws(LembraError) -> Vocabulary { try Vocabulary(table, unknown: unknown) }

  // MARK: - Models

  private init(bytePairs node: JSONNode) throws(LembraError) {
    try node.checkMembers([
      "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
      "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges",
    ])
    if let dropout = try node.optional("dropout"), try dropout.number() != 0 {
      throw dropout.fault(
        "dropout makes the tokens of a text random, which is not supported",
        remedy: "set it to null in the file")
    }
    let table = try Self.table(node.member("vocab"))
    var rules = BytePairRules(merges: [])
    rules.prefix = try node.string("continuing_subword_prefix", or: "")
    rules.suffix = try node.string("end_of_word_suffix", or: "")
    rules.fusesUnknown = try node.bool("fuse_unk", or: false)
    rules.fallsBackToBytes = try node.bool("byte_fallback", or: false)
    rules.ignoresMerges = try node.bool("ignore_merges", or: false)
    let vocabulary = try Vocabulary(table, unknown: nil)
    for merge in try node.list("merges") {
      guard let (left, right) = try Self.merge(merge) else { continue }
      let ids = try [left, right].map { token throws(LembraError) in
        guard let id = table.index(of: token) else {
          throw merge.fault(
            "a merge is of the token \(quoted(token)), which is not in the vocabulary")
        }
        return Int32(id)
      }
      guard rules.result(of: ids[0], ids[1], vocabulary) != nil else {
        throw merge.fault(
          "the merge of \(quoted(left)) and \(quoted(right)) makes a token that is not in the "
            + "vocabulary")
      }
      rules.merges += ids
    }
    var unknown = try node.optional("unk_token")?.string()
    if let token = unknown, table.index(of: token) == nil {
      // Where every byte has a token, nothing is unknown.
      guard ByteAlphabet.tokens.allSatisfy({ table.index(of: $0) != nil }) else {
        throw Self.missing(unknown: token, node)
      }
      unknown = nil
    }
    self.init(.bytePairs(rules: rules), table, unknown: unknown)
  }

  /// The two tokens of a merge, written as one text or as two; nothing for a line of the version.
  private static func merge(_ node: JSONNode) throws(LembraError) -> (String, String)? {
    var tokens: [String] = []
    if case .string(let text) = node.value {
      guard !text.hasPrefix("#version") else { return nil }
      tokens = text.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
        .map { String($0) }
    } else {
      for token in try node.list() { tokens.append(try token.string()) }
    }
    guard tokens.count == 2, !tokens.contains("") else {
      throw node.fault("a merge must be of two tokens")
    }
    return (tokens[0], tokens[1])
  }

  private init(unigram node: JSONNode) throws(LembraError) {
    try node.checkMembers(["type", "unk_id", "vocab", "byte_fallback"])
    var table = ByteStringTable()
    var scores: [Double] = []
    for entry in try node.list("vocab") {
      let parts = try entry.list()
      guard parts.count == 2 else { throw entry.fault("a token and its score must stand here") }
      let token = try parts[0].string()
      guard !token.isEmpty else { throw entry.fault("a token is empty") }
      guard table.insert(token).isNew else {
        throw entry.fault("the token \(quoted(token)) has two ids")
      }
      scores.append(try parts[1].number())
    }
    guard let unknownId = try node.optional("unk_id")?.integer() else {
      throw node.fault(
        "no token is named for unknown text", remedy: "set unk_id to the id of a token")
    }
    guard unknownId < table.count else {
      throw node.fault("unk_id is \(unknownId), and there are \(counted(table.count, "token"))")
    }
    self.init(
      .unigram(scores: scores, fallsBackToBytes: try node.bool("byte_fallback", or: false)),
      table, unknown: table.string(unknownId))
  }

  private init(wordPiece node: JSONNode) throws(LembraError) {
    try node.checkMembers([
      "type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab",
    ])
    let table = try Self.table(node.member("vocab"))
    let unknown = try node.string("unk_token")
    guard table.index(of: unknown) != nil else { throw Self.missing(unknown: unknown, node) }
    self.init(
      .wordPiece(
        prefix: try node.string("continuing_subword_prefix"),
        longestWord: try node.integer("max_input_chars_per_word")),
      table, unknown: unknown)
  }

  private init(words node: JSONNode) throws(LembraError) {
    try node.checkMembers(["type", "unk_token", "vocab"])
    let table = try Self.table(node.member("vocab"))
    let unknown = try node.string("unk_token")
    guard table.index(of: unknown) != nil else { throw Self.missing(unknown: unknown, node) }
    self.init(.words, table, unknown: unknown)
  }

  private static func missing(unknown token: String, _ node: JSONNode) -> LembraError {
    node.fault("the unknown token \(quoted(token)) is not in the vocabulary")
  }

  // MARK: - Vocabulary

  /// The tokens of a vocabulary that is written as an object of ids.
  private static func table(_ node: JSONNode) throws(LembraError) -> ByteStringTable {
    let members = try node.members()
    var tokens = [String?](repeating: nil, count: members.count)
    for (token, child) in members {
      let id = try child.integer()
      guard id < tokens.count else {
        throw node.fault(
          "the token \(quoted(token)) has the id \(id) among \(counted(tokens.count, "token")), so "
            + "that ids are missing")
      }
      if let other = tokens[id] {
        throw node.fault("the tokens \(quoted(other)) and \(quoted(token)) have the same id, \(id)")
      }
      tokens[id] = token
    }
    var table = ByteStringTable(minimumCapacity: tokens.count)
    for token in tokens.compactMap(\.self) {
      guard table.insert(token).isNew else {
        throw node.fault("the token \(quoted(token)) has two ids")
      }
    }
    return table
  }

  /// Adds the tokens that are found in the text before the model sees it.
  mutating func add(_ nodes: [JSONNode]) throws(LembraError) -> [AddedToken] {
    var added: [AddedToken] = []
    for node in nodes {
      try node.checkMembers([
        "id", "content", "single_word", "lstrip", "rstrip", "normalized", "special",
      ])
      let content = try node.string("content")
      guard !content.isEmpty else { throw node.fault("an added token is empty") }
      let id = table.insert(content).index
      let written = try node.integer("id")
      guard id == written else {
        throw node.fault(
          "the added token \(quoted(content)) has the id \(written), and \(id) is its place",
          remedy: "give added tokens the ids behind those of the model, without holes")
      }
      guard !added.contains(where: { $0.id == id }) else {
        throw node.fault("the token \(quoted(content)) is added twice")
      }
      added.append(
        AddedToken(
          id: id, isSpecial: try node.bool("special"), isSingleWord: try node.bool("single_word"),
          stripsLeft: try node.bool("lstrip"), stripsRight: try node.bool("rstrip"),
          isNormalized: try node.bool("normalized")))
    }
    return added
  }
}

import LembraTensor

/// Reads the steps of a `tokenizer.json`.
enum HuggingFaceSteps {
  static func unsupported(_ kind: String, _ type: String, _ node: JSONNode) -> LembraError {
    node.fault(
      "the \(kind) \(quoted(type)) is not supported",
      remedy: "use a tokenizer without it, or replace it by steps that mean the same")
  }

  /// The text or the regular expression that a step looks for.
  static func pattern(_ node: JSONNode) throws(LembraError) -> TextPattern {
    try node.checkMembers(["String", "Regex"])
    if let text = try node.optional("String") { return .literal(text: try text.string()) }
    return .expression(pattern: try node.string("Regex"))
  }

  /// What a step of replacement writes; references to groups are not supported.
  static func content(_ node: JSONNode, for pattern: TextPattern) throws(LembraError) -> String {
    let content = try node.string("content")
    if case .expression = pattern, content.contains("$") {
      throw node.fault(
        "a replacement refers to a group of the regular expression, which is not supported",
        remedy: "write the replacement without a dollar sign")
    }
    return content
  }

  /// Says where a step stands that cannot be made ready.
  private static func checked<T>(
    _ node: JSONNode, _ make: () throws(LembraError) -> T
  ) throws(LembraError) -> T {
    do {
      return try make()
    } catch {
      var error = error
      error.location.name = node.path
      throw error
    }
  }

  // MARK: - Normalisation

  static func normalization(_ node: JSONNode) throws(LembraError) -> [TextNormalization] {
    let step: TextNormalization
    switch try node.string("type") {
    case "Sequence":
      try node.checkMembers(["type", "normalizers"])
      var steps: [TextNormalization] = []
      for part in try node.list("normalizers") { steps += try normalization(part) }
      return steps
    case "NFC": step = .unicode(form: .nfc)
    case "NFD": step = .unicode(form: .nfd)
    case "NFKC": step = .unicode(form: .nfkc)
    case "NFKD": step = .unicode(form: .nfkd)
    case "Lowercase": step = .lowercase
    case "StripAccents": step = .stripAccents
    case "Nmt": step = .controls
    case "Strip":
      try node.checkMembers(["type", "strip_left", "strip_right"])
      return [.strip(left: try node.bool("strip_left"), right: try node.bool("strip_right"))]
    case "Prepend":
      try node.checkMembers(["type", "prepend"])
      return [.prepend(text: try node.string("prepend"))]
    case "Replace":
      try node.checkMembers(["type", "pattern", "content"])
      let pattern = try pattern(node.member("pattern"))
      _ = try checked(node) { () throws(LembraError) in try TextMatcher(pattern) }
      return [.replace(pattern: pattern, content: try content(node, for: pattern))]
    case "BertNormalizer": return [try bert(node)]
    case "Precompiled":
      try node.checkMembers(["type", "precompiled_charsmap"])
      let blob = try node.string("precompiled_charsmap")
      return try checked(node) { () throws(LembraError) in
        [.characterMap(map: try CharacterMap(base64: blob))]
      }
    case let type: throw unsupported("normalizer", type, node)
    }
    try node.checkMembers(["type"])
    return [step]
  }

  private static func bert(_ node: JSONNode) throws(LembraError) -> TextNormalization {
    try node.checkMembers([
      "type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase",
    ])
    let lowercases = try node.bool("lowercase")
    return .bert(
      cleaning: BertNormalization(
        cleansText: try node.bool("clean_text"),
        separatesChinese: try node.bool("handle_chinese_chars"),
        stripsAccents: try node.bool("strip_accents", or: lowercases), lowercases: lowercases))
  }

  // MARK: - Splitting

  static func splitting(_ node: JSONNode) throws(LembraError) -> [TextSplitting] {
    switch try node.string("type") {
    case "Sequence":
      try node.checkMembers(["type", "pretokenizers"])
      var steps: [TextSplitting] = []
      for part in try node.list("pretokenizers") { steps += try splitting(part) }
      return steps
    case "ByteLevel":
      try node.checkMembers(["type", "add_prefix_space", "trim_offsets", "use_regex"])
      return [
        .byteLevel(
          addsPrefixSpace: try node.bool("add_prefix_space"),
          splitsWords: try node.bool("use_regex", or: true))
      ]
    case "Whitespace":
      try node.checkMembers(["type"])
      return [.wordsAndSigns]
    case "WhitespaceSplit":
      try node.checkMembers(["type"])
      return [.whitespace]
    case "BertPreTokenizer":
      try node.checkMembers(["type"])
      return [.bert]
    case "Metaspace": return [.metaspace(mark: try metaspace(node))]
    case "Punctuation":
      try node.checkMembers(["type", "behavior"])
      return [.punctuation(behavior: try behavior(node, or: .isolated))]
    case "Digits":
      try node.checkMembers(["type", "individual_digits"])
      return [.digits(individually: try node.bool("individual_digits"))]
    case "CharDelimiterSplit":
      try node.checkMembers(["type", "delimiter"])
      return [.delimiter(scalar: try node.scalar("delimiter"))]
    case "Split":
      try node.checkMembers(["type", "pattern", "behavior", "invert"])
      let pattern = try pattern(node.member("pattern"))
      _ = try checked(node) { () throws(LembraError) in try TextMatcher(pattern) }
      return [
        .pattern(
          pattern: pattern, behavior: try behavior(node, or: nil),
          isInverted: try node.bool("invert"))
      ]
    case let type: throw unsupported("pre-tokenizer", type, node)
    }
  }

  private static func behavior(
    _ node: JSONNode, or other: SplitBehavior?
  ) throws(LembraError) -> SplitBehavior {
    if let other, try node.optional("behavior") == nil { return other }
    switch try node.string("behavior") {
    case "Removed": return .removed
    case "Isolated": return .isolated
    case "MergedWithPrevious": return .mergedWithPrevious
    case "MergedWithNext": return .mergedWithNext
    case "Contiguous": return .contiguous
    case let name: throw unsupported("behavior", name, node)
    }
  }

  /// Reads a metaspace; old files say by a flag whether a space is put in front.
  static func metaspace(_ node: JSONNode) throws(LembraError) -> Metaspace {
    try node.checkMembers([
      "type", "replacement", "str_rep", "add_prefix_space", "prepend_scheme", "split",
    ])
    let scheme = try node.string("prepend_scheme", or: "always")
    guard var prefix = Tokenizer.SpacePrefix(rawValue: scheme) else {
      throw unsupported("prepend_scheme", scheme, node)
    }
    if try !node.bool("add_prefix_space", or: true) {
      guard try node.optional("prepend_scheme") == nil || prefix == .never else {
        throw node.fault("add_prefix_space and prepend_scheme contradict each other")
      }
      prefix = .never
    }
    return Metaspace(
      scalar: try node.scalar("replacement"), prefix: prefix,
      splits: try node.bool("split", or: true))
  }
}

import LembraTensor

extension HuggingFaceSteps {
  static func decoding(_ node: JSONNode) throws(LembraError) -> [TokenDecoding] {
    switch try node.string("type") {
    case "Sequence":
      try node.checkMembers(["type", "decoders"])
      var steps: [TokenDecoding] = []
      for part in try node.list("decoders") { steps += try decoding(part) }
      return steps
    case "ByteLevel":
      try node.checkMembers(["type", "add_prefix_space", "trim_offsets", "use_regex"])
      return [.byteLevel]
    case "WordPiece":
      try node.checkMembers(["type", "prefix", "cleanup"])
      return [
        .wordPiece(prefix: try node.string("prefix"), cleansUp: try node.bool("cleanup"))
      ]
    case "Metaspace":
      let metaspace = try metaspace(node)
      return [.metaspace(scalar: metaspace.scalar, dropsFirst: metaspace.prefix != .never)]
    case "BPEDecoder":
      try node.checkMembers(["type", "suffix"])
      return [.wordEnd(suffix: try node.string("suffix"))]
    case "ByteFallback":
      try node.checkMembers(["type"])
      return [.byteFallback]
    case "Fuse":
      try node.checkMembers(["type"])
      return [.fuse]
    case "Strip":
      try node.checkMembers(["type", "content", "start", "stop"])
      return [
        .strip(
          scalar: try node.scalar("content"), start: try node.integer("start"),
          end: try node.integer("stop"))
      ]
    case "Replace":
      try node.checkMembers(["type", "pattern", "content"])
      let pattern = try pattern(node.member("pattern"))
      return [.replace(pattern: pattern, content: try content(node, for: pattern))]
    case let type: throw unsupported("decoder", type, node)
    }
  }

  // MARK: - What stands around a text

  /// The ids before and behind a text that a post-processor adds.
  static func frame(_ node: JSONNode) throws(LembraError) -> (prefix: [Int], suffix: [Int]) {
    switch try node.string("type") {
    case "Sequence":
      try node.checkMembers(["type", "processors"])
      var frame: (prefix: [Int], suffix: [Int]) = ([], [])
      for part in try node.list("processors") {
        let outer = try Self.frame(part)
        frame = (outer.prefix + frame.prefix, frame.suffix + outer.suffix)
      }
      return frame
    case "ByteLevel":
      try node.checkMembers(["type", "add_prefix_space", "trim_offsets", "use_regex"])
      return ([], [])
    case "BertProcessing", "RobertaProcessing":
      try node.checkMembers(["type", "sep", "cls", "trim_offsets", "add_prefix_space"])
      return (try [tokenId(node.member("cls"))], try [tokenId(node.member("sep"))])
    case "TemplateProcessing": return try template(node)
    case let type: throw unsupported("post-processor", type, node)
    }
  }

  /// The id of a token that is written with it: `["[SEP]", 102]`.
  private static func tokenId(_ node: JSONNode) throws(LembraError) -> Int {
    let parts = try node.list()
    guard parts.count == 2 else { throw node.fault("a token and its id must stand here") }
    return try parts[1].integer()
  }

  private static func template(
    _ node: JSONNode
  ) throws(LembraError) -> (prefix: [Int], suffix: [Int]) {
    try node.checkMembers(["type", "single", "pair", "special_tokens"])
    let tokens = try node.member("special_tokens")
    var prefix: [Int]?
    var ids: [Int] = []
    for item in try node.list("single") {
      try item.checkMembers(["SpecialToken", "Sequence"])
      if let special = try item.optional("SpecialToken") {
        for id in try tokens.member(special.string("id")).list("ids") {
          ids.append(try id.integer())
        }
      } else {
        let name = try item.member("Sequence").string("id")
        guard name == "A", prefix == nil else {
          throw item.fault(
            "the template has the text twice, or another text",
            remedy: "write a template for a single text with one sequence, A")
        }
        prefix = ids
        ids = []
      }
    }
    guard let prefix else {
      throw node.fault("the template has no place for the text", remedy: "add the sequence A")
    }
    return (prefix, ids)
  }
}

public import LembraTensor

extension Tokenizer {
  /// Reads a `tokenizer.json`, the format of Hugging Face's library `tokenizers`.
  ///
  /// The ids and the texts are those of that library. What the file asks for and Lembra does not do
  /// is an error that names it; nothing is left out silently.
  ///
  /// - Parameter path: the file.
  /// - Throws: `LembraError` with code `invalidFile` when the file is damaged, when its parts do not
  ///   fit each other, or when one of them is not supported; `notFound` or `fileSystem` when it
  ///   cannot be read.
  public init(huggingFaceFile path: String) throws(LembraError) {
    try self.init(huggingFace: readBytes(ofFileAt: path), file: path)
  }

  /// Reads the bytes of a `tokenizer.json`.
  ///
  /// - Parameters:
  ///   - bytes: the bytes.
  ///   - file: the name of the file, for messages.
  /// - Throws: as ``init(huggingFaceFile:)``.
  public init(huggingFace bytes: [UInt8], file: String? = nil) throws(LembraError) {
    let root = JSONNode(value: try JSONParser.parse(bytes, file: file), path: "", file: file)
    do throws(LembraError) {
      try self.init(Self.parts(root))
    } catch {
      var error = error
      error.location.file = file
      throw error
    }
  }

  private static func parts(_ root: JSONNode) throws(LembraError) -> TokenizerParts {
    try root.checkMembers([
      "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
      "post_processor", "decoder", "model",
    ])
    let version = try root.string("version", or: "1.0")
    guard version == "1.0" else {
      throw root.fault("the format has version \(version)", remedy: "save it in version 1.0")
    }
    for name in ["truncation", "padding"] {
      guard let node = try root.optional(name) else { continue }
      throw node.fault(
        "\(name) is not done by a tokenizer here",
        remedy: "set it to null in the file, and cut or fill the ids where batches are made")
    }
    var model = try HuggingFaceModel(root.member("model"))
    let added = try model.add(root.optional("added_tokens")?.list() ?? [])
    var parts = TokenizerParts(try model.vocabulary(), model.model)
    parts.modelCount = model.modelCount
    parts.addedTokens = added
    parts.recognizesSpecialTokens = true
    if let node = try root.optional("normalizer") {
      parts.normalization = try HuggingFaceSteps.normalization(node)
    }
    if let node = try root.optional("pre_tokenizer") {
      parts.splitting = try HuggingFaceSteps.splitting(node)
    }
    if let node = try root.optional("decoder") {
      parts.decoding = try HuggingFaceSteps.decoding(node)
    } else {
      parts.decoding = [.spaced]
    }
    if let node = try root.optional("post_processor") {
      (parts.prefix, parts.suffix) = try HuggingFaceSteps.frame(node)
    }
    return parts
  }
}

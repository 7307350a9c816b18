public import LembraTensor

/// A model as a file: tensors that any program reads, and a description that Lembra reads.
///
/// It is a `.safetensors` file. Its metadata holds under `lembra` a JSON object with the `version`
/// of this format, the `task` that the model serves, and its `description`: all that is needed to
/// build the model again, which only the task knows.
///
///     try ModelFile(task: "forecast", description: configuration, tensors: tensors)
///       .write(to: "model.safetensors")
///
///     let file = try ModelFile(readingFrom: "model.safetensors")
///     let configuration: Configuration = try file.description()
public struct ModelFile: Sendable {
  /// The version of the format that this library writes, and the newest that it reads.
  public static let version = 1

  /// What the model is for, such as `forecast`.
  public let task: String

  public var tensors: [String: Tensor]

  private let metadata: [String: String]
  private let path: String?

  private static let key = "lembra"

  /// Creates a file for `task` from tensors and their description.
  ///
  /// - Throws: what encoding `description` throws.
  public init(
    task: String, description: some Encodable, tensors: [String: Tensor]
  ) throws {
    self.task = task
    self.tensors = tensors
    path = nil
    let document = Document(version: Self.version, task: task, description: description)
    metadata = [Self.key: try ExactJSON.text(of: document)]
  }

  /// Reads the file at `path`.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when it is no sound safetensors file, when no
  ///   Lembra wrote it, or a newer one; `notFound` or `fileSystem` when it cannot be read.
  public init(readingFrom path: String) throws(LembraError) {
    let file = try FileInput(path: path)
    // The header is judged first, so that foreign tensors are not read in vain.
    let header = try SafetensorsHeader(reading: file)
    task = try Self.task(in: header.metadata, path: path)
    metadata = header.metadata
    tensors = try SafetensorsFile(header, of: file).tensors
    self.path = path
  }

  /// The task of the model in the file at `path`, without its tensors.
  ///
  /// - Throws: as ``init(readingFrom:)``.
  public static func task(ofFileAt path: String) throws(LembraError) -> String {
    try task(in: SafetensorsHeader(readingFrom: path).metadata, path: path)
  }

  /// Writes the file to `path`, atomically: an earlier file stays until the new one is complete.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder or the disk refuses.
  public func write(to path: String) throws(LembraError) {
    try SafetensorsFile(tensors: tensors, metadata: metadata).write(to: path)
  }

  /// The description of the model.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when it is not of this type.
  public func description<D: Decodable>(as type: D.Type = D.self) throws(LembraError) -> D {
    do {
      let document: Document<D> = try ExactJSON.value(from: metadata[Self.key] ?? "")
      return document.description
    } catch {
      throw Self.fault("the description of the \(task) model cannot be read", error, path)
    }
  }

  private static func task(
    in metadata: [String: String], path: String
  ) throws(LembraError) -> String {
    guard let text = metadata[key] else {
      throw LembraError(
        .invalidFile, "these are weights without a model: the metadata has no entry \(key)",
        remedy: "give a model that Lembra has saved, or load the weights into a model by name",
        at: .init(file: path))
    }
    let head: DocumentHead
    do {
      head = try ExactJSON.value(from: text)
    } catch {
      throw fault("the metadata entry \(key) cannot be read", error, path)
    }
    guard (1...version).contains(head.version) else {
      throw LembraError(
        .invalidFile,
        "the model has format version \(head.version), and this Lembra reads up to \(version)",
        remedy: "update Lembra or save the model again with this one", at: .init(file: path))
    }
    return head.task
  }

  private static func fault(_ what: String, _ error: any Error, _ path: String?) -> LembraError {
    let reason = (error as? DecodingError)?.reason ?? "\(error)"
    return LembraError(
      .invalidFile, "\(what): \(reason)", remedy: "save the model again or train a new one",
      at: .init(file: path))
  }
}

/// The JSON object in the metadata.
private struct Document<Description> {
  let version: Int
  let task: String
  let description: Description
}

extension Document: Encodable where Description: Encodable {}
extension Document: Decodable where Description: Decodable {}

/// The part of a document that every version has.
private struct DocumentHead: Decodable {
  let version: Int
  let task: String
}

public import LembraTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Tokenizer {
  /// Reads a tokenizer from a file, whether Lembra saved it or it is a Hugging Face `tokenizer.json`.
  ///
  /// - Throws: `LembraError` when the file cannot be read or is neither of them.
  public init(file path: String) throws(LembraError) {
    let bytes = try readBytes(ofFileAt: path)
    guard let own = (try? JSONDecoder().decode(ReadDocument.self, from: Data(bytes)))?.own else {
      try self.init(huggingFace: bytes, file: path)
      return
    }
    do {
      self = try own.get()
    } catch var error as LembraError {
      error.location.file = path
      throw error
    } catch {
      throw LembraError(
        .invalidFile, "the saved tokenizer is damaged: \(error)",
        remedy: "train it again, or use an undamaged copy", at: .init(file: path))
    }
  }

  /// The text of a file that ``init(file:)`` reads.
  public func fileText() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(SavedTokenizer(lembraTokenizer: self))
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// A document, and what its member is that only Lembra writes; nil where there is none.
  private struct ReadDocument: Decodable {
    let own: Result<Tokenizer, any Error>?

    private enum CodingKeys: CodingKey { case lembraTokenizer }

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: CodingKeys.self)
      own =
        members.contains(.lembraTokenizer)
        ? Result { try members.decode(Tokenizer.self, forKey: .lembraTokenizer) } : nil
    }
  }

  private struct SavedTokenizer: Encodable {
    var lembraTokenizer: Tokenizer
  }
}

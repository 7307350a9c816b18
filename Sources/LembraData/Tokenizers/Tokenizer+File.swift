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
    let isOwn = (try? JSONDecoder().decode(OwnMark.self, from: Data(bytes)))?.isOwn ?? false
    guard isOwn else {
      try self.init(huggingFace: bytes, file: path)
      return
    }
    do {
      self = try JSONDecoder().decode(SavedTokenizer.self, from: Data(bytes)).lembraTokenizer
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

  /// Whether a document has the member that only Lembra writes.
  private struct OwnMark: Decodable {
    let isOwn: Bool

    private enum CodingKeys: CodingKey { case lembraTokenizer }

    init(from decoder: any Decoder) throws {
      isOwn = try decoder.container(keyedBy: CodingKeys.self).contains(.lembraTokenizer)
    }
  }

  private struct SavedTokenizer: Codable {
    var lembraTokenizer: Tokenizer
  }
}

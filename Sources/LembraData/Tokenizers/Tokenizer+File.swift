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
    do {
      self = try JSONDecoder().decode(SavedTokenizer.self, from: Data(bytes)).lembraTokenizer
      return
    } catch let error as LembraError {
      throw error
    } catch {
      // What Lembra did not save has no such member.
      try self.init(huggingFace: bytes, file: path)
    }
  }

  /// The text of a file that ``init(file:)`` reads.
  public func fileText() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(SavedTokenizer(lembraTokenizer: self))
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  private struct SavedTokenizer: Codable {
    var lembraTokenizer: Tokenizer
  }
}

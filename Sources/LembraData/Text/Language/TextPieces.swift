import LembraTensor

/// The pieces of a text, one after the other, of which only one is in memory at any time.
public struct TextPieces: Sequence {
  private let text: TextFile
  private let failure: Failure

  fileprivate init(_ text: TextFile, _ failure: Failure) {
    self.text = text
    self.failure = failure
  }

  /// Why a piece could not be read, since an iterator cannot throw.
  fileprivate final class Failure {
    var error: LembraError?
  }

  public struct Iterator: IteratorProtocol {
    fileprivate var reader: TextReader
    fileprivate let failure: Failure

    public mutating func next() -> String? {
      guard failure.error == nil else { return nil }
      do {
        return try reader.next()
      } catch {
        failure.error = error
        return nil
      }
    }
  }

  public func makeIterator() -> Iterator {
    Iterator(reader: text.reader(), failure: failure)
  }
}

extension TextFile {
  /// Calls `body` with the pieces of the text, however large it is, such as to train a tokenizer.
  ///
  ///     let tokenizer = try text.withPieces { try .training(bytePairs: 4000, on: $0) }
  ///
  /// - Throws: what `body` throws, or `LembraError` when the file cannot be read to its end.
  public func withPieces<Result>(
    _ body: (TextPieces) throws -> Result
  ) throws -> Result {
    let failure = TextPieces.Failure()
    let result = try body(TextPieces(self, failure))
    if let error = failure.error { throw error }
    return result
  }
}

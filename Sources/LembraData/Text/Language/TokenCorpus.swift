public import LembraTensor

/// The token ids of a text of any size, for language models.
///
/// An id takes two bytes, or four with a vocabulary of more than 65,536 tokens. Ids that take more
/// than a limit are kept in a temporary file without a name, which is mapped into memory: what is
/// looked at is read from the disk, and the system may drop it again.
///
/// Split the text first (``TextFile/split(validation:)``), make the vocabulary from the part to train
/// on, and then a corpus from each part: so no token reaches over the border, and the part to choose
/// by is the same characters whatever the tokens are.
public struct TokenCorpus: Sendable {
  /// The memory that ids may take unless another limit is given, in bytes.
  public static let defaultMemoryLimit = 64 << 20

  /// The tokens that there may be: ids are below this.
  public let vocabularySize: Int

  /// The Unicode scalars of the text, to give a loss per character.
  public let characterCount: Int

  /// The bytes of the text, to give a loss per byte.
  public let byteCount: Int

  /// The name of the file of the text, for messages.
  public let file: String?

  private let storage: TokenStorage

  /// Encodes a text piece by piece.
  ///
  /// - Parameters:
  ///   - text: the text, or a part of one.
  ///   - vocabularySize: the number of tokens that there may be.
  ///   - memoryLimit: the bytes of ids beyond which they go to a temporary file, in the folder that
  ///     `TMPDIR` names.
  ///   - pieceSize: the bytes of a piece at most; where they end is said at ``TextReader``.
  ///   - encode: gives the ids of a piece.
  /// - Throws: what `encode` throws, and `LembraError` when the text or the temporary file cannot be
  ///   read or written.
  /// - Precondition: ids are from 0 to `vocabularySize - 1`, and `pieceSize` is 64 or more.
  public init(
    _ text: TextFile, vocabularySize: Int, memoryLimit: Int = defaultMemoryLimit,
    pieceSize: Int = TextReader.defaultPieceSize,
    encode: (String) throws(LembraError) -> [Int]
  ) throws(LembraError) {
    precondition(
      vocabularySize > 0 && vocabularySize <= 1 << 32,
      "a vocabulary of \(vocabularySize) tokens cannot be stored")
    var builder = TokenStorage.Builder(vocabularySize: vocabularySize, memoryLimit: memoryLimit)
    var reader = text.reader(pieceSize: pieceSize)
    while let piece = try reader.next() {
      let ids = try encode(piece)
      for id in ids {
        precondition(
          id >= 0 && id < vocabularySize, "token \(id) is none of \(vocabularySize)")
      }
      try builder.append(ids)
    }
    storage = try builder.storage()
    self.vocabularySize = vocabularySize
    characterCount = text.characterCount
    byteCount = text.byteCount
    file = text.file
  }

  /// The number of tokens.
  public var count: Int { storage.count }

  /// Whether the ids are in a temporary file.
  public var isOnDisk: Bool { storage.isMapped }

  /// - Precondition: `position` is that of a token.
  public subscript(position: Int) -> Int { self[position..<position + 1][0] }

  /// - Precondition: `range` is within the tokens.
  public subscript(range: Range<Int>) -> [Int] {
    var ids: [Int] = []
    ids.reserveCapacity(range.count)
    append(range, to: &ids)
    return ids
  }

  /// Appends the tokens at `range` to `ids`.
  func append(_ range: Range<Int>, to ids: inout [Int]) {
    storage.append(range, to: &ids)
  }
}

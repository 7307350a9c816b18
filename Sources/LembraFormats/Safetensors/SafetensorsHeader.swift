public import LembraTensor

/// What a safetensors file says of its tensors, without their elements.
///
/// The file is the length of the header in 8 bytes, little-endian; the header, a JSON object that
/// gives each tensor its element type, shape and place; and the elements, row-major, without gaps.
public struct SafetensorsHeader: Sendable {
  /// A tensor in the file.
  public struct Entry: Hashable, Sendable {
    public let name: String
    public let elementType: ElementType
    public let shape: Shape

    /// The place of the elements in the part of the file that follows the header, in bytes.
    public let bytes: Range<Int>
  }

  /// The tensors in the order of their elements in the file.
  public let entries: [Entry]

  /// The free-form texts of the file: the format's `__metadata__`.
  public let metadata: [String: String]

  /// The place in the file where the elements begin.
  let dataOffset: Int

  /// The longest header that is read, 100 MB as in the reference implementation.
  private static let lengthLimit = 100_000_000

  /// Reads the header of the file at `path`.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when the file is truncated, inconsistent or of
  ///   another kind; `notFound` or `fileSystem` when it cannot be read.
  public init(readingFrom path: String) throws(LembraError) {
    try self.init(reading: FileInput(path: path))
  }

  init(reading file: borrowing FileInput) throws(LembraError) {
    let path = file.path
    func fault(_ what: String) -> LembraError {
      LembraError(
        .invalidFile, what, remedy: "make sure that this is a .safetensors file and copy it again",
        at: .init(file: path))
    }
    guard file.size >= 8 else {
      throw fault("the file has \(bytes(file.size)) and no safetensors header")
    }
    let length = try file.bytes(8, at: 0).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= Self.lengthLimit else {
      throw fault(
        "a header of \(length) bytes exceeds the limit of \(Self.lengthLimit), "
          + "so this is no safetensors file")
    }
    guard Int(length) <= file.size - 8 else {
      throw fault(
        "the header should have \(bytes(Int(length))) but the file ends after \(file.size - 8)")
    }
    dataOffset = 8 + Int(length)
    var parser = Parser(path: path)
    var scanner = HeaderScanner(try file.bytes(Int(length), at: 8), path: path)
    try parser.parse(&scanner)
    metadata = parser.metadata
    entries = parser.entries.sorted {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    try Self.check(entries, fill: file.size - dataOffset, path: path)
  }

  /// Throws unless the entries lie one behind the other and fill `count` bytes.
  private static func check(
    _ entries: [Entry], fill count: Int, path: String
  ) throws(LembraError) {
    var end = 0
    for entry in entries {
      let start = entry.bytes.lowerBound
      guard start == end else {
        throw LembraError(
          .invalidFile,
          start < end
            ? "the elements begin at byte \(start), within those of another tensor"
            : "\(bytes(start - end)) before the elements \(belong(start - end)) to no tensor",
          remedy: "write the file again with the program it came from",
          at: .init(file: path, name: entry.name))
      }
      end = entry.bytes.upperBound
    }
    guard end == count else {
      throw LembraError(
        .invalidFile,
        end > count
          ? "the file is truncated: the tensors take \(bytes(end)) and \(count) are there"
          : "\(bytes(count - end)) at the end of the file \(belong(count - end)) to no tensor",
        remedy: "copy or download the file again", at: .init(file: path))
    }
  }
}

private func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }

private func belong(_ count: Int) -> String { count == 1 ? "belongs" : "belong" }

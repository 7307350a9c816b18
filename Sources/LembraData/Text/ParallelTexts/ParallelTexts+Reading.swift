public import LembraTensor

extension ParallelTexts {
  /// Reads two files of as many lines, which belong together line by line.
  ///
  /// Each is text in UTF-8, plain or compressed with gzip; lines end with LF, CRLF or CR. White space
  /// at the ends of a line is left out. Empty lines count.
  ///
  /// - Throws: `LembraError` naming the file, and the line where there is one, when a file cannot be
  ///   read, is no text, is empty, or when one has more lines than the other.
  public init(source: String, target: String) throws(LembraError) {
    let sources = try Self.lines(of: source)
    let targets = try Self.lines(of: target)
    guard sources.count == targets.count else {
      throw LembraError(
        .invalidData,
        "the files do not belong together: \(source) has \(counted(sources.count, "line")), and "
          + "this one \(targets.count)",
        remedy: "give files in which each line has its counterpart on the same line",
        at: .init(file: target))
    }
    self.init(
      sources: sources, targets: targets, lines: Array(1...sources.count), sourceFile: source,
      targetFile: target)
  }

  /// Reads a table of pairs: a line each, a tab between source and target.
  ///
  /// The file is text in UTF-8, plain or compressed with gzip. The first two columns are read; a first
  /// line that names them `source` and `target`, in whatever order, says which they are instead. More
  /// columns are left alone.
  ///
  /// - Throws: `LembraError` naming the file and the line when the file cannot be read, is no text, is
  ///   empty, or when a line has no tab.
  public init(readingFrom path: String) throws(LembraError) {
    let text = try Self.text(of: path)
    var rows = text.tabSeparatedRows
    var (source, target) = (0, 1)
    if let names = rows.first?.fields.map({ $0.withoutBlanks.lowercased() }),
      let first = names.firstIndex(of: "source"), let second = names.firstIndex(of: "target")
    {
      (source, target) = (first, second)
      rows.removeFirst()
    }
    if let row = rows.first(where: { $0.fields.count <= max(source, target) }) {
      throw LembraError(
        .invalidData, "there is no target on this line",
        remedy: "put a tab between source and target, or give two files",
        at: .init(file: path, line: row.line))
    }
    guard !rows.isEmpty else { throw Self.empty(path) }
    self.init(
      sources: rows.map { $0.fields[source].withoutBlanks },
      targets: rows.map { $0.fields[target].withoutBlanks }, lines: rows.map(\.line),
      sourceFile: path, targetFile: path)
  }

  /// The lines of a file, plain or compressed, without white space at their ends.
  ///
  /// - Throws: `LembraError` when the file cannot be read, is no text in UTF-8, or is empty.
  public static func lines(of path: String) throws(LembraError) -> [String] {
    let text = try text(of: path)
    let lines = text.lines.map { text.text($0.range).withoutBlanks }
    guard !lines.isEmpty else { throw empty(path) }
    return lines
  }

  private static func text(of path: String) throws(LembraError) -> TextBytes {
    let bytes = try readBytes(ofFileAt: path)
    return try TextBytes(
      Gzip.isCompressed(bytes) ? Gzip.decompressed(bytes, file: path) : bytes, file: path)
  }

  private static func empty(_ path: String) -> LembraError {
    LembraError(
      .invalidData, "the file is empty", remedy: "give a file with a text on each line",
      at: .init(file: path))
  }
}

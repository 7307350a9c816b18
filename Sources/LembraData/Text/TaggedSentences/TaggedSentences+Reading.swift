public import LembraTensor

extension TaggedSentences {
  /// Reads the file at `path`.
  ///
  /// The file is text in UTF-8, with or without a byte order mark; lines end with LF, CRLF or CR.
  ///
  /// - Parameters:
  ///   - path: a file of one of the formats of ``TaggedSentenceOptions/Format``.
  ///   - options: which columns to read, and how.
  /// - Throws: `LembraError` naming the file and the line when the file cannot be read, is no text
  ///   in UTF-8 (with the byte), holds no sentence, or has a line with too few columns; when a
  ///   column is asked for twice, or tags are required and there are none.
  public init(
    readingFrom path: String, options: TaggedSentenceOptions = TaggedSentenceOptions()
  ) throws(LembraError) {
    try self.init(bytes: readBytes(ofFileAt: path), file: path, options: options)
  }

  /// Reads the bytes of a file; `file` is its name for the format and for messages.
  public init(
    bytes: [UInt8], file: String? = nil, options: TaggedSentenceOptions = TaggedSentenceOptions()
  ) throws(LembraError) {
    let text = try TextBytes(bytes, file: file)
    var reader = try TaggedSentenceReader(text, options: options, file: file)
    self = try reader.sentences()
  }
}

/// Reads sentences line by line.
private struct TaggedSentenceReader {
  private let text: TextBytes
  private let options: TaggedSentenceOptions
  private let file: String?
  private let format: TaggedSentenceOptions.Format
  private let hasComments: Bool

  private var layout: TaggedSentenceLayout?
  private var fields: [Range<Int>] = []
  private var words: [String] = []
  private var features: [[String]]
  private var tags: [String] = []
  private var lines: [Int] = []
  private var offsets = [0]

  init(_ text: TextBytes, options: TaggedSentenceOptions, file: String?) throws(LembraError) {
    self.text = text
    self.options = options
    self.file = file
    format = options.format ?? .detected(in: text, file: file)
    hasComments = options.hasComments ?? (format == .conllu)
    features = Array(repeating: [], count: format == .plain ? 0 : options.featureColumns.count)
    let asked = options.featureColumns + [options.wordColumn, options.tagColumn].compactMap { $0 }
    if let column = asked.first(where: { !(0...65_535).contains($0) }) {
      throw optionFailure(
        "there is no column \(column)",
        remedy: "count the columns from 0, the first, to at most 65535")
    }
    if format == .plain, options.tags == .required {
      throw optionFailure(
        "plain text has no tags", remedy: "give a file in columns, with a tag for every word")
    }
  }

  mutating func sentences() throws(LembraError) -> TaggedSentences {
    for line in text.lines {
      let isComment = hasComments && text.bytes[line.range].first == UInt8(ascii: "#")
      if isComment { continue }
      if isBlank(line.range) || (format == .conll && isDocumentStart(line.range)) {
        endSentence()
      } else if format == .plain {
        appendWords(line)
      } else {
        try appendToken(line)
      }
    }
    endSentence()
    guard !words.isEmpty else {
      throw LembraError(
        .invalidData, "the file holds no sentence",
        remedy: format == .plain
          ? "give a file with a sentence a line"
          : "give a file with a word and its tag a line, and a blank line behind each sentence",
        at: .init(file: file))
    }
    var columns = layout?.columns ?? TaggedSentences.Columns(word: 0)
    // An underscore is how CoNLL-U leaves a field open.
    if format == .conllu, let tag = columns.tag, tags.allSatisfy({ $0 == "_" }) {
      guard options.tags == .ifPresent else {
        throw LembraError(
          .invalidData, "column \(tag) is left open (_) for every word",
          remedy: "choose another column of tags (--tag), counted from 0", at: .init(file: file))
      }
      tags = []
      columns = TaggedSentences.Columns(word: columns.word, features: columns.features)
    }
    return TaggedSentences(
      words: words, features: features, tags: tags, lines: lines, offsets: offsets,
      columns: columns, file: file)
  }

  // MARK: - Lines

  private func isBlank(_ range: Range<Int>) -> Bool {
    range.allSatisfy { text.bytes[$0].isBlank }
  }

  private func isDocumentStart(_ range: Range<Int>) -> Bool {
    let mark = "-DOCSTART-".utf8
    let bytes = text.bytes[range]
    return bytes.starts(with: mark) && bytes.dropFirst(mark.count).first?.isBlank ?? true
  }

  private mutating func endSentence() {
    if words.count > offsets[offsets.count - 1] { offsets.append(words.count) }
  }

  private mutating func appendWords(_ line: LineRanges.Line) {
    split(line.range, isTabbed: false)
    for field in fields {
      words.append(text.text(field))
      lines.append(line.number)
    }
    endSentence()
  }

  private mutating func appendToken(_ line: LineRanges.Line) throws(LembraError) {
    let isTabbed =
      layout?.isTabbed
      ?? (format == .conllu || text.bytes[line.range].contains(UInt8(ascii: "\t")))
    split(line.range, isTabbed: isTabbed)
    if format == .conllu, try !isToken(line) { return }
    if layout == nil {
      layout = try TaggedSentenceLayout(
        options, format: format, width: fields.count, isTabbed: isTabbed, line: line.number,
        file: file)
    }
    guard let layout else { return }
    try layout.check(width: fields.count, line: line.number)
    guard !fields[layout.columns.word].isEmpty else {
      throw LembraError(
        .invalidData, "the word in column \(layout.columns.word) is empty",
        remedy: "write the word, or remove the line", at: .init(file: file, line: line.number))
    }
    words.append(text.text(fields[layout.columns.word]))
    for (place, column) in layout.columns.features.enumerated() {
      features[place].append(text.text(fields[column]))
    }
    if let tag = layout.columns.tag {
      guard !fields[tag].isEmpty else {
        throw LembraError(
          .invalidData, "the tag in column \(tag) is empty", remedy: "write the tag of the word",
          at: .init(file: file, line: line.number))
      }
      tags.append(text.text(fields[tag]))
    }
    lines.append(line.number)
  }

  /// Whether a line of CoNLL-U is a word of its own, and neither a range of them nor an empty one.
  private func isToken(_ line: LineRanges.Line) throws(LembraError) -> Bool {
    guard fields.count == 10 else {
      throw LembraError(
        .invalidData, "this line has \(counted(fields.count, "column")), and CoNLL-U has 10",
        remedy: "separate ten columns by tabs, with _ in those left open",
        at: .init(file: file, line: line.number))
    }
    let number = text.bytes[fields[0]]
    let isDigits = number.allSatisfy { (0x30...0x39).contains($0) }
    if isDigits, !number.isEmpty { return true }
    guard number.contains(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }) else {
      throw LembraError(
        .invalidData, "\(quoted(text.text(fields[0]))) is no number of a word",
        remedy: "number the words from 1 in the first column",
        at: .init(file: file, line: line.number))
    }
    return false
  }

  /// Divides a line into fields: at every tab, or at runs of blanks and tabs.
  private mutating func split(_ range: Range<Int>, isTabbed: Bool) {
    fields.removeAll(keepingCapacity: true)
    var start = range.lowerBound
    var end = range.upperBound
    while end > start, format != .conllu, text.bytes[end - 1].isBlank { end -= 1 }
    for position in start..<end
    where isTabbed ? text.bytes[position] == UInt8(ascii: "\t") : text.bytes[position].isBlank {
      if isTabbed || position > start { fields.append(text.bytes.trimmed(start..<position)) }
      start = position + 1
    }
    if isTabbed || end > start { fields.append(text.bytes.trimmed(start..<end)) }
  }

  private func optionFailure(_ message: String, remedy: String) -> LembraError {
    LembraError(.invalidOption, message, remedy: remedy, at: .init(file: file))
  }
}

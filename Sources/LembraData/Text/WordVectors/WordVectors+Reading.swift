public import LembraTensor

extension WordVectors {
  /// Reads the vectors of some words from the file at `path`, line by line.
  ///
  /// A line is a word and its numbers, separated by blanks. The first line of word2vec's format says
  /// how many vectors there are and how long; that of GloVe has none. A word may hold blanks itself.
  /// Of a word that occurs twice, the first vector counts. Words that are no text in UTF-8 can be
  /// none of the wanted and are passed over.
  ///
  /// - Parameters:
  ///   - path: vectors as text, not compressed.
  ///   - wanted: the words whose vectors are kept.
  ///   - size: D, where another size would be of no use.
  /// - Throws: `LembraError` naming the line when a vector has more or fewer numbers than the first,
  ///   a wanted one holds what is no finite number, or the file has more or fewer vectors than its
  ///   first line says; when the size is not `size`, or the file cannot be read.
  public init(
    readingFrom path: String, wanted: Set<String>, size: Int? = nil
  ) throws(LembraError) {
    var reader = try WordVectorReader(path: path, wanted: wanted, size: size)
    self = try reader.vectors()
  }
}

/// Reads vectors line by line.
private struct WordVectorReader {
  private let path: String
  private let wanted: Set<String>
  private let wantedSize: Int?
  private var lines: StreamedLines

  /// What the header promises: the number of vectors.
  private var promisedCount: Int?
  /// D, once it is known.
  private var size: Int?
  private var count = 0
  private var found: Set<String> = []
  private var words: [String] = []
  private var values: [Float] = []

  init(path: String, wanted: Set<String>, size: Int?) throws(LembraError) {
    self.path = path
    self.wanted = wanted
    wantedSize = size
    lines = try StreamedLines(readingFrom: path)
  }

  mutating func vectors() throws(LembraError) -> WordVectors {
    while let line = try lines.advance() {
      let range = lines.buffer.trimmed(line)
      if range.isEmpty { continue }
      if lines.number == 1, try readHeader(range) { continue }
      try readVector(range)
    }
    guard let size, count > 0 else {
      throw LembraError(
        .invalidData, "the file holds no vectors",
        remedy: "give a file with a word and its numbers a line", at: .init(file: path))
    }
    if let promisedCount, promisedCount != count {
      throw failure(
        "the first line promises \(counted(promisedCount, "vector")), and the file has \(count)",
        remedy: "get the file again, since it seems to be cut off, or mend the first line", line: 1)
    }
    return WordVectors(size: size, words: words, values: values, fileCount: count)
  }

  /// Reads the first line if it is two whole numbers: how many vectors, and how long.
  private mutating func readHeader(_ range: Range<Int>) throws(LembraError) -> Bool {
    let fields = lines.buffer[range].split(whereSeparator: \.isBlank)
      .map { String(decoding: $0, as: UTF8.self) }
    guard fields.count == 2, let count = Int(fields[0]), let size = Int(fields[1]), count >= 0,
      size > 0
    else { return false }
    promisedCount = count
    try settle(size)
    return true
  }

  private mutating func settle(_ size: Int) throws(LembraError) {
    if let wantedSize, wantedSize != size {
      throw failure(
        "the vectors have \(counted(size, "number")), and \(wantedSize) are needed",
        remedy: "give vectors of \(wantedSize), or choose a size of \(size)")
    }
    self.size = size
  }

  private mutating func readVector(_ range: Range<Int>) throws(LembraError) {
    if size == nil {
      let count = lines.buffer[range].split(whereSeparator: \.isBlank).count - 1
      guard count > 0 else {
        throw failure(
          "this line is no vector: it holds no number behind a word",
          remedy: "give vectors as text, as GloVe and word2vec with -binary 0 write them")
      }
      try settle(count)
    }
    let size = size ?? 0
    let (end, numberCount) = wordEnd(in: range, size: size)
    guard numberCount == size, end > range.lowerBound else {
      throw wrongCount(numberCount, size)
    }
    count += 1
    let bytes = lines.buffer[range.lowerBound..<end]
    // The last field of a word with blanks is no number, or there would be one too many.
    if let blank = bytes.lastIndex(where: \.isBlank),
      Float(String(decoding: bytes[(blank + 1)...], as: UTF8.self)) != nil
    {
      throw wrongCount(size + 1, size)
    }
    guard let word = String(validating: bytes, as: UTF8.self), wanted.contains(word),
      found.insert(word).inserted
    else { return }
    words.append(word)
    try readNumbers(end..<range.upperBound, word)
  }

  /// Where the word ends in a line that `size` numbers end, and how many fields are behind it.
  private func wordEnd(in range: Range<Int>, size: Int) -> (end: Int, numberCount: Int) {
    let buffer = lines.buffer
    var end = range.upperBound
    var numberCount = 0
    while numberCount < size, end > range.lowerBound {
      var start = end
      while start > range.lowerBound, !buffer[start - 1].isBlank { start -= 1 }
      guard start > range.lowerBound else { return (start, numberCount) }
      numberCount += 1
      end = start
      while end > range.lowerBound, buffer[end - 1].isBlank { end -= 1 }
    }
    return (end, numberCount)
  }

  private mutating func readNumbers(_ range: Range<Int>, _ word: String) throws(LembraError) {
    for field in lines.buffer[range].split(whereSeparator: \.isBlank) {
      guard let value = decimalFloat(field), value.isFinite else {
        throw failure(
          "\(quoted(String(decoding: field, as: UTF8.self))) in the vector of \(quoted(word)) is no finite number",
          remedy: "mend the line, or remove it")
      }
      values.append(value)
    }
  }

  private func wrongCount(_ count: Int, _ size: Int) -> LembraError {
    failure(
      "this line has \(counted(count, "number"))\(count > size ? " or more" : "") where "
        + (promisedCount == nil ? "the first has \(size)" : "the first line promises \(size)"),
      remedy: "mend the line; a file in the binary format of word2vec has to be converted to text")
  }

  private func failure(_ message: String, remedy: String, line: Int? = nil) -> LembraError {
    LembraError(
      .invalidData, message, remedy: remedy, at: .init(file: path, line: line ?? lines.number))
  }
}

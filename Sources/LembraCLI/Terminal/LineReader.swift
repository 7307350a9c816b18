import LembraData
import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads lines of UTF-8 as they come, from a file or from standard input.
struct LineReader: ~Copyable {
  private let descriptor: Int32
  private let name: String
  private var rest: [UInt8] = []

  /// How much of `rest` is known to hold no end of a line.
  private var searched = 0

  /// The lines of a compressed file that were not given yet.
  private var unpacked: ArraySlice<String>?
  private var lineCount = 0
  private var isAtEnd = false

  /// Opens the file at `path`, or standard input for `-`.
  ///
  /// - Throws: `LembraError` when it cannot be opened.
  init(path: String) throws(LembraError) {
    name = path == "-" ? "standard input" : path
    descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor < 0 else { return }
    let isMissing = errno == ENOENT || errno == ENOTDIR
    throw LembraError(
      isMissing ? .notFound : .fileSystem,
      "cannot open the file: \(String(cString: strerror(errno)))",
      remedy: isMissing ? "mend its name" : "make sure that you may read it",
      at: .init(file: path))
  }

  deinit {
    if descriptor > STDIN_FILENO { close(descriptor) }
  }

  /// The lines that have come since the last call, without their ends; nil after the last.
  ///
  /// It waits until there is at least one, and does not wait for more.
  ///
  /// - Throws: `LembraError` naming the line that is no text in UTF-8, or when nothing can be read.
  mutating func next() throws(LembraError) -> [String]? {
    while true {
      if let lines = unpacked {
        guard !lines.isEmpty else { return nil }
        unpacked = lines.dropFirst(Self.mostLines)
        return Array(lines.prefix(Self.mostLines))
      }
      if let end = rest[searched...].lastIndex(of: 0x0A) {
        let whole = rest[..<end]
        let lines = try texts(of: whole)
        rest.removeSubrange(...end)
        searched = rest.count
        return lines
      }
      searched = rest.count
      if isAtEnd {
        guard !rest.isEmpty else { return nil }
        let lines = try texts(of: rest[...])
        (rest, searched) = ([], 0)
        return lines
      }
      try fill()
    }
  }

  private mutating func fill() throws(LembraError) {
    var reason: Int32 = 0
    let capacity = 1 << 16
    let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      let result = read(descriptor, buffer.baseAddress, capacity)
      reason = result < 0 ? errno : 0
      count = max(result, 0)
    }
    if reason == EINTR { return }
    guard reason == 0 else {
      throw LembraError(
        .fileSystem, "cannot read: \(String(cString: strerror(reason)))",
        remedy: reason == EISDIR
          ? "name a file inside this folder" : "look at the disk and the file",
        at: .init(file: name))
    }
    if lineCount == 0, rest.isEmpty, chunk.starts(with: [0x1F, 0x8B]) { return try unpack() }
    rest += chunk
    isAtEnd = chunk.isEmpty
  }

  /// Reads a file that is compressed as a whole.
  private mutating func unpack() throws(LembraError) {
    guard descriptor > STDIN_FILENO else {
      throw LembraError(
        .invalidData, "this is compressed with gzip", remedy: "pipe it through gunzip first",
        at: .init(file: name))
    }
    unpacked = try ParallelTexts.lines(of: name)[...]
  }

  /// How many lines of a compressed file are answered at a time.
  private static let mostLines = 1_000

  private mutating func texts(of bytes: ArraySlice<UInt8>) throws(LembraError) -> [String] {
    var lines: [String] = []
    // A line ends with LF, CRLF or CR.
    let ends = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { $0.last == 0x0D ? $0.dropLast() : $0 }
      .flatMap { $0.split(separator: 0x0D, omittingEmptySubsequences: false) }
    for line in ends {
      lineCount += 1
      var ink = line
      if lineCount == 1, ink.starts(with: [0xEF, 0xBB, 0xBF]) { ink = ink.dropFirst(3) }
      guard let text = String(validating: ink, as: UTF8.self) else {
        throw LembraError(
          .invalidData, "this line is no text in UTF-8",
          remedy: "save the file as UTF-8, or convert it with iconv",
          at: .init(file: name, line: lineCount))
      }
      lines.append(text)
    }
    return lines
  }
}

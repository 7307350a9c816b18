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
      if let end = rest.lastIndex(of: 0x0A) {
        let whole = rest[..<end]
        let lines = try texts(of: whole)
        rest.removeSubrange(...end)
        return lines
      }
      if isAtEnd {
        guard !rest.isEmpty else { return nil }
        let lines = try texts(of: rest[...])
        rest = []
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
    rest += chunk
    isAtEnd = chunk.isEmpty
  }

  private mutating func texts(of bytes: ArraySlice<UInt8>) throws(LembraError) -> [String] {
    var lines: [String] = []
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      lineCount += 1
      var ink = line.last == 0x0D ? line.dropLast() : line
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

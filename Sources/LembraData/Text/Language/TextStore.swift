#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

import LembraTensor

/// The bytes of a text that can be read at any place: those of an open file, or of memory.
final class TextStore: Sendable {
  /// The name of the file, for messages.
  let name: String?
  /// The number of bytes.
  let count: Int
  private let content: Content

  private enum Content {
    case memory([UInt8])
    /// An open file, closed when the store is released.
    case file(Int32)
  }

  init(_ bytes: [UInt8], name: String?) {
    self.name = name
    count = bytes.count
    content = .memory(bytes)
  }

  /// Opens the file at `path`; what comes through a pipe is copied into a temporary file.
  init(readingFrom path: String) throws(LembraError) {
    name = path
    var descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw readFailure(path, errno) }
    var status = stat()
    let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : S_IFREG
    guard kind != S_IFDIR else {
      close(descriptor)
      throw readFailure(path, EISDIR)
    }
    if kind == S_IFREG {
      count = Int(status.st_size)
    } else {
      let source = descriptor
      defer { close(source) }
      (descriptor, count) = try copied(source, path)
    }
    content = .file(descriptor)
  }

  deinit {
    if case .file(let descriptor) = content { close(descriptor) }
  }

  /// The bytes at `range`.
  ///
  /// - Throws: `LembraError` when the file has become shorter or the disk refuses.
  func bytes(_ range: Range<Int>) throws(LembraError) -> [UInt8] {
    switch content {
    case .memory(let bytes): return Array(bytes[range])
    case .file(let descriptor):
      var reason: Int32 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
        while count < range.count {
          let rest = UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[count..<range.count])
          let result = pread(
            descriptor, rest.baseAddress, rest.count, off_t(range.lowerBound + count))
          if result == 0 { return }
          if result > 0 { count += result }
          if result < 0, errno != EINTR {
            reason = errno
            return
          }
        }
      }
      guard reason == 0 else { throw readFailure(name ?? "", reason) }
      guard bytes.count == range.count else {
        throw LembraError(
          .invalidFile, "the file became shorter while it was read",
          remedy: "wait until it is complete and try again", at: .init(file: name))
      }
      return bytes
    }
  }

  /// The error that the byte at `offset` is no text; the text begins at `start`.
  func encodingFailure(at offset: Int, start: Int) throws(LembraError) -> LembraError {
    var place = TextPlace()
    var position = start
    while position < offset {
      let end = min(offset, position + 1 << 20)
      place.advance(over: try bytes(position..<end))
      position = end
    }
    return TextEncoding.failure(try bytes(offset..<offset + 1)[0], at: place, file: name)
  }
}

/// Copies what can be read from `source` into a temporary file and returns that and its size.
private func copied(_ source: Int32, _ path: String) throws(LembraError) -> (Int32, Int) {
  let file = try TemporaryFile()
  var size = 0
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(source, &buffer, buffer.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw readFailure(path, errno) }
    guard count > 0 else { return (try file.duplicated(), size) }
    try file.append(buffer[..<count])
    size += count
  }
}

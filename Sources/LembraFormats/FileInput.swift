#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

import LembraTensor

/// A regular file opened for reading at any place.
struct FileInput: ~Copyable {
  let path: String

  /// The size in bytes when the file was opened.
  let size: Int
  private let descriptor: Int32

  /// Opens the file at `path`.
  ///
  /// - Throws: `LembraError` with code `notFound` when there is none, `fileSystem` when it may not
  ///   be read, `invalidFile` when it is a folder, a pipe or a device.
  init(path: String) throws(LembraError) {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    self.path = path
    guard descriptor >= 0 else {
      let reason = errno
      let isMissing = reason == ENOENT || reason == ENOTDIR
      throw LembraError(
        isMissing ? .notFound : .fileSystem,
        "cannot open the file: \(String(cString: strerror(reason)))",
        remedy: isMissing ? "mend its name" : "make sure that you may read it",
        at: .init(file: path))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw LembraError(
        .invalidFile, "this is no regular file", remedy: "give the name of a file",
        at: .init(file: path))
    }
    size = Int(status.st_size)
  }

  deinit {
    close(descriptor)
  }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - Throws: `LembraError` when the file has ended meanwhile or the disk refuses.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(LembraError) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        throw LembraError(
          .invalidFile, "the file became shorter while it was read",
          remedy: "wait until it is complete and try again", at: .init(file: path))
      } else if errno != EINTR {
        throw LembraError(
          .fileSystem, "cannot read the file: \(String(cString: strerror(errno)))",
          remedy: "look at the disk, then try again", at: .init(file: path))
      }
    }
  }

  /// The `count` bytes from `offset` on.
  func bytes(_ count: Int, at offset: Int) throws(LembraError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(LembraError) in try read(into: buffer, at: offset) }
    }.get()
    return bytes
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

import LembraTensor

/// A file without a name, which the system removes with the last that uses it.
struct TemporaryFile: ~Copyable {
  private let descriptor: Int32
  private let folder: String

  /// Creates an empty file in the folder that `TMPDIR` names, `/tmp` without one.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder refuses.
  init() throws(LembraError) {
    folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = Array((folder + "/lembra-XXXXXX").utf8CString)
    descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw Self.failure(folder, errno) }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit {
    close(descriptor)
  }

  /// Writes `bytes` behind what the file holds.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the disk refuses.
  func append(_ bytes: ArraySlice<UInt8>) throws(LembraError) {
    let reason = bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count >= 0 { done += count } else if errno != EINTR { return errno }
      }
      return 0
    }
    guard reason == 0 else { throw Self.failure(folder, reason) }
  }

  /// The first `count` bytes of the file in memory, read from the disk as they are looked at.
  ///
  /// They stay when the file is closed, and are given back with `munmap`.
  func mapped(_ count: Int) throws(LembraError) -> UnsafeRawBufferPointer {
    guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED
    else { throw Self.failure(folder, errno) }
    return UnsafeRawBufferPointer(start: start, count: count)
  }

  /// The open file once more, which is the caller's to close.
  func duplicated() throws(LembraError) -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw Self.failure(folder, errno) }
    return copy
  }

  private static func failure(_ folder: String, _ reason: Int32) -> LembraError {
    LembraError(
      .fileSystem, "cannot keep a temporary file here: \(String(cString: strerror(reason)))",
      remedy: "make room, or set TMPDIR to a folder that has some", at: .init(file: folder))
  }
}

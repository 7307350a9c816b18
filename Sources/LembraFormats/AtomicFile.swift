#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

public import LembraTensor

/// Writing whole files so that a reader, a crash or a full disk never meets half of one.
public enum AtomicFile {
  /// Writes `bytes` to a temporary file beside `path`, flushes it to the disk and renames it.
  ///
  /// An earlier file at `path` stays as it was until the rename, and for good when this throws.
  /// A device or a pipe (`/dev/stdout`) is written to as it is.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder or the disk refuses.
  public static func write(_ bytes: some Collection<UInt8>, to path: String) throws(LembraError) {
    let temporary = isSpecial(path) ? path : "\(path).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("cannot create a file here", path, errno) }
    do throws(LembraError) {
      try writeAll(bytes, to: descriptor, path: path)
      guard temporary == path || fsync(descriptor) == 0 else {
        throw failure("cannot finish writing", path, errno)
      }
    } catch {
      close(descriptor)
      if temporary != path { unlink(temporary) }
      throw error
    }
    guard close(descriptor) == 0, temporary == path || rename(temporary, path) == 0 else {
      let reason = errno
      if temporary != path { unlink(temporary) }
      throw failure("cannot put the finished file in its place", path, reason)
    }
  }

  /// Writes `text` as UTF-8; see ``write(_:to:)-(Collection<UInt8>,_)``.
  public static func write(_ text: String, to path: String) throws(LembraError) {
    try write(text.utf8, to: path)
  }

  /// Whether `path` names something other than a regular file, which a rename would replace.
  private static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }

  private static func writeAll(
    _ bytes: some Collection<UInt8>, to descriptor: Int32, path: String
  ) throws(LembraError) {
    let whole = bytes.withContiguousStorageIfAvailable { buffer in
      writeAll(UnsafeRawBufferPointer(buffer), to: descriptor)
    }
    let reason = whole ?? Array(bytes).withUnsafeBytes { writeAll($0, to: descriptor) }
    if reason != 0 { throw failure("cannot write all of the file", path, reason) }
  }

  /// Returns 0, or the `errno` of the write that failed.
  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = UnsafeRawBufferPointer(rebasing: rest)
      let written = systemWrite(descriptor, chunk.baseAddress, chunk.count)
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  private static func failure(_ what: String, _ path: String, _ reason: Int32) -> LembraError {
    let remedy =
      switch reason {
      case ENOSPC, EDQUOT: "free some space on this disk or choose another place"
      case EACCES, EPERM, EROFS: "choose a folder that you may write to"
      case ENOENT, ENOTDIR: "create the folder first or mend its name"
      default: "look at the disk and the folder, then try again"
      }
    return LembraError(
      .fileSystem, "\(what): \(String(cString: strerror(reason)))", remedy: remedy,
      at: .init(file: path))
  }
}

#if canImport(Glibc)
  private let systemWrite = Glibc.write
#elseif canImport(Darwin)
  private let systemWrite = Darwin.write
#endif

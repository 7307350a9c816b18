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
    try write(to: path) { output throws(LembraError) in
      let whole = bytes.withContiguousStorageIfAvailable { buffer in
        Result { () throws(LembraError) in try output.append(UnsafeRawBufferPointer(buffer)) }
      }
      if let whole { return try whole.get() }
      try output.append(Array(bytes))
    }
  }

  /// Writes what `body` appends, piece by piece, with the promises of
  /// ``write(_:to:)-(Collection<UInt8>,_)``.
  package static func write(
    to path: String, _ body: (FileOutput) throws(LembraError) -> Void
  ) throws(LembraError) {
    let temporary = isSpecial(path) ? path : "\(path).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw FileOutput.failure("cannot create a file here", path, errno)
    }
    do throws(LembraError) {
      try body(FileOutput(descriptor: descriptor, path: path))
      guard temporary == path || fsync(descriptor) == 0 else {
        throw FileOutput.failure("cannot finish writing", path, errno)
      }
    } catch {
      close(descriptor)
      if temporary != path { unlink(temporary) }
      throw error
    }
    guard close(descriptor) == 0, temporary == path || rename(temporary, path) == 0 else {
      let reason = errno
      if temporary != path { unlink(temporary) }
      throw FileOutput.failure("cannot put the finished file in its place", path, reason)
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
}

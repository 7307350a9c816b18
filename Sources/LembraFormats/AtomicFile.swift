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
    if isSpecial(path) {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      try fill(descriptor, path, isTemporary: false, body)
      guard close(descriptor) == 0 else {
        throw FileOutput.failure("cannot finish writing", path, errno)
      }
      return
    }
    let target = resolved(path)
    let temporary = "\(target).\(getpid()).tmp"
    // What a killed process with this number may have left.
    unlink(temporary)
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let descriptor = open(temporary, flags, permissions(of: target))
    do throws(LembraError) {
      try fill(descriptor, path, isTemporary: true, body)
      guard close(descriptor) == 0, rename(temporary, target) == 0 else {
        throw FileOutput.failure("cannot put the finished file in its place", path, errno)
      }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Writes to an open file, which it closes when it throws.
  private static func fill(
    _ descriptor: Int32, _ path: String, isTemporary: Bool,
    _ body: (FileOutput) throws(LembraError) -> Void
  ) throws(LembraError) {
    guard descriptor >= 0 else {
      throw FileOutput.failure("cannot create a file here", path, errno)
    }
    do throws(LembraError) {
      try body(FileOutput(descriptor: descriptor, path: path))
      guard !isTemporary || fsync(descriptor) == 0 else {
        throw FileOutput.failure("cannot finish writing", path, errno)
      }
    } catch {
      close(descriptor)
      throw error
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

  /// The file that `path` leads to through symbolic links, which are kept.
  private static func resolved(_ path: String) -> String {
    guard let name = realpath(path, nil) else { return path }
    defer { free(name) }
    return String(cString: name)
  }

  /// The permissions of an earlier file, or those of a new one.
  private static func permissions(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o644
  }
}

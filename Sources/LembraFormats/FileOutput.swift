#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

package import LembraTensor

/// An open file that bytes are appended to.
package struct FileOutput {
  let descriptor: Int32
  let path: String

  /// Appends `bytes`.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the disk refuses.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(LembraError) {
    let reason = Self.write(bytes, to: descriptor)
    if reason != 0 { throw Self.failure("cannot write all of the file", path, reason) }
  }

  /// Writes all of `bytes` to an open file or stream; returns 0, or the `errno` of what failed.
  package static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let chunk = UnsafeRawBufferPointer(rebasing: rest)
      let written = systemWrite(descriptor, chunk.baseAddress, chunk.count)
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if written == 0 {
        return EIO
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  /// Appends `bytes`.
  package func append(_ bytes: [UInt8]) throws(LembraError) {
    try bytes.withUnsafeBytes { bytes in
      Result { () throws(LembraError) in try append(bytes) }
    }.get()
  }

  /// The error for a call that the system refused with the `errno` given as `reason`.
  static func failure(_ what: String, _ path: String, _ reason: Int32) -> LembraError {
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

import LembraFormats
import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The reader of standard output has gone, as `head` does when it has seen enough.
struct ClosedOutput: Error {}

/// Writing to the standard streams without a buffer, so that nothing is lost at an exit.
enum StandardStreams {
  /// Makes a closed pipe an error of one write instead of the end of the process.
  static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// Writes `text` and a line feed to standard output.
  ///
  /// - Throws: ``ClosedOutput`` when nobody reads any more, `LembraError` when the text cannot be
  ///   written, for instance because a disk is full.
  static func printResult(_ text: String) throws {
    try print(text.hasSuffix("\n") ? text : text + "\n")
  }

  /// Writes `text` to standard output as it is.
  ///
  /// - Throws: as ``printResult(_:)``.
  static func print(_ text: String) throws {
    let reason = write(text, to: STDOUT_FILENO)
    if reason == EPIPE { throw ClosedOutput() }
    guard reason == 0 else {
      throw LembraError(
        .fileSystem, "cannot write all of the result: \(String(cString: strerror(reason)))",
        remedy: reason == ENOSPC
          ? "free some space on the disk, or send the result elsewhere"
          : "send the result elsewhere",
        at: .init(name: "standard output"))
    }
  }

  /// Writes `text` to standard error as it is; a stream that cannot be written to is left alone.
  static func printNote(_ text: String) {
    _ = write(text, to: STDERR_FILENO)
  }

  /// Returns 0, or the `errno` of the write that failed.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { FileOutput.write(UnsafeRawBufferPointer($0), to: descriptor) }
  }
}

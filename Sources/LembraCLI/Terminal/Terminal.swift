#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What stands at the other end of a standard stream.
package struct Terminal: Sendable {
  package let descriptor: Int32

  package static let output = Terminal(descriptor: STDOUT_FILENO)
  package static let error = Terminal(descriptor: STDERR_FILENO)

  /// Whether a person looks at the stream, on something that can move its cursor.
  package var isInteractive: Bool {
    isatty(descriptor) == 1 && variable("TERM") != "dumb"
  }

  /// Whether the stream shows colours and its reader has not asked for none (no-color.org).
  package var showsColor: Bool {
    isInteractive && (variable("NO_COLOR") ?? "").isEmpty
  }

  /// The columns of a line now; 80 where that is not known.
  package var width: Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}

/// A command line as it can be typed into a shell.
package struct ShellCommand: CustomStringConvertible, Sendable {
  package var arguments: [String]

  package init(_ arguments: [String]) {
    self.arguments = arguments
  }

  /// The command that is running.
  static var current: ShellCommand { ShellCommand(CommandLine.arguments) }

  /// The command without the folder in which its program lies, which others have elsewhere.
  var portable: ShellCommand {
    let program = arguments.first?.split(separator: "/").last.map(String.init)
    return ShellCommand([program ?? "lembra"] + arguments.dropFirst())
  }

  /// Adds a flag, unless it is there.
  package func adding(_ flag: String) -> ShellCommand {
    arguments.contains(flag) ? self : ShellCommand(arguments + [flag])
  }

  /// Gives an option another value, whether it was there or not.
  package func setting(_ option: String, to value: String) -> ShellCommand {
    var result = arguments
    if let joined = result.lastIndex(where: { $0.hasPrefix(option + "=") }) {
      result[joined] = "\(option)=\(value)"
    } else if let position = result.lastIndex(of: option), position + 1 < result.count {
      result[position + 1] = value
    } else {
      result += [option, value]
    }
    return ShellCommand(result)
  }

  package var description: String {
    arguments.map(Self.quoted).joined(separator: " ")
  }

  /// The word in quotation marks if a shell would take it for something else.
  private static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy { scalar in
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        || "-_./,=:+@%".unicodeScalars.contains(scalar)
    }
    guard word.isEmpty || !plain else { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: #"'\''"#) + "'"
  }
}

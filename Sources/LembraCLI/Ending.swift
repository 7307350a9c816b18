import ArgumentParser
import LembraTensor

/// How the process ends after an error: what it says and its exit status.
///
/// Status 1 is a failure, 2 wrong use. A request for help also comes as an error, with status 0.
struct Ending {
  let text: String
  let status: Int32

  var isFailure: Bool { status != 0 }

  /// The end of a process with these `arguments` after an error.
  init(_ error: any Error, arguments: some Sequence<String>) {
    if let error = error as? LembraError {
      text = "\(error.namingOptions.suggestingDiagnosis(arguments))".withoutControls
      status = error.code == .invalidOption ? 2 : 1
      return
    }
    if let stop = error as? ExitCode {
      text = ""
      status = stop.rawValue
      return
    }
    switch LembraCommand.exitCode(for: error) {
    case .success:
      text = LembraCommand.fullMessage(for: error)
      status = 0
    case .validationFailure:
      let full = LembraCommand.fullMessage(for: error)
      if let fault = LembraCommand.subcommandFault(in: arguments) {
        // What the parser says below its own first line is how the command is used.
        text = "\(fault)".withoutControls + full.drop { !$0.isNewline }
      } else {
        // The parser's own text, but for the word it begins with.
        text = full.hasPrefix("Error: ") ? String(full.dropFirst("Error: ".count)) : full
      }
      status = 2
    default:
      text = LembraCommand.message(for: error)
      status = 1
    }
  }
}

extension String {
  /// The text with control characters other than line feeds replaced, so that a name in a file
  /// cannot command the terminal.
  fileprivate var withoutControls: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          scalar.properties.generalCategory == .control && scalar != "\n" ? "\u{FFFD}" : scalar
        }))
  }
}

extension LembraError {
  /// The error with the options spelt as on the command line: `--window` for `window`.
  fileprivate var namingOptions: LembraError {
    guard code == .invalidOption, let name = location.name else { return self }
    let option = name.split(separator: " ").joined(separator: "-")
    guard Self.options.contains(option) else { return self }
    var error = self
    error.location.name = "--" + option
    return error
  }

  private static let options: Set<String> = [
    "targets", "features", "window", "horizon", "strategy", "validation", "test", "hidden",
    "layers", "dropout", "learning-rate", "schedule", "epochs", "batch", "weight-decay", "momentum",
    "patience", "seed", "seeds", "threads", "steps", "heads", "projection", "recurrent-dropout",
    "zoneout",
  ]
}

extension LembraError {
  /// The error of a training whose numbers are not finite, with the option that tells where it began.
  fileprivate func suggestingDiagnosis(_ arguments: some Sequence<String>) -> LembraError {
    let arguments = Array(arguments)
    guard code == .notFinite, arguments.first == "train", !arguments.contains("--diagnose") else {
      return self
    }
    var error = self
    error.remedy += "; add --diagnose to see in which layer and gate it begins"
    return error
  }
}

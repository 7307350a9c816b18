import ArgumentParser
import LembraData
import LembraTensor

/// The choices of a word as a remedy, the one that was most likely meant before them.
func choices(near word: String, among names: [String]) -> String {
  // Two errors in three letters leave too little to guess by.
  let guess = nearestSpelling(of: word, in: names, within: word.count > 3 ? 2 : 1)
  return (guess.map { "did you mean '\($0)'? " } ?? "")
    + "choose among \(names.joined(separator: ", "))"
}

extension LembraCommand {
  /// What is wrong with the subcommand among `arguments`; nil when each is one, or none is needed.
  static func subcommandFault(in arguments: some Sequence<String>) -> LembraError? {
    var configuration = Self.configuration
    var path = ["lembra"]
    for word in arguments {
      // Every command of this package has a name of its own.
      let known = configuration.subcommands.map { $0.configuration }
      guard !known.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
      path.append(word)
      guard let next = known.first(where: { $0.commandName == word }) else {
        return LembraError(
          .invalidOption, "there is no command '\(path.joined(separator: " "))'",
          remedy: choices(near: word, among: known.compactMap(\.commandName)))
      }
      configuration = next
    }
    return nil
  }
}

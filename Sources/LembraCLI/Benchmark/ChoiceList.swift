package import LembraTensor

/// Some of the words of an enumeration, in the order in which they were asked for.
package struct ChoiceList<Choice>: Sendable
where Choice: RawRepresentable<String> & CaseIterable & Hashable & Sendable {
  package let choices: [Choice]

  /// All there are.
  package init() {
    choices = Array(Choice.allCases)
  }

  /// Reads words with commas between them.
  ///
  /// - Parameters:
  ///   - text: the words.
  ///   - noun: what one of them is called in messages.
  /// - Throws: `LembraError` with code `invalidOption` when there is none or one is unknown.
  package init(_ text: String, noun: String) throws(LembraError) {
    var choices: [Choice] = []
    for word in text.split(separator: ",") {
      guard let choice = Choice(rawValue: String(word)) else {
        throw Self.fault("there is no \(noun) '\(word)'")
      }
      if !choices.contains(choice) { choices.append(choice) }
    }
    guard !choices.isEmpty else { throw Self.fault("there is no \(noun) in this list") }
    self.choices = choices
  }

  private static func fault(_ message: String) -> LembraError {
    LembraError(.invalidOption, message, remedy: "choose among \(ChoiceList().description)")
  }
}

extension ChoiceList: CustomStringConvertible {
  package var description: String { choices.map(\.rawValue).joined(separator: ",") }
}

import ArgumentParser
import LembraModels
import LembraTensor

/// Kinds of network with commas between them.
struct ModelList {
  let kinds: [ForecastArchitecture.Kind]

  static let standard = ModelList(kinds: [.mlp, .rnn, .lstm, .gru, .bilstm, .bigru])
}

extension ModelList {
  init(_ text: String) throws(LembraError) {
    var kinds: [ForecastArchitecture.Kind] = []
    for name in text.split(separator: ",") {
      guard let kind = ForecastArchitecture.Kind(argument: String(name)) else {
        throw LembraError(
          .invalidOption, "there is no model '\(name)'",
          remedy: "choose among \(ForecastArchitecture.Kind.allValueStrings.joined(separator: ","))"
        )
      }
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    guard !kinds.isEmpty else {
      throw LembraError(
        .invalidOption, "there is no model in this list",
        remedy: "choose among \(ForecastArchitecture.Kind.allValueStrings.joined(separator: ","))")
    }
    self.kinds = kinds
  }
}

extension ModelList: CustomStringConvertible {
  var description: String { kinds.map(\.rawValue).joined(separator: ",") }
}

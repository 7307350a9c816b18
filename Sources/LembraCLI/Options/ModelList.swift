import ArgumentParser
package import LembraModels
package import LembraTensor

/// Kinds of network with commas between them.
package struct ModelList {
  package let kinds: [ForecastArchitecture.Kind]

  static let standard = ModelList(kinds: [.mlp, .rnn, .lstm, .gru, .bilstm, .bigru])
}

extension ModelList {
  package init(_ text: String) throws(LembraError) {
    var kinds: [ForecastArchitecture.Kind] = []
    for name in text.split(separator: ",") {
      let kind = try ForecastArchitecture.Kind(named: name)
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
  package var description: String { kinds.map(\.rawValue).joined(separator: ",") }
}

import ArgumentParser
package import LembraLayers
package import LembraModels
package import LembraTensor

/// A kind of network that has a name on the command line.
package protocol ModelKind: Hashable, Sendable, CaseIterable, RawRepresentable
where RawValue == String {
  /// The kinds that are compared where none are named.
  static var compared: [Self] { get }
}

extension ForecastArchitecture.Kind: ModelKind {
  package static var compared: [Self] { [.mlp, .rnn, .lstm, .gru, .bilstm, .bigru] }
}

extension ClassifierArchitecture.Kind: ModelKind {
  package static var compared: [Self] { [.bilstm, .bigru, .birnn, .cnn, .mlp] }
}

extension RecurrentEncoder.Cell: ModelKind {
  package static var compared: [Self] { [.lstm, .gru, .rnn] }
}

extension ModelKind {
  /// The names of all kinds.
  static var names: [String] { allCases.map(\.rawValue) }

  /// The kind of this name, in whatever case.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the kinds, the nearest first.
  init(named name: some StringProtocol) throws(LembraError) {
    guard let kind = Self(rawValue: name.lowercased()) else {
      throw LembraError(
        .invalidOption, "there is no model '\(name)'",
        remedy: choices(near: String(name), among: Self.names))
    }
    self = kind
  }
}

/// Kinds of network with commas between them.
package struct KindList<Kind: ModelKind>: Sendable {
  package let kinds: [Kind]
}

/// Kinds of network that forecast.
package typealias ModelList = KindList<ForecastArchitecture.Kind>

extension KindList {
  static var standard: KindList { KindList(kinds: Kind.compared) }

  package init(_ text: String) throws(LembraError) {
    var kinds: [Kind] = []
    for name in text.split(separator: ",") {
      let kind = try Kind(named: name)
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    guard !kinds.isEmpty else {
      throw LembraError(
        .invalidOption, "there is no model in this list",
        remedy: "choose among \(Kind.names.joined(separator: ","))")
    }
    self.kinds = kinds
  }
}

extension KindList: CustomStringConvertible {
  package var description: String { kinds.map(\.rawValue).joined(separator: ",") }
}

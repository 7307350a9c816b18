import LembraLayers
import LembraModels

/// The cell of a translator, and what its decoder takes from the source, by one name such as
/// `gru+additive`.
struct TranslatorKind: ModelKind {
  var cell: RecurrentEncoder.Cell
  var context: AttentionDecoder.Context

  static let compared = ["lstm", "gru", "lstm+additive", "gru+additive"].compactMap {
    TranslatorKind(rawValue: $0)
  }

  static let allCases = AttentionDecoder.Context.allCases.flatMap { context in
    RecurrentEncoder.Cell.allCases.map { TranslatorKind(cell: $0, context: context) }
  }
}

extension TranslatorKind {
  init?(rawValue: String) {
    guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = kind
  }

  var rawValue: String { TranslatorArchitecture(cell: cell, context: context).name }
}

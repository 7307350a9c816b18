import LembraLayers
import LembraModels

/// Cell, direction and output of a tagger by one name, such as `bilstm-crf`.
struct TaggerKind: ModelKind {
  var cell: RecurrentEncoder.Cell
  var isBidirectional: Bool
  var output: TaggerArchitecture.Output

  static let compared = ["bilstm-crf", "bigru-crf", "birnn-crf", "bilstm"].compactMap {
    TaggerKind(rawValue: $0)
  }

  static let allCases = TaggerArchitecture.Output.allCases.flatMap { output in
    [true, false].flatMap { isBidirectional in
      RecurrentEncoder.Cell.allCases.map { cell in
        TaggerKind(cell: cell, isBidirectional: isBidirectional, output: output)
      }
    }
  }
}

extension TaggerKind {
  init?(rawValue: String) {
    guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = kind
  }

  var rawValue: String {
    (isBidirectional ? "bi" : "") + cell.rawValue + (output == .crf ? "-crf" : "")
  }
}

import LembraLayers
import LembraTensor

/// Checks what sets the cells of a network apart from plain ones, where it may have no recurrent layers.
///
/// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
func requireVariant(
  _ variant: LSTMCell.Variant?, of encoder: RecurrentEncoder.Configuration?, title: String
) throws(LembraError) {
  try require(
    encoder != nil || variant == nil, "\(title) has no recurrent cells to vary",
    "choose a recurrent network, or leave the variant out", "model")
  try encoder?.validateVariant()
}

extension RecurrentEncoder.Cell {
  /// The cell of a network by the network's name, such as `bilstm`; nil if it has none.
  init?(ofNetwork name: String) {
    self.init(rawValue: name.hasPrefix("bi") ? String(name.dropFirst(2)) : name)
  }
}

extension RecurrentEncoder.Configuration {
  /// Checks what sets the cells apart from plain ones.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  func validateVariant() throws(LembraError) {
    for (name, rate) in [
      ("recurrent dropout", variant.recurrentDropout), ("zoneout", variant.zoneout.hidden),
      ("zoneout of cells", variant.zoneout.cell),
    ] {
      try require(
        rate >= 0 && rate < 1, "a rate of \(rate) leaves nothing to learn or is no probability",
        "choose a rate from 0 to below 1", name)
    }
    if let size = variant.projectionSize {
      try require(
        (1...65_536).contains(size), "\(size) is out of range", "choose from 1 to 65536",
        "projection")
    }
    let outputs = variant.projectionSize ?? hiddenSize
    try require(
      variant.heads > 0 && hiddenSize.isMultiple(of: variant.heads)
        && outputs.isMultiple(of: variant.heads),
      "\(variant.heads) heads do not divide \(hiddenSize) units"
        + (outputs == hiddenSize ? "" : " and \(outputs) outputs"),
      "choose a number that divides them", "heads")
    if let misfit {
      throw LembraError(
        .invalidOption, misfit, remedy: "choose an LSTM, or leave that out",
        at: .init(name: "model"))
    }
  }
}

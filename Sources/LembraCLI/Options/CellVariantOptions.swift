import ArgumentParser
import LembraLayers

/// What sets recurrent cells apart from plain ones.
struct CellVariantOptions: ParsableArguments {
  @Flag(help: "Let the gates of an LSTM look at its cell vector.")
  var peepholes = false

  @Flag(help: "Let an LSTM forget as much as it takes in: its input gate is 1 - forget gate.")
  var coupleGates = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Project the outputs of an LSTM to so many numbers.", valueName: "count"))
  var projection: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Divide the units of an LSTM, a GRU, an MGU or an sLSTM into so many heads, which know their own \
      outputs alone.
      """, valueName: "count"))
  var heads: Int?

  @Flag(help: "Normalise the sums of an LSTM, a GRU or an MGU: layer normalisation.")
  var layerNorm = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The rate at which an LSTM, a GRU or an MGU drops elements of its state, the same at all steps.
      """,
      valueName: "rate"))
  var recurrentDropout: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Zoneout: the rate at which units of an LSTM, a GRU or an MGU stay as they were. Of an LSTM's cell \
      vector after a colon, such as 0.05:0.5.
      """, valueName: "rate[:rate]"),
    transform: ZoneoutRates.init)
  var zoneout: ZoneoutRates?

  /// The variant; nil for plain cells.
  var variant: LSTMCell.Variant? {
    let variant = LSTMCell.Variant(
      hasPeepholes: peepholes, couplesGates: coupleGates, projectionSize: projection,
      isNormalized: layerNorm, recurrentDropout: recurrentDropout ?? 0,
      zoneout: zoneout?.zoneout ?? Zoneout(), heads: heads ?? 1)
    return variant == .plain ? nil : variant
  }
}

/// One rate, or two with a colon between them.
struct ZoneoutRates {
  let zoneout: Zoneout

  init(_ text: String) throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Float($0) }
    guard (1...2).contains(parts.count), let hidden = parts[0], let cell = parts.last ?? nil else {
      throw ValidationError("'\(text)' is no rate; write a number such as 0.05, or 0.05:0.5.")
    }
    zoneout = Zoneout(hidden: hidden, cell: parts.count == 2 ? cell : 0)
  }
}

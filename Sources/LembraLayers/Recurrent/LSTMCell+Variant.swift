import LembraTensor

extension LSTMCell {
  /// What sets a cell apart from the plain one; everything can be combined.
  public struct Variant: Hashable, Codable, Sendable {
    /// Whether gates look at the cell vector.
    ///
    ///     i += p_i ⊙ c    f += p_f ⊙ c    o += p_o ⊙ c'
    ///
    /// - Note: Gers and Schmidhuber, "Recurrent nets that time and count", 2000.
    public var hasPeepholes: Bool

    /// Whether the forget gate decides what enters too, `σ(i) = 1 - σ(f)`.
    ///
    /// It takes a quarter less of weights.
    ///
    /// - Note: Greff et al., "LSTM: a search space odyssey", 2017.
    public var couplesGates: Bool

    /// P, the length of outputs `h' = W_p (σ(o) ⊙ tanh(c'))`; nil for those of the units, as they are.
    ///
    /// - Note: Sak, Senior and Beaufays, "Long short-term memory recurrent neural network
    ///   architectures for large scale acoustic modeling", 2014.
    public var projectionSize: Int?

    /// Whether sums are normalised: the gates are split from `LN(W x) + LN(R h)`, each with a gain and
    /// with the cell's biases as shifts, and `h' = σ(o) ⊙ tanh(LN(c'))`.
    ///
    /// - Note: Ba, Kiros and Hinton, "Layer normalization", 2016.
    public var isNormalized: Bool

    /// The rate at which elements of `h` are dropped before `R`, the same at all steps of a sequence.
    ///
    /// - Note: Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent neural
    ///   networks", 2016.
    public var recurrentDropout: Float

    public var zoneout: Zoneout

    /// The number of heads, which divides the numbers of units and of outputs.
    ///
    /// Units and outputs are divided among the heads in order, and the units of a head know its own
    /// outputs alone: `R` is made of blocks, with as much less of weights and of work.
    ///
    /// - Note: Beck et al., "xLSTM: extended long short-term memory", 2024.
    public var heads: Int {
      get { blocks ?? 1 }
      set { blocks = newValue == 1 ? nil : newValue }
    }

    /// The heads where there are several; optional, so that descriptions without it can be read.
    private var blocks: Int?

    public init(
      hasPeepholes: Bool = false, couplesGates: Bool = false, projectionSize: Int? = nil,
      isNormalized: Bool = false, recurrentDropout: Float = 0, zoneout: Zoneout = Zoneout(),
      heads: Int = 1
    ) {
      self.hasPeepholes = hasPeepholes
      self.couplesGates = couplesGates
      self.projectionSize = projectionSize
      self.isNormalized = isNormalized
      self.recurrentDropout = recurrentDropout
      self.zoneout = zoneout
      self.heads = heads
    }

    public static let plain = Variant()

    /// What there is to it in words, with commas between them; `none` for a plain cell.
    public var summary: String {
      var parts: [String] = []
      if hasPeepholes { parts.append("peepholes") }
      if couplesGates { parts.append("coupled gates") }
      if let projectionSize { parts.append("projection to \(projectionSize)") }
      if isNormalized { parts.append("layer normalisation") }
      if recurrentDropout > 0 { parts.append("recurrent dropout \(recurrentDropout)") }
      if zoneout.hidden > 0 { parts.append("zoneout \(zoneout.hidden)") }
      if zoneout.cell > 0 { parts.append("zoneout of cells \(zoneout.cell)") }
      if heads > 1 { parts.append("\(heads) heads") }
      return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }

    var gateCount: Int { couplesGates ? 3 : 4 }

    /// Whether a step is that of a plain cell, noise aside.
    package var isPlain: Bool {
      var other = self
      other.recurrentDropout = 0
      return other == .plain
    }

    package var drawsNoise: Bool { recurrentDropout > 0 || zoneout != Zoneout() }

    /// Traps unless all numbers can be used.
    func check() {
      let rates = [recurrentDropout, zoneout.hidden, zoneout.cell]
      precondition(
        rates.allSatisfy { $0 >= 0 && $0 < 1 } && (projectionSize ?? 1) > 0,
        "LSTMCell: rates from 0 to below 1 and a projection above 0 are needed, not \(self)")
    }
  }
}

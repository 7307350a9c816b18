import LembraTensor

extension GRUCell {
  /// What sets a cell apart from the plain one; everything can be combined.
  public struct Variant: Hashable, Codable, Sendable {
    /// Whether sums are normalised.
    ///
    ///     r, z = σ(LN(W_rz x) + LN(R_rz h))
    ///     n = tanh(LN(W_n x) + r ⊙ LN(R_n h)), or tanh(LN(W_n x) + LN(R_n (r ⊙ h)))
    ///
    /// each with a gain and with the cell's biases as shifts.
    ///
    /// - Note: Ba, Kiros and Hinton, "Layer normalization", 2016.
    public var isNormalized: Bool

    /// The rate at which elements of `h` are dropped before `R`, the same at all steps of a sequence.
    ///
    /// - Note: Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent neural
    ///   networks", 2016.
    public var recurrentDropout: Float

    /// Zoneout of the state, of which a GRU has no other.
    public var zoneout: Float

    /// The number of heads, which divides that of units; see ``LSTMCell/Variant/heads``.
    public var heads: Int {
      get { blocks ?? 1 }
      set { blocks = newValue == 1 ? nil : newValue }
    }

    /// The heads where there are several; optional, so that descriptions without it can be read.
    private var blocks: Int?

    public init(
      isNormalized: Bool = false, recurrentDropout: Float = 0, zoneout: Float = 0, heads: Int = 1
    ) {
      self.isNormalized = isNormalized
      self.recurrentDropout = recurrentDropout
      self.zoneout = zoneout
      self.heads = heads
    }

    /// What a GRU has of a variant of the LSTM.
    package init(_ other: LSTMCell.Variant) {
      self.init(
        isNormalized: other.isNormalized, recurrentDropout: other.recurrentDropout,
        zoneout: other.zoneout.hidden, heads: other.heads)
    }

    public static let plain = Variant()

    /// Whether a step is that of a plain cell, noise aside.
    var isPlain: Bool { !isNormalized && zoneout == 0 && heads == 1 }

    var drawsNoise: Bool { recurrentDropout > 0 || zoneout > 0 }

    /// Traps unless all numbers can be used.
    func check(_ cell: StaticString) {
      precondition(
        [recurrentDropout, zoneout].allSatisfy { $0 >= 0 && $0 < 1 },
        "\(cell): rates from 0 to below 1 are needed, not \(self)")
    }
  }
}

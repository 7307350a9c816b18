package import LembraTensor

extension RecurrentEncoder.Cell {
  /// The name as it is written in text.
  public var title: String {
    switch self {
    case .rnn: "RNN"
    case .lstm: "LSTM"
    case .gru: "GRU"
    case .mgu: "MGU"
    case .slstm: "sLSTM"
    case .mingru: "minGRU"
    case .minlstm: "minLSTM"
    case .indrnn: "IndRNN"
    }
  }

  /// The name with its article.
  private var noun: String {
    switch self {
    case .gru, .mingru, .minlstm: "a \(title)"
    case .rnn, .lstm, .mgu, .slstm, .indrnn: "an \(title)"
    }
  }

  /// The vectors that a state has beside the output.
  package var vectorCount: Int {
    switch self {
    case .lstm: 1
    case .slstm: 3
    case .rnn, .gru, .mgu, .mingru, .minlstm, .indrnn: 0
    }
  }

  /// What cells of this kind lack of a variant, in words; nil if they have it all.
  func misfit(_ variant: LSTMCell.Variant) -> String? {
    var supported = LSTMCell.Variant.plain
    let lack: String
    switch self {
    case .lstm: return nil
    case .gru, .mgu:
      supported.isNormalized = variant.isNormalized
      supported.recurrentDropout = variant.recurrentDropout
      supported.zoneout.hidden = variant.zoneout.hidden
      supported.heads = variant.heads
      lack = "peepholes, coupled gates, projection or cell vector"
    case .slstm:
      supported.heads = variant.heads
      lack = "variants but heads"
    case .rnn, .mingru, .minlstm, .indrnn: lack = "variants"
    }
    return supported == variant ? nil : "\(noun) has no \(lack)"
  }

  /// Calls `use` with what draws cells of this kind: the one place that knows how each is made.
  ///
  /// - Parameters:
  ///   - options: what the cells are made with.
  ///   - use: what is done with them.
  /// - Returns: what `use` returns.
  package func drawn<Use: CellUse>(_ options: CellOptions, for use: Use) -> Use.Result {
    let (units, variant) = (options.hiddenSize, options.variant)
    let initialization = options.initialization
    return switch self {
    case .rnn:
      use {
        RNNCell(
          inputSize: $0, hiddenSize: units, nonlinearity: options.nonlinearity,
          initialization: initialization, key: $1)
      }
    case .lstm:
      use {
        LSTMCell(
          inputSize: $0, hiddenSize: units, variant: variant, initialization: initialization,
          key: $1)
      }
    case .gru:
      use {
        GRUCell(
          inputSize: $0, hiddenSize: units, reset: options.reset,
          variant: GRUCell.Variant(variant), initialization: initialization, key: $1)
      }
    case .mgu:
      use {
        MGUCell(
          inputSize: $0, hiddenSize: units, variant: GRUCell.Variant(variant),
          initialization: initialization, key: $1)
      }
    case .slstm:
      use {
        SLSTMCell(
          inputSize: $0, hiddenSize: units, heads: variant.heads, initialization: initialization,
          key: $1)
      }
    case .mingru:
      use {
        MinGRUCell(inputSize: $0, hiddenSize: units, initialization: initialization, key: $1)
      }
    case .minlstm:
      use {
        MinLSTMCell(inputSize: $0, hiddenSize: units, initialization: initialization, key: $1)
      }
    case .indrnn:
      use {
        IndRNNCell(inputSize: $0, hiddenSize: units, initialization: initialization, key: $1)
      }
    }
  }
}

/// What cells of any kind are made with; each takes what it has.
package struct CellOptions: Sendable {
  /// H, the number of units.
  package var hiddenSize: Int

  /// What sets an LSTM apart from the plain one, and others as far as they have it.
  package var variant = LSTMCell.Variant.plain

  /// The nonlinearity of an RNN.
  package var nonlinearity = RNNCell.Nonlinearity.tanh

  /// Where the reset gate of a GRU acts.
  package var reset = GRUCell.Reset.afterProduct

  /// How weights are drawn.
  package var initialization = RecurrentInitialization.pytorch

  package init(hiddenSize: Int) {
    self.hiddenSize = hiddenSize
  }
}

/// Something that is done with cells whose kind is known when the program runs.
package protocol CellUse {
  associatedtype Result

  /// Does it with cells that `draw` makes, of so many inputs and with random numbers of a key.
  func callAsFunction<Cell: RecurrentCell>(
    _ draw: (_ inputs: Int, _ key: RandomKey) -> Cell
  ) -> Result
}

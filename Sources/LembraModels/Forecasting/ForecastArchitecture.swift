public import LembraLayers

/// The network behind a forecast: which layers, and how large.
public struct ForecastArchitecture: Hashable, Codable, Sendable {
  /// The kinds of network that are compared.
  public enum Kind: String, CaseIterable, Hashable, Codable, Sendable {
    /// A perceptron over the whole window at once.
    case mlp
    case rnn
    case lstm
    case gru
    case mgu
    case slstm
    case mingru
    case minlstm
    case indrnn
    case birnn
    case bilstm
    case bigru
    case bimgu
    case bislstm
    case bimingru
    case biminlstm
    case biindrnn

    /// The name as it is written in text, such as `BiLSTM`.
    public var title: String {
      cell.map { (isBidirectional ? "Bi" : "") + $0.title } ?? rawValue.uppercased()
    }

    /// The recurrent cell, if there is one.
    package var cell: RecurrentEncoder.Cell? { RecurrentEncoder.Cell(ofNetwork: rawValue) }

    var isBidirectional: Bool { rawValue.hasPrefix("bi") }
  }

  /// What of a recurrent network's reading of the window becomes the forecast.
  public enum Readout: String, CaseIterable, Hashable, Codable, Sendable {
    /// The output at the last row. Of the backward direction, that has read the last row alone.
    case lastStep = "last-step"
    /// The last state of each direction, which has read the whole window; backward it ends with the
    /// oldest row.
    case finalStates = "final-states"
  }

  public var kind: Kind

  /// The number of units of each layer and direction, H.
  public var hiddenSize: Int

  /// The number of hidden or recurrent layers.
  public var layerCount: Int

  /// The rate of dropout between layers.
  public var dropout: Float

  /// What stands between the layers of a perceptron.
  public var activation: Activation

  /// The nonlinearity of an RNN.
  public var nonlinearity: RNNCell.Nonlinearity

  /// Where the reset gate of a GRU acts.
  public var reset: GRUCell.Reset

  /// Whether the state before the first step is learnt instead of zero.
  public var learnsInitialState: Bool

  /// What becomes the forecast; it makes a difference to bidirectional networks only.
  public var readout: Readout

  /// How recurrent weights are drawn.
  public var initialization: RecurrentInitialization

  /// What sets the recurrent cells apart from plain ones; nil for plain ones.
  public var variant: LSTMCell.Variant?

  public init(
    _ kind: Kind, hiddenSize: Int = 64, layerCount: Int = 1, dropout: Float = 0,
    activation: Activation = .relu, nonlinearity: RNNCell.Nonlinearity = .tanh,
    reset: GRUCell.Reset = .afterProduct, learnsInitialState: Bool = false,
    readout: Readout = .lastStep,
    initialization: RecurrentInitialization = .pytorch, variant: LSTMCell.Variant? = nil
  ) {
    self.kind = kind
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.dropout = dropout
    self.activation = activation
    self.nonlinearity = nonlinearity
    self.reset = reset
    self.learnsInitialState = learnsInitialState
    self.readout = readout
    self.initialization = initialization
    self.variant = variant
  }

  /// The recurrent layers, where there are any; what else they are made of is not told.
  var encoder: RecurrentEncoder.Configuration? {
    kind.cell.map {
      RecurrentEncoder.Configuration(
        $0, hiddenSize: hiddenSize, layerCount: layerCount,
        isBidirectional: kind.isBidirectional, dropout: dropout, variant: variant ?? .plain)
    }
  }
}

public import ArgumentParser
public import LembraData
public import LembraLayers
public import LembraModels
public import LembraTraining

// The library's own words are the words of the command line.

extension ForecastArchitecture.Kind: ExpressibleByArgument {}
extension ForecastArchitecture.Readout: ExpressibleByArgument {}
extension ForecasterConfiguration.Strategy: ExpressibleByArgument {}
extension ForecastTrainingOptions.Loss: ExpressibleByArgument {}
extension RecurrentKind: ExpressibleByArgument {}
extension RecurrentMode: ExpressibleByArgument {}
extension OptimizerName: ExpressibleByArgument {}
extension Activation: ExpressibleByArgument {}
extension Scaler.Kind: ExpressibleByArgument {}
extension WindowContext: ExpressibleByArgument {}
extension MissingValuePolicy: ExpressibleByArgument {}
extension DateOrder: ExpressibleByArgument {}
extension DecimalMark: ExpressibleByArgument {}
extension RecurrentEncoder.Cell: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension SequencePooling: ExpressibleByArgument {}
extension ClassifierArchitecture.Kind: ExpressibleByArgument {}
extension ClassifierTrainingOptions.ClassWeighting: ExpressibleByArgument {}
extension TaggerArchitecture.Spelling: ExpressibleByArgument {}
extension TaggerArchitecture.Output: ExpressibleByArgument {}
extension TaggerTrainingOptions.Scheme: ExpressibleByArgument {}
extension TranslatorTokenizers.Unit: ExpressibleByArgument {}

/// The separators by name, since a shell takes some of their characters for its own.
enum SeparatorName: String, CaseIterable, ExpressibleByArgument {
  case comma
  case semicolon
  case tab
  case pipe

  var separator: CSVOptions.Separator {
    switch self {
    case .comma: .comma
    case .semicolon: .semicolon
    case .tab: .tab
    case .pipe: .pipe
    }
  }
}

/// Where the reset gate of a GRU acts.
enum ResetPlacement: String, CaseIterable, ExpressibleByArgument {
  case after
  case before

  var reset: GRUCell.Reset { self == .after ? .afterProduct : .beforeProduct }
}

/// The nonlinearities of an RNN.
enum NonlinearityName: String, CaseIterable, ExpressibleByArgument {
  case tanh
  case relu

  var nonlinearity: RNNCell.Nonlinearity { self == .tanh ? .tanh : .relu }
}

/// The ways to draw recurrent weights.
enum InitializationName: String, CaseIterable, ExpressibleByArgument {
  case pytorch
  case orthogonal

  var initialization: RecurrentInitialization { self == .pytorch ? .pytorch : .orthogonal }
}

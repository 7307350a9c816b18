import ArgumentParser
import LembraLayers
import LembraModels

/// The kind of network of one model.
struct KindOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The kind of network. (values: \
      \(ForecastArchitecture.Kind.allValueStrings.joined(separator: ", ")); default: lstm)
      """, valueName: "model"),
    completion: .list(ForecastArchitecture.Kind.allValueStrings),
    transform: { try ForecastArchitecture.Kind(named: $0) })
  var model = ForecastArchitecture.Kind.lstm
}

/// The kinds of network of a comparison.
struct KindListOption<Kind: ModelKind>: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The kinds of network, with commas between them: \
      \(Kind.names.joined(separator: ", ")). (default: \(KindList<Kind>.standard))
      """, valueName: "names"),
    completion: .list(Kind.names),
    transform: { try KindList($0) })
  var models = KindList<Kind>.standard
}

/// How large networks are and what they are made of.
struct ArchitectureOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The units of a layer; a list like 64,mlp=32 differs by model. (default: 64)",
      valueName: "count"),
    transform: { try PerModel($0) })
  var hidden: PerModel<Int>?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The number of hidden layers, by model as above. (default: 1)", valueName: "count"),
    transform: { try PerModel($0) })
  var layers: PerModel<Int>?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The rate of dropout between layers, by model as above. (default: 0)", valueName: "rate"),
    transform: { try PerModel($0) })
  var dropout: PerModel<Float>?

  @Option(parsing: .unconditional, help: "What stands between the layers of an MLP.")
  var activation = Activation.relu

  @Option(
    parsing: .unconditional,
    help: "Where the reset gate of a GRU acts: after or before the product with its weights.")
  var gruReset = ResetPlacement.after

  @Option(parsing: .unconditional, help: "The nonlinearity of an RNN.")
  var rnnNonlinearity = NonlinearityName.tanh

  @Flag(help: "Learn the state before the first step instead of beginning at zero.")
  var learnInitialState = false

  @Option(parsing: .unconditional, help: "How recurrent weights are drawn.")
  var initialization = InitializationName.pytorch

  @Option(
    parsing: .unconditional,
    help: "What of a bidirectional network's reading becomes the forecast.")
  var readout = ForecastArchitecture.Readout.lastStep

  @OptionGroup var cells: CellVariantOptions

  func architecture(_ kind: ForecastArchitecture.Kind) -> ForecastArchitecture {
    let standard = ForecastArchitecture(kind)
    return ForecastArchitecture(
      kind, hiddenSize: hidden.value(for: kind, otherwise: standard.hiddenSize),
      layerCount: layers.value(for: kind, otherwise: standard.layerCount),
      dropout: dropout.value(for: kind, otherwise: standard.dropout), activation: activation,
      nonlinearity: rnnNonlinearity.nonlinearity, reset: gruReset.reset,
      learnsInitialState: learnInitialState, readout: readout,
      initialization: initialization.initialization, variant: cells.variant)
  }
}

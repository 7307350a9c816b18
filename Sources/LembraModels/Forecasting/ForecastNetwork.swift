import LembraData
public import LembraLayers
public import LembraTensor

/// The network of a forecaster: from a batch of windows to the steps that follow them.
///
/// N is the number of windows, W the rows of a window, C the columns of a row and O the numbers
/// that are forecast for each window. A recurrent network reads the window row by row and maps what
/// ``ForecastArchitecture/Readout`` names to the forecast, which in one direction is the output at
/// the last row; a perceptron sees all rows at once.
public struct ForecastNetwork: Module {
  private var body: any ForecastBody

  /// C, the number of columns of a row.
  public let columnCount: Int

  /// Draws a network with random weights.
  ///
  /// - Parameters:
  ///   - architecture: its layers.
  ///   - window: W.
  ///   - columnCount: C.
  ///   - outputCount: O.
  ///   - key: names the random numbers.
  /// - Precondition: all sizes are above 0.
  public init(
    _ architecture: ForecastArchitecture, window: Int, columnCount: Int, outputCount: Int,
    key: RandomKey
  ) {
    self.columnCount = columnCount
    body = architecture.body(
      window: window, columnCount: columnCount, outputCount: outputCount, key: key)
  }

  /// Creates the network of a configuration with zeros for weights, to be loaded.
  init(zerosFor configuration: ForecasterConfiguration) {
    var blank = configuration.architecture
    blank.initialization = RecurrentInitialization(input: .zeros, hidden: .zeros, bias: .zeros)
    columnCount = configuration.columns.count
    body = blank.body(
      window: configuration.window, columnCount: columnCount,
      outputCount: configuration.stepsPerForecast * configuration.targets.count,
      linear: .zeros, key: RandomKey(seed: 0))
  }

  /// The recurrent layers as the kernels run them, where they do.
  package var fused: FusedNetwork? { body.fused }

  /// This network with recurrent layers that run at a precision; nil if they do not.
  func running(at precision: Precision) -> ForecastNetwork? {
    guard let body = body.running(at: precision) else { return nil }
    var copy = self
    copy.body = body
    return copy
  }

  /// How the rows of a batch of windows are laid out for this network.
  var inputOrder: BatchOrder { body.inputOrder }

  /// Forecasts what follows each of `count` windows.
  ///
  /// - Parameters:
  ///   - input: `[W · N, C]`, in ``inputOrder``.
  ///   - count: N.
  ///   - dropoutKey: names the dropout masks during training; nil for none.
  ///   - unrolling: how much recurrent layers keep for the way back, and how far gradients flow.
  /// - Returns: `[N, O]`.
  func callAsFunction(
    _ input: Tensor, count: Int, dropoutKey: RandomKey? = nil, unrolling: Unrolling = .whole
  ) -> Tensor {
    body(input, count: count, dropoutKey: dropoutKey, unrolling: unrolling)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    body.visitParameters(&walk)
  }
}

/// The layers of a forecaster, from windows to forecasts.
private protocol ForecastBody: Module {
  var inputOrder: BatchOrder { get }
  var fused: FusedNetwork? { get }

  func running(at precision: Precision) -> (any ForecastBody)?
  func callAsFunction(
    _ input: Tensor, count: Int, dropoutKey: RandomKey?, unrolling: Unrolling
  ) -> Tensor
}

private struct PerceptronBody: ForecastBody {
  var perceptron: MLP

  var inputOrder: BatchOrder { .windowMajor }
  var fused: FusedNetwork? { nil }

  func running(at precision: Precision) -> (any ForecastBody)? {
    precision == .float32 ? self : nil
  }

  func callAsFunction(
    _ input: Tensor, count: Int, dropoutKey: RandomKey?, unrolling: Unrolling
  ) -> Tensor {
    let windows = input.reshaped(to: [count, input.shape.count / count])
    return perceptron(windows, dropoutKey: dropoutKey)
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("perceptron", &perceptron)
  }
}

private struct RecurrentBody<Encoder: SequenceLayer>: ForecastBody {
  var encoder: Encoder
  var head: Linear
  /// Whether the output at the last row is read, instead of the last states of all directions.
  let readsLastStep: Bool

  var inputOrder: BatchOrder { .timeMajor }
  var fused: FusedNetwork? { encoder.fused(dropsOut: false) }

  func running(at precision: Precision) -> (any ForecastBody)? {
    guard encoder.runs(at: precision) else { return nil }
    var copy = self
    copy.encoder = encoder.running(at: precision)
    return copy
  }

  func callAsFunction(
    _ input: Tensor, count: Int, dropoutKey: RandomKey?, unrolling: Unrolling
  ) -> Tensor {
    let layout = SequenceLayout(count: count, length: input.shape[0] / count)
    let windows = SequenceBatch(rows: input, layout: layout)
    guard readsLastStep else {
      let last = encoder.finalState(of: windows, dropoutKey: dropoutKey, unrolling: unrolling)
      return head(encoder.summary(of: last))
    }
    let output = encoder(windows, dropoutKey: dropoutKey, unrolling: unrolling).output
    return head(output.rows.rows(layout.rows(ofStep: layout.stepCount - 1)))
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("encoder", &encoder)
    walk("head", &head)
  }
}

extension ForecastArchitecture {
  fileprivate func body(
    window: Int, columnCount: Int, outputCount: Int, linear: Initializer? = nil, key: RandomKey
  ) -> any ForecastBody {
    guard let cell = kind.cell else {
      return PerceptronBody(
        perceptron: MLP(
          sizes: [window * columnCount] + Array(repeating: hiddenSize, count: layerCount)
            + [outputCount],
          activation: activation, dropout: dropout, initializer: linear,
          key: key.folding("perceptron")))
    }
    var options = CellOptions(hiddenSize: hiddenSize)
    options.variant = variant ?? .plain
    options.nonlinearity = nonlinearity
    options.reset = reset
    options.initialization = initialization
    return cell.drawn(
      options,
      for: RecurrentBodyUse(
        architecture: self, columnCount: columnCount, outputCount: outputCount, linear: linear,
        key: key))
  }

  /// The network of recurrent layers that `cell` draws.
  fileprivate func recurrent<Cell: RecurrentCell>(
    columnCount: Int, outputCount: Int, linear: Initializer?, key: RandomKey,
    _ cell: (Int, RandomKey) -> Cell
  ) -> any ForecastBody {
    let encoderKey = key.folding("encoder")
    return kind.isBidirectional
      ? withHead(bidirectional(columnCount, encoderKey, cell), outputCount, linear, key)
      : withHead(forward(columnCount, encoderKey, cell), outputCount, linear, key)
  }

  private func withHead(
    _ encoder: some SequenceLayer, _ outputCount: Int, _ linear: Initializer?, _ key: RandomKey
  ) -> any ForecastBody {
    let head = Linear(
      inputSize: encoder.outputSize, outputSize: outputCount, initializer: linear,
      key: key.folding("head"))
    // In one direction the last state is the output at the last row, at less cost.
    return RecurrentBody(
      encoder: encoder, head: head, readsLastStep: kind.isBidirectional && readout == .lastStep)
  }

  private func forward<Cell: RecurrentCell>(
    _ inputSize: Int, _ key: RandomKey, _ cell: (Int, RandomKey) -> Cell
  ) -> some SequenceLayer {
    Stack(count: layerCount, inputSize: inputSize, dropout: dropout) { index, inputs in
      Recurrent(cell(inputs, key.folding(index)), learnsInitialState: learnsInitialState)
    }
  }

  private func bidirectional<Cell: RecurrentCell>(
    _ inputSize: Int, _ key: RandomKey, _ cell: (Int, RandomKey) -> Cell
  ) -> some SequenceLayer {
    Stack(count: layerCount, inputSize: inputSize, dropout: dropout) { index, inputs in
      let key = key.folding(index)
      return Bidirectional(
        forward: cell(inputs, key), backward: cell(inputs, key.folding("backward")),
        learnsInitialState: learnsInitialState)
    }
  }
}

/// The network of whatever recurrent cells.
private struct RecurrentBodyUse: CellUse {
  let architecture: ForecastArchitecture
  let columnCount: Int
  let outputCount: Int
  let linear: Initializer?
  let key: RandomKey

  func callAsFunction<Cell: RecurrentCell>(
    _ draw: (_ inputs: Int, _ key: RandomKey) -> Cell
  ) -> any ForecastBody {
    architecture.recurrent(
      columnCount: columnCount, outputCount: outputCount, linear: linear, key: key, draw)
  }
}

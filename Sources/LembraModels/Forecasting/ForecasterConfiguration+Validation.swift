import LembraLayers
public import LembraTensor

extension ForecasterConfiguration {
  /// Checks every number of the configuration, so that building a network from it cannot fail.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate() throws(LembraError) {
    try require(!targets.isEmpty, "there is no column to forecast", "name at least one", "targets")
    var seen: Set<String> = []
    let repeated = columns.first { !seen.insert($0).inserted }
    try require(
      repeated == nil, "the column \(repeated ?? "") is named twice", "name each column once",
      "targets")
    try check(window, in: 1...Self.mostRows, "window")
    try check(horizon, in: 1...Self.mostRows, "horizon")
    try check(architecture.hiddenSize, in: 1...65_536, "hidden")
    try check(architecture.layerCount, in: 1...64, "layers")
    try require(
      architecture.dropout >= 0 && architecture.dropout < 1,
      "a dropout rate of \(architecture.dropout) keeps nothing or is no probability",
      "choose a rate from 0 to below 1", "dropout")
    try requireVariant(
      architecture.variant, of: architecture.encoder, title: architecture.kind.title)
    try require(
      architecture.initialization.isSound,
      "the first weights cannot be drawn as \(architecture.initialization)",
      "choose finite numbers that are not negative, and for biases no kind that needs a matrix",
      "initialization")
    try require(
      strategy == .direct || features.isEmpty,
      "a recursive forecast cannot know what the features will be",
      "use the strategy direct, or leave out the features", "strategy")
    try require(
      parameterCount != nil, "the network would have more than \(Self.mostParameters) parameters",
      "choose a smaller hidden size, window or horizon", "hidden")
  }

  private static var mostRows: Int { 1_000_000 }
  private static var mostParameters: Int { 1 << 31 }

  /// The number of parameters of the network, or nil beyond two billions.
  var parameterCount: Int? {
    let outputs = Double(stepsPerForecast) * Double(targets.count)
    let count = architecture.parameterCount(
      inputs: Double(columns.count), window: Double(window), outputs: outputs)
    return count <= Double(Self.mostParameters) ? Int(count) : nil
  }

  private func check(_ value: Int, in range: ClosedRange<Int>, _ name: String) throws(LembraError) {
    try require(
      range.contains(value), "\(value) is out of range",
      "choose from \(range.lowerBound) to \(range.upperBound)", name)
  }
}

extension RecurrentInitialization {
  /// Whether weights can be drawn with these numbers.
  fileprivate var isSound: Bool {
    let all = [input, hidden, bias].compactMap(\.self)
    return all.allSatisfy(\.isSound) && bias?.needsMatrix != true
      && forgetGateBias?.isFinite ?? true
  }
}

extension Initializer {
  fileprivate var isSound: Bool {
    switch self {
    case .constant(let value): value.isFinite
    case .uniform(let number), .normal(let number): number >= 0 && number.isFinite
    default: true
    }
  }

  fileprivate var needsMatrix: Bool {
    switch self {
    case .zeros, .constant, .uniform, .normal: false
    default: true
    }
  }
}

extension ForecastArchitecture {
  /// The number of parameters; computed in `Double`, where no size overflows.
  fileprivate func parameterCount(inputs: Double, window: Double, outputs: Double) -> Double {
    let (units, layers) = (Double(hiddenSize), Double(layerCount))
    if kind == .mlp {
      return (window * inputs + 1) * units + (layers - 1) * (units + 1) * units
        + (units + 1) * outputs
    }
    guard let encoder else { return 0 }
    var count = encoder.parameterCount(inputs: inputs) + (Double(encoder.outputSize) + 1) * outputs
    if learnsInitialState {
      let vectors = Double(encoder.cell.vectorCount) * (kind.isBidirectional ? 2 : 1)
      count += layers * (Double(encoder.outputSize) + vectors * units)
    }
    return count
  }
}

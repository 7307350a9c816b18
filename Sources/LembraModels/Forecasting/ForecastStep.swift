import LembraLayers
import LembraTensor
import LembraTraining

/// A step of training a forecaster.
struct ForecastStep: ReplayableStep {
  /// The windows, `[W · N, C]`, in the order of the network.
  let inputs: CodedTensor

  /// What followed them, `[N, O]`.
  let targets: CodedTensor

  let measure: ForecastTrainingOptions.Loss

  /// How far gradients flow back, and what is kept for them; a replay looks at the whole of it.
  var unrolling = Unrolling.whole

  private enum CodingKeys: CodingKey { case inputs, targets, measure }

  static var task: String { Forecaster.task }

  static func network(
    of configuration: ForecasterConfiguration, weightCount: Int
  ) throws(LembraError) -> ForecastNetwork {
    try configuration.validate()
    try requireWeights(weightCount, configuration.parameterCount)
    return ForecastNetwork(zerosFor: configuration)
  }

  func fits(
    _ network: ForecastNetwork, _ configuration: ForecasterConfiguration, carried: [Tensor]
  ) -> Bool {
    let (inputs, targets) = (inputs.tensor.shape, targets.tensor.shape)
    return carried.isEmpty && inputs.rank == 2 && targets.rank == 2 && targets[0] > 0
      && inputs.extents == [configuration.window * targets[0], network.columnCount]
      && targets[1] == configuration.stepsPerForecast * configuration.targets.count
  }

  func loss(_ network: ForecastNetwork, key: RandomKey, carried: inout [Tensor]) -> Tensor {
    let count = targets.tensor.shape[0]
    let forecast = network(
      inputs.tensor, count: count, dropoutKey: key, unrolling: unrolling)
    return measure(forecast, targets.tensor)
  }
}

/// Throws unless a file has as many weights as the network that it describes.
func requireWeights(_ own: Int, _ expected: Int?) throws(LembraError) {
  try require(
    own == expected, "\(own) weights do not make the network it describes",
    "train the model again, or use an undamaged copy", "weights")
}

public import LembraData

/// What a forecaster reads and what it outputs.
public struct ForecasterConfiguration: Hashable, Codable, Sendable {
  /// How several steps ahead are reached.
  public enum Strategy: String, CaseIterable, Hashable, Codable, Sendable {
    /// The network outputs all steps of the horizon at once.
    case direct
    /// The network outputs one step, which is put at the end of the window for the next.
    case recursive
  }

  /// The columns that are forecast.
  public var targets: [String]

  /// More columns that are read.
  public var features: [String]

  /// The number of rows that are read, W.
  public var window: Int

  /// The number of rows that are forecast, H.
  public var horizon: Int

  public var strategy: Strategy

  /// How columns are brought to a common scale.
  public var scaling: Scaler.Kind

  public var architecture: ForecastArchitecture

  /// Features that are targets too are left out: targets are read anyway.
  public init(
    targets: [String], features: [String] = [], window: Int, horizon: Int = 1,
    strategy: Strategy = .direct, scaling: Scaler.Kind = .standard,
    architecture: ForecastArchitecture
  ) {
    self.targets = targets
    self.features = features.filter { !targets.contains($0) }
    self.window = window
    self.horizon = horizon
    self.strategy = strategy
    self.scaling = scaling
    self.architecture = architecture
  }

  /// The steps that the network itself outputs.
  var stepsPerForecast: Int { strategy == .direct ? horizon : 1 }

  /// The columns of a row, targets first.
  var columns: [String] { targets + features }

  /// Whether another configuration differs in nothing but the network.
  func reads(like other: ForecasterConfiguration) -> Bool {
    var same = self
    same.architecture = other.architecture
    return same == other
  }
}

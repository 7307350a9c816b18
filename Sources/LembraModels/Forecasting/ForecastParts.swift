public import LembraData

/// How a series is divided by time: training first, then validation, then test.
public struct ForecastParts: Hashable, Codable, Sendable {
  /// What is held back to stop training early; nothing by default.
  public var validation: Share

  /// What is held back to judge the forecasts.
  public var test: Share

  /// Whether the first windows of a held-back part reach into the part before it.
  public var context: WindowContext

  public init(
    validation: Share = .none, test: Share = .none, context: WindowContext = .withinPart
  ) {
    self.validation = validation
    self.test = test
    self.context = context
  }
}

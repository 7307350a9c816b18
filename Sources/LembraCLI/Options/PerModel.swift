import ArgumentParser
package import LembraModels
package import LembraTensor

/// A value for all models, with others for some of them: `0.01,mlp=0.001`.
package struct PerModel<Value: Sendable & LosslessStringConvertible>: Sendable {
  /// The value of models that have none of their own; nil when it is left to the model.
  package let common: Value?
  package let overrides: [ForecastArchitecture.Kind: Value]

  /// Reads a list of values, each with or without the name of a model before it.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that says which part cannot be read.
  package init(_ text: String) throws(LembraError) {
    var common: Value?
    var overrides: [ForecastArchitecture.Kind: Value] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = try Self.value(sides.last ?? "")
      guard sides.count == 2 else {
        guard common == nil else {
          throw Self.fault("there are two values for all models", "give the others a model's name")
        }
        common = value
        continue
      }
      let kind = try ForecastArchitecture.Kind(named: sides[0])
      guard overrides.updateValue(value, forKey: kind) == nil else {
        throw Self.fault("there are two values for \(kind.rawValue)", "leave one of them out")
      }
    }
    self.common = common
    self.overrides = overrides
  }

  /// The value for a model, or `standard` where none was given.
  package func value(for kind: ForecastArchitecture.Kind, otherwise standard: Value) -> Value {
    overrides[kind] ?? common ?? standard
  }

  private static func value(_ text: Substring) throws(LembraError) -> Value {
    guard let value = Value(String(text)) else {
      let wanted = Value.self is Int.Type ? "a whole number" : "a number"
      throw fault(
        "'\(text)' is not \(wanted)", "write \(wanted), or for single models a list like 8,mlp=4")
    }
    return value
  }

  private static func fault(_ message: String, _ remedy: String) -> LembraError {
    LembraError(.invalidOption, message, remedy: remedy)
  }
}

extension Optional {
  /// The value for a model of an option that may not have been given.
  func value<Value>(
    for kind: ForecastArchitecture.Kind, otherwise standard: Value
  ) -> Value where Wrapped == PerModel<Value> {
    self?.value(for: kind, otherwise: standard) ?? standard
  }
}

package import LembraLayers

/// How gradients of recurrent layers are computed in a training, in words, where that is not as usual.
///
/// - Parameters:
///   - steps: through how many steps they flow back, such as `5 steps`; nil for all.
///   - precision: that of the products; nil for single precision.
/// - Returns: the names and values of those that there are.
package func gradientSettings(
  steps: String?, precision: Precision?
) -> [(name: String, value: String)] {
  let settings = [
    steps.map { ("gradients", "through at most " + $0) },
    precision.map { ("products", "at \($0.rawValue)") },
  ]
  return settings.compactMap(\.self)
}

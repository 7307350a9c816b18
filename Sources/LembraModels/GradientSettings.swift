import LembraData
package import LembraLayers

/// How gradients of recurrent layers are computed in a training, in words, where that is not as usual.
package func gradientSettings(
  truncation: Int?, precision: Precision?
) -> [(name: String, value: String)] {
  let settings = [
    truncation.map { ("gradients", "through at most " + counted($0, "step")) },
    precision.map { ("products", "at \($0.rawValue)") },
  ]
  return settings.compactMap(\.self)
}

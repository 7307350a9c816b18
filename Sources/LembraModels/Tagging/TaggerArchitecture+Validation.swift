import LembraLayers
import LembraTensor

extension TaggerArchitecture {
  /// Checks every number, so that building a network of it cannot fail.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  func validate(_ sizes: TaggerNetwork.Sizes) throws(LembraError) {
    for (name, value, most) in [
      ("embedding", embeddingSize, 65_536), ("hidden", hiddenSize, 65_536),
      ("layers", layerCount, 64), ("character embedding", characterSize, 65_536),
      ("character hidden", characterHiddenSize, 65_536), ("feature size", featureSize, 65_536),
      ("tags", sizes.tags, 32_767), ("vocabulary", sizes.words, 1 << 24),
    ] {
      try require(
        (1...most).contains(value), "\(value) is out of range", "choose from 1 to \(most)", name)
    }
    for (name, rate) in [("dropout", dropout), ("word dropout", wordDropout)] {
      try require(
        rate >= 0 && rate < 1, "a rate of \(rate) keeps nothing or is no probability",
        "choose a rate from 0 to below 1", name)
    }
    try encoder.validateVariant()
    try require(
      parameterCount(sizes) != nil,
      "the network would have more than \(Self.mostParameters) parameters",
      "choose a smaller hidden size", "hidden")
  }

  private static var mostParameters: Int { 1 << 31 }

  /// The number of parameters of the network, or nil beyond two billions.
  func parameterCount(_ sizes: TaggerNetwork.Sizes) -> Int? {
    let (letters, units) = (Double(characterSize), Double(characterHiddenSize))
    let tags = Double(sizes.tags)
    var count = Double(sizes.words) * Double(embeddingSize)
    if spelling != .none { count += Double(sizes.characters) * letters }
    switch spelling {
    case .none: break
    case .recurrent: count += speller.parameterCount(inputs: letters)
    case .convolution: count += (3 * letters + 1) * units
    }
    for values in sizes.features { count += Double(values) * Double(featureSize) }
    count += encoder.parameterCount(inputs: Double(inputSize(features: sizes.features.count)))
    count += (Double(encoder.outputSize) + 1) * tags
    if output == .crf { count += tags * tags + 2 * tags }
    return count <= Double(Self.mostParameters) ? Int(count) : nil
  }
}

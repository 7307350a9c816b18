import LembraLayers
public import LembraTensor

extension LanguageArchitecture {
  /// Checks every number, so that building a network of it cannot fail.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate(tokenCount: Int) throws(LembraError) {
    for (name, value, most) in [
      ("embedding", embeddingSize, 65_536), ("hidden", hiddenSize, 65_536),
      ("layers", layerCount, 64), ("vocabulary", tokenCount, 1 << 24),
    ] {
      try require(
        (1...most).contains(value), "\(value) is out of range", "choose from 1 to \(most)", name)
    }
    for (name, rate) in [
      ("dropout", dropout), ("embedding dropout", embeddingDropout), ("weight drop", weightDrop),
    ] {
      try require(
        rate >= 0 && rate < 1, "a rate of \(rate) keeps nothing or is no probability",
        "choose a rate from 0 to below 1", name)
    }
    try encoder.validateVariant()
    try require(
      parameterCount(tokenCount: tokenCount) != nil,
      "the network would have more than \(Self.mostParameters) parameters",
      "choose a smaller hidden size or vocabulary", "hidden")
  }

  private static var mostParameters: Int { 1 << 31 }

  /// The number of parameters of the network, or nil beyond two billions.
  func parameterCount(tokenCount: Int) -> Int? {
    let (width, units, tokens) = (
      Double(embeddingSize), Double(encoder.outputSize), Double(tokenCount)
    )
    let head =
      tiesEmbeddings
      ? tokens + (units == width ? 0 : (units + 1) * width) : (units + 1) * tokens
    let count = tokens * width + encoder.parameterCount(inputs: width) + head
    return count <= Double(Self.mostParameters) ? Int(count) : nil
  }
}

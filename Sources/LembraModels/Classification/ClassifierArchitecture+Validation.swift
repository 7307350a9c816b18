import LembraLayers
public import LembraTensor

extension ClassifierArchitecture {
  /// Checks every number, so that building a network of it cannot fail.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate(tokenCount: Int, classCount: Int) throws(LembraError) {
    for (name, value, most) in [
      ("embedding", embeddingSize, 65_536), ("hidden", hiddenSize, 65_536),
      ("layers", layerCount, 64), ("vocabulary", tokenCount, 1 << 24),
      ("labels", classCount, 1 << 20),
    ] {
      try require(
        (1...most).contains(value), "\(value) is out of range", "choose from 1 to \(most)", name)
    }
    try require(
      !kernelSizes.isEmpty && kernelSizes.allSatisfy { (1...1_000).contains($0) },
      "convolutions of \(kernelSizes) words are none", "choose widths from 1 to 1000", "kernels")
    for (name, rate) in [("dropout", dropout), ("word dropout", wordDropout)] {
      try require(
        rate >= 0 && rate < 1, "a rate of \(rate) keeps nothing or is no probability",
        "choose a rate from 0 to below 1", name)
    }
    try requireVariant(variant, of: encoder, title: kind.title)
    try require(
      parameterCount(tokenCount: tokenCount, classCount: classCount) != nil,
      "the network would have more than \(Self.mostParameters) parameters",
      "choose a smaller hidden size or vocabulary", "hidden")
  }

  private static var mostParameters: Int { 1 << 31 }

  /// The number of parameters of the network, or nil beyond two billions.
  func parameterCount(tokenCount: Int, classCount: Int) -> Int? {
    let (width, units) = (Double(embeddingSize), Double(hiddenSize))
    let (tokens, classes) = (Double(tokenCount), Double(classCount))
    var count = tokens * width
    if let encoder {
      let features = Double(encoder.outputSize)
      count += encoder.parameterCount(inputs: width) + (features + 1) * classes
      if pooling == .attention { count += (features + 1) * features + features }
    } else if kind == .cnn {
      for size in kernelSizes { count += (Double(size) * width + 1) * units }
      count += (Double(kernelSizes.count) * units + 1) * classes
    } else {
      count += (width + 1) * units + Double(layerCount - 1) * (units + 1) * units
      count += (units + 1) * classes
    }
    return count <= Double(Self.mostParameters) ? Int(count) : nil
  }
}

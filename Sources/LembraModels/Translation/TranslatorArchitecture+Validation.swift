import LembraLayers
public import LembraTensor

extension TranslatorArchitecture {
  /// Checks every number, so that building a network of it cannot fail.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate(sourceCount: Int, targetCount: Int) throws(LembraError) {
    for (name, value, most) in [
      ("embedding", embeddingSize, 65_536), ("hidden", hiddenSize, 65_536),
      ("encoder layers", encoderLayers, 64), ("decoder layers", decoderLayers, 64),
      ("source vocabulary", sourceCount, 1 << 24), ("target vocabulary", targetCount, 1 << 24),
    ] {
      try require(
        (1...most).contains(value), "\(value) is out of range", "choose from 1 to \(most)", name)
    }
    try require(
      dropout >= 0 && dropout < 1, "a rate of \(dropout) keeps nothing or is no probability",
      "choose a rate from 0 to below 1", "dropout")
    try encoder.validateVariant()
    let asked = decoder.layerOutputSize
    try require(
      context != .dot || memorySize == asked,
      "a dot product needs a memory as wide as the decoder, \(asked), and not \(memorySize)",
      "read the source in one direction, or use general attention", "attention")
    try require(
      !feedsInput || decoder.asksLast, "with \(context.rawValue) there is no output to feed back",
      "use dot, general or concat attention, or no input feeding", "input feeding")
    try require(
      !seesCoverage || context.attention?.isAdditive ?? false,
      "with \(context.rawValue) there is no coverage to see",
      "use additive or concat attention, or no coverage", "coverage")
    try require(
      parameterCount(sourceCount: sourceCount, targetCount: targetCount) != nil,
      "the network would have more than \(Self.mostParameters) parameters",
      "choose a smaller hidden size or vocabulary", "hidden")
  }

  private static var mostParameters: Int { 1 << 31 }

  /// The number of parameters of the network, or nil beyond two billions.
  func parameterCount(sourceCount: Int, targetCount: Int) -> Int? {
    let (width, memory) = (Double(embeddingSize), Double(memorySize))
    let (sources, targets) = (Double(sourceCount), Double(targetCount))
    let own = decoder
    let bridged = own.firstStateSizes.reduce(0.0) { $0 + Double($1) }
    let count =
      (sources + targets) * width + encoder.parameterCount(inputs: width)
      + Double(decoderLayers) * bridged * (memory + 1) + own.parameterCount
      + targets * (tiesEmbeddings ? 1 : Double(own.outputSize) + 1)
    return count <= Double(Self.mostParameters) ? Int(count) : nil
  }

  /// Throws when a search needs attention and there is none.
  func check(_ search: SearchOptions) throws(LembraError) {
    let attends = context.attention != nil
    try require(
      attends || search.coveragePenalty == 0, "without attention nothing is known of coverage",
      "use a model with attention, or no coverage penalty", "coverage penalty")
    try require(
      attends || !search.returnsAttention, "this model attends to nothing",
      "use a model with attention, or do not ask for what it attends to", "attention")
  }
}

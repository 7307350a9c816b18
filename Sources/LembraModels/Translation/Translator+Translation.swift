import LembraData
import LembraLayers
public import LembraTensor

/// What a translator made of a text.
public struct Translation: Hashable, Sendable {
  public let text: String

  /// The tokens of the text, without the end.
  public let tokens: [String]

  /// The logarithm of the translation's probability, its end included.
  public let logProbability: Double

  /// What translations are ranked by; see ``SearchOptions/lengthPenalty``.
  public let score: Double

  /// Whether it is as long as it may be, so that it may have been cut off.
  public let isCut: Bool

  /// How much each token of the source, its end included, counted for each token and for the end;
  /// empty unless asked for.
  public let attention: [[Float]]
}

extension Translator {
  /// Translates texts.
  ///
  /// The translations of a text have the same scores, to the bit, whatever texts are beside it. A text
  /// of no tokens becomes an empty one, which is certain.
  ///
  /// - Parameters:
  ///   - texts: what is translated.
  ///   - options: how translations are searched for, or drawn.
  /// - Returns: for each text the best translations, the best first; more than one if asked for.
  /// - Throws: `LembraError` when an option cannot be used, such as one that needs attention.
  public func translate(
    _ texts: [String], options: SearchOptions = SearchOptions()
  ) throws(LembraError) -> [[Translation]] {
    try Translator.translate(texts, by: [self], options: options)
  }

  /// Translates texts by several translators together, the mean of whose probabilities counts.
  ///
  /// - Throws: `LembraError` when an option cannot be used, when there is no translator, or when the
  ///   tokens of two differ.
  public static func translate(
    _ texts: [String], by translators: [Translator], options: SearchOptions = SearchOptions()
  ) throws(LembraError) -> [[Translation]] {
    guard let first = translators.first else {
      throw LembraError(
        .invalidOption, "there is no translator", remedy: "give at least one")
    }
    for other in translators where other.tokenizers != first.tokenizers {
      throw LembraError(
        .invalidOption, "the translators have different tokens",
        remedy: "use models that were trained with the same tokens")
    }
    try options.validate()
    for translator in translators { try translator.architecture.check(options) }
    let tokenizers = first.tokenizers
    let sources = tokenizers.encode(sources: texts)
    let found = try sequences(of: sources, by: translators, options: options)
    return found.map { sequences in
      sequences.map { sequence in
        Translation(
          text: tokenizers.target.decode(sequence.tokens),
          tokens: sequence.tokens.map(tokenizers.target.token),
          logProbability: sequence.logProbability, score: sequence.score, isCut: sequence.isCut,
          attention: sequence.attention)
      }
    }
  }

  /// The tokens of each source's translations.
  ///
  /// Each thread has batches of its own: a decoder's steps are too short to be shared out well. A single
  /// batch is computed by all of them.
  private static func sequences(
    of sources: [[Int]], by translators: [Translator], options: SearchOptions
  ) throws(LembraError) -> [[FoundSequence]] {
    let nothing = FoundSequence(
      tokens: [], logProbability: 0, score: 0, isCut: false, attention: [])
    // Sources of like length are done at about the same step.
    let end = translators[0].tokenizers.sourceEnd
    let readable = sources.indices.filter { sources[$0] != [end] }
    let batches = LengthBuckets(
      lengths: readable.map { sources[$0].count },
      limit: .tokens(max(1, 2_048 / options.rowsOfSource))
    ).inOrder().map { places in places.map { readable[$0] } }
    let writers = translators.map { TranslationWriter($0.network) }
    // The longest sentences, which take most steps, come first.
    let answers = mapInTurn(over: batches.count) { index in
      Result { () throws(LembraError) in
        try found(
          batches[index].map { sources[$0] }, by: writers, translators[0].tokenizers,
          options: options)
      }
    }
    var results = Array(repeating: [nothing], count: sources.count)
    for (batch, own) in zip(batches, answers) {
      for (source, sequences) in zip(batch, try own.get()) { results[source] = sequences }
    }
    return results
  }

  /// The tokens of the translations of sources that are read together; none is empty.
  private static func found(
    _ sources: [[Int]], by writers: [TranslationWriter], _ tokenizers: TranslatorTokenizers,
    options: SearchOptions
  ) throws(LembraError) -> [[FoundSequence]] {
    let decoders = writers.map {
      TranslationDecoder(
        $0, reading: sources, isBeam: options.sampling == nil && options.beamSize > 1,
        returnsAttention: options.needsAttention)
    }
    let decoder = EnsembleDecoder(decoders)
    let (start, end) = (tokenizers.targetStart, tokenizers.targetEnd)
    let (state, lengths) = (decoders.map(\.firstState), sources.map(\.count))
    guard let sampling = options.sampling else {
      let search = try BeamSearch(
        decoder, options: options, start: start, end: end, unwritten: tokenizers.unwritten)
      return search(state, sourceLengths: lengths)
    }
    let draw = try SequenceSampler(
      decoder, options: options, start: start, end: end, unwritten: tokenizers.unwritten)
    // By what a source says, so that it does not matter where it stands.
    let keys = sources.map { $0.reduce(sampling.key) { $0.folding($1) } }
    return draw(state, sourceLengths: lengths, keys: keys)
  }

  /// The tokens of a text as the model reads them, the end included: what attention is to.
  public func sourceTokens(_ text: String) -> [String] {
    tokenizers.encode(sources: [text])[0].map(tokenizers.source.token)
  }
}

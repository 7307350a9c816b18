import ArgumentParser
import LembraData
import LembraLayers
import LembraModels

/// The kind of one translator.
struct TranslatorKindOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The recurrent cell, and after a + what the decoder takes from the source at every step: \
      nothing, summary, additive, dot, general or concat attention. Cells are \
      \(RecurrentEncoder.Cell.names.joined(separator: ", ")). (default: gru+additive)
      """, valueName: "model"),
    transform: { try TranslatorKind(named: $0) })
  var model = TranslatorKind(cell: .gru, context: .additive)
}

/// What the tokens of a translator are.
struct TranslatorTokenOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      What is a token: a piece of a word found by byte-pair encoding or by a unigram model, a word, \
      or a character.
      """)
  var unit = TranslatorTokenizers.Unit.bytePairs

  @Option(
    parsing: .unconditional,
    help: """
      What is a token of the targets, if not the same: word for phonemes of letters, such as AH, \
      with blanks between them.
      """)
  var targetUnit: TranslatorTokenizers.Unit?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most tokens of each language. (default: 6000 pieces, all words and characters)",
      valueName: "count"))
  var vocabulary: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often a token must occur to be known. (default: 2, of characters 1)",
      valueName: "count"))
  var minCount: Int?

  @Flag(help: "Give both languages the same tokens.")
  var shared = false

  @Flag(help: "Bring both languages to lower case.")
  var lowercase = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Leave out pairs with more tokens than this.", valueName: "count"))
  var maxLength = 100

  mutating func validate() throws {
    if shared, let targetUnit, targetUnit != unit {
      throw ValidationError(
        """
        --shared gives both languages the same tokens, which cannot be of two kinds; leave out \
        --shared or --target-unit.
        """)
    }
    for (value, name) in [
      (vocabulary, "--vocabulary"), (minCount, "--min-count"), (maxLength, "--max-length"),
    ] {
      guard let value, value < 1 else { continue }
      throw ValidationError("\(name) is \(value); choose 1 or more.")
    }
  }

  /// Trains the tokenizers on pairs.
  func tokenizers(of pairs: ParallelTexts) throws -> TranslatorTokenizers {
    try TranslatorTokenizers(
      training: unit, targetUnit: targetUnit, size: vocabulary, isShared: shared,
      minimumCount: minCount, isLowercased: lowercase, sources: pairs.sources,
      targets: pairs.targets)
  }
}

/// The layers of a translator, and how they learn.
struct TranslatorNetworkOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The units of a layer, in each direction.", valueName: "count"))
  var hidden = 256

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The length of a token's vector.", valueName: "count"))
  var embedding = 256

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The number of layers that read the source.", valueName: "count"))
  var encoderLayers = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The number of layers that write the target.", valueName: "count"))
  var decoderLayers = 1

  @Flag(help: "Read the source in one direction only.")
  var forward = false

  @Flag(help: "Read the source from its end.")
  var reverse = false

  @Flag(
    inversion: .prefixedNo,
    help: "Let the decoder read its last output too. (default: with dot, general and concat)")
  var inputFeeding: Bool?

  @Flag(help: "Let additive or concat attention see what was attended to so far.")
  var coverage = false

  @Flag(
    inversion: .prefixedNo, help: "Score a target token by the vector it is read by.")
  var tie = true

  @Option(parsing: .unconditional, help: ArgumentHelp("The rate of dropout.", valueName: "rate"))
  var dropout: Float = 0.4

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The share of a token that is spread over all tokens.", valueName: "share"))
  var labelSmoothing: Float = 0.1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often, after ten epochs, the decoder reads a token of its own while it learns.",
      valueName: "share"))
  var scheduledSampling: Float = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most target tokens of a step. (default: 1000, or sentences by --batch)",
      valueName: "count"))
  var batchTokens: Int?

  @OptionGroup var cells: CellVariantOptions

  func architecture(_ kind: TranslatorKind) -> TranslatorArchitecture {
    TranslatorArchitecture(
      cell: kind.cell, context: kind.context, embeddingSize: embedding, hiddenSize: hidden,
      encoderLayers: encoderLayers, decoderLayers: decoderLayers, isBidirectional: !forward,
      reversesSource: reverse,
      feedsInput: inputFeeding, seesCoverage: coverage, tiesEmbeddings: tie, dropout: dropout,
      variant: cells.variant)
  }

  func options(
    _ arguments: TextTrainingArguments, _ unrolling: UnrollingArguments, seed: UInt64
  ) -> TranslatorTrainingOptions {
    let standard = TranslatorTrainingOptions()
    return TranslatorTrainingOptions(
      training: unrolling.applied(to: arguments.options(standard.training, seed: seed)),
      batchTokens: batchTokens ?? (arguments.batch == nil ? standard.batchTokens : nil),
      labelSmoothing: labelSmoothing, scheduledSampling: scheduledSampling)
  }
}

import ArgumentParser
import LembraData
import LembraLayers
import LembraModels
import LembraTensor

/// What a language model reads as one token.
enum TokenUnit: String, CaseIterable, ExpressibleByArgument {
  case character
  case word
  case bpe
  case unigram
}

/// What a text is divided into.
struct UnitOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      What is a token: a character, a word, or a piece of a word found by byte-pair encoding or by \
      a unigram model. (default: character)
      """)
  var unit: TokenUnit?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most tokens that are known. (default: 4000 pieces, all characters and words)",
      valueName: "count"))
  var vocabulary: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often a character or a word must occur to be known. (default: 1, of words 2)",
      valueName: "count"))
  var minCount: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Take the tokens of this file instead: one by train tokenizer, or a tokenizer.json.",
      valueName: "file"),
    completion: .file(extensions: ["json"]))
  var tokenizer: String?

  mutating func validate() throws {
    if let vocabulary, vocabulary < 1 {
      throw ValidationError("--vocabulary is \(vocabulary); choose 1 or more.")
    }
    if let tokenizer {
      let given = [
        ("--unit", unit != nil), ("--vocabulary", vocabulary != nil),
        ("--min-count", minCount != nil),
      ]
      for (name, isGiven) in given where isGiven {
        throw ValidationError(
          "\(name) is for new tokens, and \(tokenizer) has its own; leave it out.")
      }
    }
    if let minCount, minCount < 1 {
      throw ValidationError("--min-count is \(minCount); choose 1 or more.")
    }
  }

  /// The files that are read.
  var files: [String] { tokenizer.map { [$0] } ?? [] }

  /// The tokenizer that is asked for, made from a text if need be.
  func tokenizer(for text: TextFile) throws -> Tokenizer {
    if let tokenizer { return try Tokenizer(file: tokenizer) }
    return try text.withPieces {
      try Tokenizer(unit ?? .character, of: $0, size: vocabulary, minimumCount: minCount)
    }
  }
}

extension Tokenizer {
  private static func unigram(
    of texts: some Sequence<String>, size: Int, minimumCount: Int?
  ) throws -> Tokenizer {
    guard minimumCount == nil else {
      throw ValidationError("--min-count means nothing to a unigram model; leave it out.")
    }
    return try .training(unigram: size, on: texts)
  }

  /// A tokenizer of texts.
  init(
    _ unit: TokenUnit, of texts: some Sequence<String>, size: Int?, minimumCount: Int?
  ) throws {
    self =
      switch unit {
      case .character:
        try .characters(of: texts, minimumCount: minimumCount ?? 1, maximumSize: size)
      case .word: try .words(of: texts, minimumCount: minimumCount ?? 2, maximumSize: size)
      case .bpe:
        try .training(
          bytePairs: size ?? 4_000, minimumCount: minimumCount ?? 2, on: texts)
      case .unigram: try .unigram(of: texts, size: size ?? 4_000, minimumCount: minimumCount)
      }
  }
}

/// The cell of one language model.
struct LanguageKindOption: ParsableArguments {
  @Option(parsing: .unconditional, help: "The recurrent cell.")
  var model = RecurrentEncoder.Cell.lstm
}

/// The text of a language model, and which part of it is held back.
struct LanguageSourceArguments: ParsableArguments {
  @Argument(
    help: "The text, a file in UTF-8.", completion: .file(extensions: ["txt"]))
  var data: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The end of the text, held back to choose the best epoch: 10% or a number of characters.",
      valueName: "share"),
    transform: { try Share(parsing: $0) })
  var validation = Share.percent(10)

  /// The parts of the text, and what turns them into tokens; `test` is the share at the end that models
  /// are judged on, after what is held back.
  func parts(
    test: Share = .none, _ unit: UnitOptions, _ narrator: Narrator
  ) throws -> (learnt: TextFile, held: TextFile, test: TextFile, tokenizer: Tokenizer) {
    let (rest, judged) = try TextFile(readingFrom: data).split(validation: test)
    let (learnt, held) = try rest.split(validation: validation)
    let tokenizer = try unit.tokenizer(for: learnt)
    narrator.remark("\(tokenizer.summary); \(learnt.characterCount) characters to learn from")
    return (learnt, held, judged, tokenizer)
  }
}

/// Through how many tokens gradients flow.
struct StepsOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The tokens through which gradients flow. (default: 32)",
      valueName: "count"))
  var steps: Int?
}

/// The layers of a language model.
struct LanguageNetworkOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The units of a layer. (default: 512, or 768 for some passes)", valueName: "count"))
  var hidden: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The number of layers. (default: 1)", valueName: "count"))
  var layers: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The length of a token's vector. (default: 128, of larger tokens 256)", valueName: "count"))
  var embedding: Int?

  @Flag(
    inversion: .prefixedNo,
    help: "Score a token by the vector it is read by. (default: unless tokens are characters)")
  var tie: Bool?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The rate of dropout between layers and before the scores. (default: 0.1, or 0.4 for some \
      and 0.35 for many passes)
      """, valueName: "rate"))
  var dropout: Float?

  @Flag(help: "Drop the same elements at all steps of a chunk: variational dropout.")
  var variational = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The share of tokens that a step does without.", valueName: "rate"))
  var embeddingDropout: Float?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The share of recurrent weights that a step does without. (default: 0, or 0.35 for many passes)",
      valueName: "rate"))
  var weightDrop: Float?

  @OptionGroup var cells: CellVariantOptions

  func architecture(
    _ cell: RecurrentEncoder.Cell, _ standard: LanguageArchitecture
  ) -> LanguageArchitecture {
    LanguageArchitecture(
      cell: cell, embeddingSize: embedding ?? standard.embeddingSize,
      hiddenSize: hidden ?? standard.hiddenSize, layerCount: layers ?? standard.layerCount,
      tiesEmbeddings: tie ?? standard.tiesEmbeddings, dropout: dropout ?? standard.dropout,
      isVariational: variational,
      embeddingDropout: embeddingDropout ?? standard.embeddingDropout,
      weightDrop: weightDrop ?? standard.weightDrop, variant: cells.variant)
  }
}

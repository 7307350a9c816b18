import ArgumentParser
import LembraData
import LembraLayers
import LembraModels

/// Which columns of a file of sentences hold what.
struct TaggedColumnOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "What the file looks like. (default: found by itself)")
  var format: TextFormat?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The column of the words, counted from 0. (default: 0)", valueName: "column"))
  var word: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "More columns that are known of a word, with commas between them.", valueName: "columns"),
    transform: ColumnNumbers.init)
  var features = ColumnNumbers()

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The column of the tags. (default: the last)", valueName: "column"))
  var tag: Int?

  @Flag(help: "Leave out lines that begin with #.")
  var comments = false

  mutating func validate() throws {
    for (column, name) in [(word, "--word"), (tag, "--tag")] {
      guard let column, column < 0 else { continue }
      throw ValidationError("\(name) is \(column); columns are counted from 0.")
    }
  }

  func options() throws -> TaggedSentenceOptions {
    try TaggedSentenceOptions(
      format: format?.tagged(), wordColumn: word, featureColumns: features.numbers, tagColumn: tag,
      tags: .required, hasComments: comments ? true : nil)
  }
}

/// Numbers of columns with commas between them.
struct ColumnNumbers {
  var numbers: [Int] = []

  init() {}

  init(_ text: String) throws {
    numbers = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Int(part), number >= 0 else {
        throw ValidationError(
          "'\(part)' is no number of a column; write numbers from 0 with commas between them.")
      }
      return number
    }
  }
}

/// Cell, direction and output of one tagger.
struct TaggerKindOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "The recurrent cell.")
  var model = RecurrentEncoder.Cell.lstm

  @Flag(help: "Read sentences forward only.")
  var forward = false

  @Option(parsing: .unconditional, help: "Whether neighbouring tags know each other.")
  var tagging = TaggerArchitecture.Output.crf

  var kind: TaggerKind {
    TaggerKind(cell: model, isBidirectional: !forward, output: tagging)
  }
}

/// The words and the layers of a tagger.
struct TaggerNetworkOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The units of a layer in each direction.", valueName: "count"))
  var hidden = 200

  @Option(parsing: .unconditional, help: ArgumentHelp("The number of layers.", valueName: "count"))
  var layers = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The length of a word's vector. (default: 100)", valueName: "count"))
  var embedding: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Begin with the vectors of this file, in the text format of word2vec or GloVe.",
      valueName: "file"),
    completion: .file())
  var wordVectors: String?

  @Option(parsing: .unconditional, help: "What reads the characters of a word.")
  var spelling = TaggerArchitecture.Spelling.recurrent

  @Option(
    parsing: .unconditional,
    help: "Whether tags that mark spans are learnt as they are, as BIOES, or without their scheme.")
  var scheme = TaggerTrainingOptions.Scheme.bioes

  @Option(parsing: .unconditional, help: ArgumentHelp("The rate of dropout.", valueName: "rate"))
  var dropout: Float = 0.5

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The share of words that a step does without.", valueName: "rate"))
  var wordDropout: Float = 0.1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How often a word must occur to be known.", valueName: "count"))
  var minCount = 1

  @OptionGroup var cells: CellVariantOptions

  /// The files that are read.
  var files: [String] { wordVectors.map { [$0] } ?? [] }

  func architecture(_ kind: TaggerKind) -> TaggerArchitecture {
    TaggerArchitecture(
      cell: kind.cell, isBidirectional: kind.isBidirectional, embeddingSize: embedding ?? 100,
      hiddenSize: hidden, layerCount: layers, spelling: spelling, output: kind.output,
      dropout: dropout, wordDropout: wordDropout, variant: cells.variant)
  }

  func options(_ training: TextTrainingOptions) -> TaggerTrainingOptions {
    TaggerTrainingOptions(minimumCount: minCount, scheme: scheme, training: training)
  }

  /// The vectors that were asked for, of the words of these sentences.
  func vectors(for sentences: TaggedSentences) throws -> WordVectors? {
    guard let wordVectors else { return nil }
    return try WordVectors(
      readingFrom: wordVectors, wanted: Set(sentences.words.map(TaggerConfiguration.normalized)))
  }
}

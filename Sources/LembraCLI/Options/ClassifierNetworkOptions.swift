import ArgumentParser
import LembraData
import LembraLayers
import LembraModels

/// The kind of network of one classifier.
struct ClassifierKindOption: ParsableArguments {
  @Option(parsing: .unconditional, help: "The kind of network.")
  var model = ClassifierArchitecture.Kind.bilstm
}

/// The words and the layers of a classifier.
struct ClassifierNetworkOptions: ParsableArguments {
  @Flag(help: "Let a text have several labels, or none. (default: if a text has)")
  var multi = false

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

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The units of a layer, or the filters of a width.", valueName: "count"))
  var hidden = 128

  @Option(parsing: .unconditional, help: ArgumentHelp("The number of layers.", valueName: "count"))
  var layers = 1

  @Option(
    parsing: .unconditional,
    help: "How the outputs at all words of a text become one: recurrent networks.")
  var pooling = SequencePooling.max

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The rate of dropout.", valueName: "rate"))
  var dropout: Float = 0.5

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The share of words that a step does without.", valueName: "rate"))
  var wordDropout: Float = 0.2

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How often a word must occur to be known.", valueName: "count"))
  var minCount = 2

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most words that are known. (default: all)", valueName: "count"))
  var vocabulary: Int?

  @Flag(help: "Tell capital letters from small ones.")
  var keepCase = false

  @Option(
    parsing: .unconditional,
    help: "Whether texts of rare labels count for more.")
  var classWeights = ClassifierTrainingOptions.ClassWeighting.none

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The share of a label that is spread over all labels.", valueName: "share"))
  var labelSmoothing: Float = 0

  @OptionGroup var cells: CellVariantOptions

  /// The files that are read.
  var files: [String] { wordVectors.map { [$0] } ?? [] }

  func architecture(
    _ kind: ClassifierArchitecture.Kind
  ) -> ClassifierArchitecture {
    ClassifierArchitecture(
      kind, embeddingSize: embedding ?? 100, hiddenSize: hidden, layerCount: layers,
      pooling: pooling, dropout: dropout, wordDropout: wordDropout, variant: cells.variant)
  }

  func options(_ training: TextTrainingOptions) -> ClassifierTrainingOptions {
    ClassifierTrainingOptions(
      minimumCount: minCount, vocabularySize: vocabulary, lowercases: !keepCase,
      classWeighting: classWeights, labelSmoothing: labelSmoothing, training: training)
  }

  /// The vectors that were asked for, of the words of these texts.
  func vectors(for texts: LabelledTexts) throws -> WordVectors? {
    guard let wordVectors else { return nil }
    let words = try Tokenizer.words(of: texts.texts, lowercases: !keepCase)
    return try WordVectors(readingFrom: wordVectors, wanted: Set(words.vocabulary.tokens))
  }
}

import ArgumentParser
import LembraData

/// How texts and their labels, or words and their tags, stand in a file.
struct TextReadingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "What the file of texts looks like. (default: found by itself)")
  var format: TextFormat?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The column of the texts, by name or number. (default: found by its name)",
      valueName: "column"))
  var text: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The column of the labels, by name or number. (default: found by its name)",
      valueName: "column"))
  var label: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What stands between the labels of a text that has several.", valueName: "text"))
  var labelSeparator: String?

  @Flag(help: "Leave out rows without a text instead of refusing them.")
  var skipEmpty = false

  @Flag(help: "Leave out lines of tagged words that begin with #.")
  var comments = false

  /// How labelled texts are read.
  func labelled(hasHeader: Bool?, allowsNoLabel: Bool) throws -> LabelledTextOptions {
    try LabelledTextOptions(
      format: format?.labelled(), textColumn: text, labelColumn: label, hasHeader: hasHeader,
      labelSeparator: labelSeparator, allowsNoLabel: allowsNoLabel, skipsEmptyTexts: skipEmpty)
  }

  /// How sentences are read that have the columns of a model.
  func tagged(
    _ columns: TaggedSentences.Columns, tags: TaggedSentenceOptions.Tags
  ) throws -> TaggedSentenceOptions {
    try TaggedSentenceOptions(
      format: format?.tagged(), wordColumn: columns.word, featureColumns: columns.features,
      tagColumn: columns.tag, tags: tags, hasComments: comments ? true : nil)
  }
}

/// The formats of files of texts.
enum TextFormat: String, CaseIterable, ExpressibleByArgument {
  case tsv
  case csv
  case jsonl
  case conll
  case conllu
  case plain

  /// This format of labelled texts.
  func labelled() throws -> LabelledTextOptions.Format {
    try format("labelled texts")
  }

  /// This format of tagged sentences.
  func tagged() throws -> TaggedSentenceOptions.Format {
    try format("tagged sentences")
  }

  private func format<Format: RawRepresentable & CaseIterable>(_ noun: String) throws -> Format
  where Format.RawValue == String {
    guard let format = Format(rawValue: rawValue) else {
      let choices = Format.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "--format \(rawValue) is none of \(noun); choose among \(choices), or leave it out.")
    }
    return format
  }
}

/// What a language model is judged on, and how.
struct LanguageJudgingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Judge only the end of the text: 10% or a number of characters, as in training.",
      valueName: "share"),
    transform: { try Share(parsing: $0) })
  var validation: Share?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Read so many parts of the text side by side, which is faster and less exact. (default: 1)",
      valueName: "count"))
  var streams: Int?

  @Flag(help: "Let the model go on learning from what it has just been judged on.")
  var dynamic = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How fast it then learns. (default: 5e-05)", valueName: "rate"))
  var dynamicRate: Double?

  mutating func validate() throws {
    if let streams {
      guard streams >= 1 else {
        throw ValidationError("--streams is \(streams); choose 1 or more.")
      }
      guard !dynamic else {
        throw ValidationError("With --dynamic the text is read as one; leave out --streams.")
      }
    }
    if let dynamicRate {
      guard dynamicRate >= 0, dynamicRate.isFinite else {
        throw ValidationError("--dynamic-rate is \(dynamicRate); choose 0 or more.")
      }
      guard dynamic else { throw ValidationError("--dynamic-rate is for --dynamic; add it.") }
    }
  }
}

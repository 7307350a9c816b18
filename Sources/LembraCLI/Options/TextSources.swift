import ArgumentParser
import LembraData

/// The labelled texts that are learnt from, and what the best epoch is chosen by.
struct LabelledTextArguments: ParsableArguments {
  @Argument(
    help: "The labelled texts: a TSV, CSV or JSONL file.",
    completion: .file(extensions: ["tsv", "csv", "jsonl"]))
  var data: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Texts to choose the best epoch by: a file like the first, or a share of it. (default: 10%)
      """, valueName: "file or share"),
    completion: .file())
  var validation = "10%"

  @Flag(help: "Read the first line as a row of data, not of names.")
  var noHeader = false

  /// The files that are read.
  var files: [String] { [data] + HeldOut(validation).files }

  /// Reads and divides the texts.
  func parts(
    _ reading: TextReadingOptions, allowsNoLabel: Bool, test: HeldOut? = nil, seed: UInt64,
    _ narrator: Narrator
  ) throws -> TextDivision<LabelledTexts> {
    let options = try reading.labelled(
      hasHeader: noHeader ? false : nil, allowsNoLabel: allowsNoLabel)
    func read(_ path: String) throws -> LabelledTexts {
      let texts = try LabelledTexts(readingFrom: path, options: options)
      for remark in texts.remarks { narrator.remark(remark) }
      return texts
    }
    return try TextDivision(
      of: read(data), test: test, validation: HeldOut(validation), seed: seed
    ) { try read($0[0]) }
  }
}

/// The tagged sentences that are learnt from, and what the best epoch is chosen by.
struct TaggedSentenceArguments: ParsableArguments {
  @Argument(help: "The tagged sentences.", completion: .file())
  var data: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Sentences to choose the best epoch by: a file like the first, or a share. (default: 5%)",
      valueName: "file or share"),
    completion: .file())
  var validation = "5%"

  /// The files that are read.
  var files: [String] { [data] + HeldOut(validation).files }

  /// Reads and divides the sentences.
  func parts(
    _ reading: TaggedColumnOptions, test: HeldOut? = nil, seed: UInt64
  ) throws -> TextDivision<TaggedSentences> {
    let options = try reading.options()
    return try TextDivision(
      of: TaggedSentences(readingFrom: data, options: options), test: test,
      validation: HeldOut(validation), seed: seed
    ) { try TaggedSentences(readingFrom: $0[0], options: options) }
  }
}

import ArgumentParser
import LembraData

/// The pairs that are learnt from, and what the best epoch is chosen by.
struct TranslationSourceArguments: ParsableArguments {
  @Argument(
    help: "The pairs: a TSV file of sources and targets, unless --source and --target are given.",
    completion: .file(extensions: ["tsv"]))
  var data: String?

  @OptionGroup var sides: TranslationSideOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The sources of the pairs to choose the best epoch by.", valueName: "file"),
    completion: .file())
  var validationSource: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Their targets.", valueName: "file"), completion: .file())
  var validationTarget: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Pairs to choose the best epoch by: a TSV file, or a share. (default: 5%)",
      valueName: "file or share"),
    completion: .file())
  var validation: String?

  mutating func validate() throws {
    try TranslationSideOptions.requireBoth(
      validationSource, validationTarget, of: "validation-")
    if validationSource != nil, validation != nil {
      throw ValidationError(
        "--validation and --validation-source say the same thing; leave out one of them.")
    }
  }

  /// What the best epoch is chosen by.
  private var heldOut: HeldOut {
    if let validationSource, let validationTarget {
      return .files([validationSource, validationTarget])
    }
    return HeldOut(validation ?? "5%")
  }

  /// The files that are read.
  var files: [String] { [data].compactMap(\.self) + sides.files + heldOut.files }

  /// The name of the data, for documents.
  var name: String { data ?? sides.source ?? "" }

  /// Reads and divides the pairs.
  func parts(test: HeldOut? = nil, seed: UInt64) throws -> TextDivision<ParallelTexts> {
    try TextDivision(
      of: sides.pairs(orTable: data), test: test, validation: heldOut, seed: seed
    ) { files in
      files.count == 2
        ? try ParallelTexts(source: files[0], target: files[1])
        : try ParallelTexts(readingFrom: files[0])
    }
  }
}

import ArgumentParser
import LembraData
import LembraModels
import LembraTensor

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
    guard (validationSource == nil) == (validationTarget == nil) else {
      throw ValidationError(
        "--validation-source and --validation-target belong together; give both.")
    }
    if validationSource != nil, validation != nil {
      throw ValidationError(
        "--validation and --validation-source say the same thing; leave out one of them.")
    }
  }

  /// The files that are read.
  var files: [String] {
    [data, validationSource, validationTarget].compactMap(\.self) + sides.files
      + (validation.map { HeldOut($0).files } ?? [])
  }

  /// The name of the data, for documents.
  var name: String { data ?? sides.source ?? "" }

  /// The pairs to learn from and those to choose by; nil for none.
  func parts(seed: UInt64) throws -> (learnt: ParallelTexts, held: ParallelTexts?) {
    try parts(of: sides.pairs(orTable: data), seed: seed)
  }

  /// Divides pairs, or reads those to choose by.
  func parts(
    of all: ParallelTexts, seed: UInt64
  ) throws -> (learnt: ParallelTexts, held: ParallelTexts?) {
    if let validationSource, let validationTarget {
      return (all, try ParallelTexts(source: validationSource, target: validationTarget))
    }
    let (learnt, held) = try HeldOut(validation ?? "5%").divide(
      all, key: RandomKey(seed: seed).folding("validation")
    ) { try ParallelTexts(readingFrom: $0) }
    return (learnt, held)
  }
}

extension ParallelTexts: DividedTexts {}

import ArgumentParser
import LembraData
import LembraTensor

/// Two files that belong together line by line.
struct TranslationSideOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The sources, one on a line, plain or gzip.", valueName: "file"),
    completion: .file())
  var source: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What they are to become, on the same lines.", valueName: "file"),
    completion: .file())
  var target: String?

  mutating func validate() throws {
    try Self.requireBoth(source, target)
  }

  /// Throws where one of two files that belong together is given without the other.
  static func requireBoth(_ source: String?, _ target: String?, of part: String = "") throws {
    guard (source == nil) == (target == nil) else {
      throw ValidationError(
        "--\(part)source and --\(part)target belong together; give both.")
    }
  }

  /// The files that are read.
  var files: [String] { [source, target].compactMap(\.self) }

  /// The pairs of both files, or of the table `data`.
  ///
  /// - Throws: `LembraError` when a file cannot be read, `ValidationError` unless just one of both was
  ///   given.
  func pairs(orTable data: String?) throws -> ParallelTexts {
    if let source, let target {
      if let data {
        throw ValidationError("\(data) and --source say the same thing; leave out one of them.")
      }
      return try ParallelTexts(source: source, target: target)
    }
    guard let data else {
      throw ValidationError("No pairs are given; add --source and --target, or name a TSV file.")
    }
    return try ParallelTexts(readingFrom: data)
  }
}

/// What a model is judged on.
struct JudgedFileArguments: ParsableArguments {
  @Argument(
    help: "The data: a CSV file of a series, texts, tagged words or pairs.", completion: .file())
  var data: String?

  @OptionGroup var sides: TranslationSideOptions

  /// The name of the data, for documents.
  var name: String { data ?? sides.source ?? "" }

  /// The file.
  ///
  /// - Throws: `ValidationError` when none is named.
  func required() throws -> String {
    guard let data else { throw ValidationError("No data is given; name a file.") }
    return data
  }
}

import LembraTensor

/// The columns of a file of sentences, found from what was asked for and from the first token.
struct TaggedSentenceLayout {
  let columns: TaggedSentences.Columns
  /// Whether tabs separate the columns, and not blanks.
  let isTabbed: Bool

  private let width: Int
  /// The columns that every line must have.
  private let neededWidth: Int
  /// Whether lines may have more columns than the first.
  private let allowsMore: Bool
  private let file: String?

  /// - Parameters:
  ///   - options: what was asked for.
  ///   - format: the format of the file.
  ///   - width: the number of columns of the first token.
  ///   - isTabbed: whether tabs separate them.
  ///   - line: the line of the first token.
  ///   - file: the name of the file.
  /// - Throws: `LembraError` when the column of the tags is that of the words or of a feature.
  init(
    _ options: TaggedSentenceOptions, format: TaggedSentenceOptions.Format, width: Int,
    isTabbed: Bool, line: Int, file: String?
  ) throws(LembraError) {
    let word = options.wordColumn ?? (format == .conllu ? 1 : 0)
    let isLast = options.tagColumn == nil && format != .conllu
    let tag = options.tagColumn ?? (isLast ? width - 1 : 3)
    let isTaken = tag == word || options.featureColumns.contains(tag)
    if options.tags != .none, isTaken, !isLast || options.tags == .required {
      throw LembraError(
        .invalidOption,
        isLast && width == 1
          ? "the file has one column, and words with tags take two"
          : "column \(tag) is asked for as tag and as \(tag == word ? "word" : "feature")",
        remedy: "choose the columns by number from 0 (--word, --features, --tag)",
        at: .init(file: file, line: line))
    }
    let hasTag =
      switch options.tags {
      case .required: true
      case .ifPresent: !isTaken && tag < width
      case .none: false
      }
    columns = TaggedSentences.Columns(
      word: word, features: options.featureColumns, tag: hasTag ? tag : nil)
    self.isTabbed = isTabbed
    self.width = width
    neededWidth = (options.featureColumns + (hasTag ? [tag] : [])).reduce(word, max) + 1
    allowsMore = !(isLast && hasTag)
    self.file = file
  }

  /// Checks that a line with `width` columns has those that are needed.
  func check(width: Int, line: Int) throws(LembraError) {
    guard width < neededWidth || (width > self.width && !allowsMore) else { return }
    let found = "this line has \(counted(width, "column"))"
    guard width < neededWidth else {
      throw LembraError(
        .invalidData, "\(found) where the first has \(self.width)",
        remedy: "mend the line, or give the number of the column of the tags (--tag)",
        at: .init(file: file, line: line))
    }
    let missing = neededWidth - 1
    let role = missing == columns.word ? "words" : missing == columns.tag ? "tags" : "features"
    throw LembraError(
      .invalidData, "\(found), and the \(role) are in column \(missing) from 0",
      remedy: isTabbed
        ? "mend the line; its columns are separated by tabs, as those of the first"
        : "mend the line, or choose other columns (--word, --features, --tag)",
      at: .init(file: file, line: line))
  }
}

/// How a file of sentences is to be read.
public struct TaggedSentenceOptions: Hashable, Sendable {
  /// What a file of sentences looks like.
  public enum Format: String, Hashable, Sendable, CaseIterable, Codable {
    /// A token a line, its columns separated by blanks or, where the first token's are, by tabs; a
    /// blank line ends a sentence, and lines that begin with `-DOCSTART-` are none.
    case conll
    /// Universal Dependencies' CoNLL-U: ten columns separated by tabs. Comments, words of several
    /// tokens (`1-2`) and tokens that the text does not have (`1.1`) are passed over.
    case conllu
    /// A sentence a line, its words separated by blanks, without tags.
    case plain
  }

  /// Whether tags are read.
  public enum Tags: String, Hashable, Sendable, CaseIterable, Codable {
    /// A file without them is an error.
    case required
    /// They are read where the file has their column.
    case ifPresent
    /// They are not looked at.
    case none
  }

  /// The columns of CoNLL-U that a tag may be in.
  public enum UniversalTag: Int, Hashable, Sendable, CaseIterable {
    /// The universal part of speech, UPOS.
    case partOfSpeech = 3
    /// The part of speech of the language, XPOS.
    case ownPartOfSpeech = 4
    /// The morphological features, FEATS.
    case morphology = 5
    /// The relation to the head, DEPREL.
    case relation = 7
  }

  /// Recognised from the file when nil: CoNLL-U by the ending `.conllu` or by ten columns that
  /// begin with the number 1, else CoNLL.
  public var format: Format?

  /// The column of the words, counted from 0; 0 when nil, and 1 in CoNLL-U.
  public var wordColumn: Int?

  /// The columns of the features, counted from 0.
  public var featureColumns: [Int]

  /// The column of the tags, counted from 0; the last when nil, and that of the universal part of
  /// speech in CoNLL-U.
  public var tagColumn: Int?

  public var tags: Tags

  /// Whether lines that begin with `#` are comments; as the format has it when nil.
  ///
  /// They are in CoNLL-U. In CoNLL they are not, since `#` is a word of the texts of CoNLL-2000.
  public var hasComments: Bool?

  public init(
    format: Format? = nil, wordColumn: Int? = nil, featureColumns: [Int] = [],
    tagColumn: Int? = nil, tags: Tags = .required, hasComments: Bool? = nil
  ) {
    self.format = format
    self.wordColumn = wordColumn
    self.featureColumns = featureColumns
    self.tagColumn = tagColumn
    self.tags = tags
    self.hasComments = hasComments
  }

  /// Words of CoNLL-U with one of its columns as tags.
  public static func universal(_ tag: UniversalTag) -> TaggedSentenceOptions {
    TaggedSentenceOptions(format: .conllu, wordColumn: 1, tagColumn: tag.rawValue)
  }
}

extension TaggedSentenceOptions.Format {
  static func detected(in text: TextBytes, file: String?) -> TaggedSentenceOptions.Format {
    if file?.lowercased().hasSuffix(".conllu") == true { return .conllu }
    for line in text.lines {
      let fields = text.text(line.range).split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 10 else {
        // Comments and blank lines say nothing yet.
        if fields[0].first == "#" || !String(fields[0]).hasInk { continue }
        return .conll
      }
      return fields[0] == "1" || fields[0].hasPrefix("1-") ? .conllu : .conll
    }
    return .conll
  }
}

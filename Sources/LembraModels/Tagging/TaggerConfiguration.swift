public import LembraData
import LembraLayers
public import LembraTensor
public import LembraTraining

/// What a tagger reads and which tags it gives.
public struct TaggerConfiguration: Hashable, Codable, Sendable {
  /// The words that are known, in lower case and with 0 for every digit.
  public var words: Vocabulary

  /// The characters that are known, as they are.
  public var characters: Vocabulary

  /// The values of each feature that are known.
  public var features: [Vocabulary]

  /// The tags, in the order of their scores.
  public var tags: [String]

  /// How these tags mark spans, which decides what may follow what; nil where anything may.
  public var scheme: TagScheme?

  /// How the tags of the file mark spans, if otherwise: what the model says is converted to it.
  public var fileScheme: TagScheme?

  /// The columns of the file that was learnt from.
  public var columns: TaggedSentences.Columns

  public var architecture: TaggerArchitecture

  /// The token of what is not known.
  static let unknown = "<unk>"

  /// The most characters of a word that are read.
  static let longestWord = 32

  init(
    _ sentences: TaggedSentences, minimumCount: Int, scheme: TagScheme?, fileScheme: TagScheme?,
    architecture: TaggerArchitecture
  ) throws(LembraError) {
    words = try Vocabulary(
      counting: sentences.words.lazy.map(Self.normalized), minimumCount: minimumCount,
      unknown: Self.unknown)
    characters = try Vocabulary(
      counting: sentences.words.lazy.flatMap { $0.unicodeScalars.lazy.map { String($0) } },
      unknown: Self.unknown)
    var features: [Vocabulary] = []
    for values in sentences.features {
      features.append(try Vocabulary(counting: values, unknown: Self.unknown))
    }
    self.features = features
    tags = Set(sentences.tags).sorted()
    self.scheme = scheme
    self.fileScheme = fileScheme
    columns = sentences.columns
    self.architecture = architecture
  }

  /// The form in which a word is looked up.
  package static func normalized(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte)
        || (byte < 0x80 && !isDigit(byte) && !(0x41...0x5A).contains(byte))
    }
    guard !isPlain else { return word }
    var result = String.UnicodeScalarView()
    for scalar in word.lowercased().unicodeScalars {
      result.append(scalar.properties.numericType == .decimal ? "0" : scalar)
    }
    return String(result)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// What may follow what, where tags mark spans.
  ///
  /// - Throws: `LembraError` with code `invalidData` when a tag is none of the scheme.
  func constraints() throws(LembraError) -> TransitionConstraints? {
    try scheme.map { scheme throws(LembraError) in try scheme.constraints(for: tags) }
  }

  /// The tags of the words of a sentence, as the file writes them.
  func names(_ path: [Int]) -> [String] {
    let names = path.map { tags[$0] }
    return fileScheme.map { $0.converting(names) } ?? names
  }

  var sizes: TaggerNetwork.Sizes {
    TaggerNetwork.Sizes(
      words: words.count, characters: characters.count, features: features.map(\.count),
      tags: tags.count)
  }

  /// Checks everything, so that building a network of it cannot fail.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate() throws(LembraError) {
    try require(!tags.isEmpty, "there are no tags", "give sentences with tags", "tags")
    try require(
      Set(tags).count == tags.count, "a tag is there twice", "name each tag once", "tags")
    try require(
      ([words, characters] + features).allSatisfy { $0.unknown != nil && $0.count > 0 },
      "a vocabulary has no token for what is not known", "train the model again", "words")
    try require(
      columns.features.count == features.count,
      "\(counted(features.count, "vocabulary")) for \(counted(columns.features.count, "feature"))",
      "train the model again", "features")
    try architecture.validate(sizes)
    _ = try constraints()
  }
}

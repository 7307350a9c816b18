import LembraData
import LembraLayers
import LembraTensor

/// Sentences as a tagger reads them: numbers of words, characters, features and tags.
struct EncodedSentences {
  private let words: [Int]
  private let features: [[Int]]
  private let offsets: [Int]

  /// The characters of each distinct word, and which of them each word is.
  private let spellings: [[Int]]
  private let spellingOfWord: [Int]

  /// The tag of each word; empty without tags.
  private(set) var tags: [Int] = []

  private let unknown: Int

  /// Sentences without their tags; what is not known is the unknown word, character or value.
  init(_ sentences: TaggedSentences, _ configuration: TaggerConfiguration) {
    // By bytes: equal characters may be spelt in two ways.
    var numbers: [[UInt8]: Int] = [:]
    var spellings: [[Int]] = []
    var distinctWords: [Int] = []
    spellingOfWord = sentences.words.map { word in
      let key = Array(word.utf8)
      if let number = numbers[key] { return number }
      let number = spellings.count
      numbers[key] = number
      let letters = word.unicodeScalars.prefix(TaggerConfiguration.longestWord).map {
        configuration.characters.idOrUnknown(of: String($0)) ?? 0
      }
      spellings.append(letters.isEmpty ? [configuration.characters.unknown ?? 0] : letters)
      distinctWords.append(
        configuration.words.idOrUnknown(of: TaggerConfiguration.normalized(word)) ?? 0)
      return number
    }
    words = spellingOfWord.map { distinctWords[$0] }
    self.spellings = spellings
    features = zip(configuration.features, sentences.features).map { vocabulary, values in
      values.map { vocabulary.idOrUnknown(of: $0) ?? 0 }
    }
    offsets = sentences.offsets
    unknown = configuration.words.unknown ?? 0
  }

  /// Sentences with their tags.
  ///
  /// - Throws: `LembraError` with the line of a word whose tag the model does not know.
  init(
    tagged sentences: TaggedSentences, _ configuration: TaggerConfiguration
  ) throws(LembraError) {
    self.init(sentences, configuration)
    let numbers = Dictionary(
      configuration.tags.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    for (index, tag) in sentences.tags.enumerated() {
      guard let number = numbers[tag] else {
        throw LembraError(
          .invalidData, "the tag '\(tag)' is none of those that were learnt",
          remedy: "use the tags \(listed(configuration.tags)), or train with this one",
          at: .init(
            file: sentences.file, line: sentences.lines.isEmpty ? nil : sentences.lines[index]))
      }
      tags.append(number)
    }
  }

  /// The number of sentences.
  var count: Int { offsets.count - 1 }

  /// A text that changes, but for chance, with every word, feature and tag.
  var fingerprint: String {
    Fingerprint.text(of: [offsets, words, tags] + features + spellings)
  }

  var lengths: [Int] { zip(offsets, offsets.dropFirst()).map { $1 - $0 } }

  /// The words of a sentence among all words.
  func range(_ sentence: Int) -> Range<Int> { offsets[sentence]..<offsets[sentence + 1] }

  /// The tags of some sentences in the order of a batch's rows.
  func tags(of sentences: [Int], in layout: SequenceLayout) -> [Int] {
    layout.interleaving(sentences.map { Array(tags[range($0)]) })
  }

  /// Some sentences as a batch.
  ///
  /// - Parameters:
  ///   - sentences: their indices.
  ///   - rate: the share of words that become unknown.
  ///   - key: names the random numbers of that; nil for none.
  /// - Returns: the batch.
  func batch(_ sentences: [Int], droppingWords rate: Float = 0, key: RandomKey? = nil)
    -> TaggerBatch
  {
    let ranges = sentences.map(range)
    let layout = SequenceLayout(lengths: ranges.map(\.count))
    var tokens = ranges.map { Array(words[$0]) }
    if let key {
      tokens = tokens.droppingWords(
        rate, replacement: unknown, key: key, identities: sentences)
    }
    let spelled = layout.interleaving(ranges.map { Array(spellingOfWord[$0]) })
    var places: [Int: Int] = [:]
    var own: [[Int]] = []
    let spellingOfRow = spelled.map { number in
      if let place = places[number] { return place }
      places[number] = own.count
      own.append(spellings[number])
      return own.count - 1
    }
    return TaggerBatch(
      layout: layout, words: layout.interleaving(tokens),
      features: features.map { values in layout.interleaving(ranges.map { Array(values[$0]) }) },
      spellings: own, spellingOfRow: spellingOfRow)
  }
}

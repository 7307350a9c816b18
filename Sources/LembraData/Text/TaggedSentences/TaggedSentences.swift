public import LembraTensor

/// Sentences of words, with features and a tag for each word, as a file holds them.
///
/// All words stand one after the other, and so do the features and the tags; a sentence is a range
/// of them.
public struct TaggedSentences: RandomAccessCollection, Hashable, Sendable {
  /// One sentence.
  public struct Sentence: Hashable, Sendable {
    public let words: ArraySlice<String>
    /// The values of each feature column, one a word.
    public let features: [ArraySlice<String>]
    /// One a word, or none where the file has no tags.
    public let tags: ArraySlice<String>
    /// The line of each word; empty for sentences that come from no file.
    public let lines: ArraySlice<Int>
  }

  /// The columns of a file from which sentences were read, counted from 0.
  public struct Columns: Hashable, Sendable, Codable {
    public let word: Int
    public let features: [Int]
    /// Nothing where the file has no tags.
    public let tag: Int?

    public init(word: Int, features: [Int] = [], tag: Int? = nil) {
      self.word = word
      self.features = features
      self.tag = tag
    }
  }

  /// The words of all sentences.
  public let words: [String]

  /// The values of each feature column, one a word.
  public let features: [[String]]

  /// The tag of each word; empty where the file has no tags.
  public let tags: [String]

  /// The line of the file of each word; empty for sentences that come from no file.
  public let lines: [Int]

  /// Where each sentence begins among the words, and behind the last, where it ends.
  public let offsets: [Int]

  public let columns: Columns

  /// The name of the file, for messages.
  public let file: String?

  /// - Precondition: features, tags and lines are as many as the words or, tags and lines, none;
  ///   the offsets rise from 0 to the number of words.
  public init(
    words: [String], features: [[String]] = [], tags: [String] = [], lines: [Int] = [],
    offsets: [Int], columns: Columns = Columns(word: 0), file: String? = nil
  ) {
    precondition(
      features.allSatisfy { $0.count == words.count }
        && (tags.isEmpty || tags.count == words.count)
        && (lines.isEmpty || lines.count == words.count),
      "\(words.count) words do not go with \(features.map(\.count)) features, \(tags.count) tags "
        + "and \(lines.count) lines")
    precondition(
      offsets.first == 0 && offsets.last == words.count
        && zip(offsets, offsets.dropFirst()).allSatisfy { $0 < $1 },
      "sentences cannot begin at \(offsets.prefix(20)) among \(words.count) words")
    self.words = words
    self.features = features
    self.tags = tags
    self.lines = lines
    self.offsets = offsets
    self.columns = columns
    self.file = file
  }

  public var startIndex: Int { 0 }
  /// The number of sentences.
  public var endIndex: Int { offsets.count - 1 }

  /// Whether there are tags.
  public var hasTags: Bool { !tags.isEmpty }

  /// The places of the words of a sentence among all.
  ///
  /// - Precondition: `index` is that of a sentence.
  public func range(ofSentence index: Int) -> Range<Int> {
    precondition(indices.contains(index), "sentence \(index) is not one of \(count)")
    return offsets[index]..<offsets[index + 1]
  }

  /// - Precondition: `index` is that of a sentence.
  public subscript(index: Int) -> Sentence {
    let range = range(ofSentence: index)
    return Sentence(
      words: words[range], features: features.map { $0[range] },
      tags: hasTags ? tags[range] : [], lines: lines.isEmpty ? [] : lines[range])
  }

  /// The sentences at `indices`, in that order.
  ///
  /// - Precondition: `indices` are those of sentences.
  public func subset(_ indices: [Int]) -> TaggedSentences {
    let ranges = indices.map { range(ofSentence: $0) }
    func chosen<Value>(_ values: [Value]) -> [Value] {
      values.isEmpty ? [] : ranges.flatMap { values[$0] }
    }
    return TaggedSentences(
      words: chosen(words), features: features.map(chosen), tags: chosen(tags),
      lines: chosen(lines),
      offsets: ranges.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) },
      columns: columns, file: file)
  }

  /// Splits off sentences to choose a model by, drawn by `key` alone; both parts keep the order of
  /// the file.
  ///
  /// - Parameters:
  ///   - validation: the sentences to split off, a number or a percentage of all; possibly none.
  ///   - key: the key of the draw.
  /// - Returns: the sentences to train on, and those that were split off.
  /// - Throws: `LembraError` when no sentence would be left.
  public func split(
    validation: Share, key: RandomKey
  ) throws(LembraError) -> (training: TaggedSentences, validation: TaggedSentences) {
    let total = try validation.checkedCount(of: count, noun: "sentence", file: file)
    var generator = RandomGenerator(key)
    let held = Set(shuffledIndices(count, using: &generator).prefix(total))
    return (subset(indices.filter { !held.contains($0) }), subset(indices.filter(held.contains)))
  }
}

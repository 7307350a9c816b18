/// The words that are wrong in texts, by the fewest changes that lead from each to its reference.
///
///     let errors = WordErrors(hypothesis: "the cat sat", reference: "the black cat sat")
///     errors.rate  // 0.25: a word is missing, of four
///
/// A change replaces a word, leaves it out or puts one in (the Levenshtein distance). Words are what
/// is between white space, so that texts of phonemes with blanks between them are counted by
/// phonemes. Counts of several texts are added up; the rate of the sum is that of the corpus.
public struct WordErrors: Hashable, Sendable {
  /// The changes.
  public private(set) var changes = 0

  /// The words of the references.
  public private(set) var words = 0

  /// No text.
  public init() {}

  /// The errors of one text.
  ///
  /// Time grows with the product of the numbers of words, memory with their sum.
  public init(hypothesis: String, reference: String) {
    // Each pair of words is compared, so they are first numbered.
    var numbers: [Substring: Int] = [:]
    func numbered(_ text: String) -> [Int] {
      text.split(whereSeparator: \.isWhitespace).map { word in
        if let number = numbers[word] { return number }
        let number = numbers.count
        numbers[word] = number
        return number
      }
    }
    let (given, wanted) = (numbered(hypothesis), numbered(reference))
    words = wanted.count
    // The distance of the words so far to each beginning of the reference.
    var distances = Array(0...wanted.count)
    for word in given {
      // The distance to the beginning that is one word shorter, before this word.
      var diagonal = distances[0]
      distances[0] += 1
      for (place, other) in wanted.enumerated() {
        let replaced = diagonal + (word == other ? 0 : 1)
        diagonal = distances[place + 1]
        distances[place + 1] = min(replaced, diagonal + 1, distances[place] + 1)
      }
    }
    changes = distances[wanted.count]
  }

  /// The word error rate (WER): the changes for each word of the references.
  ///
  /// It may be above 1. Where references have no words at all, it is the number of changes.
  public var rate: Double { Double(changes) / Double(max(words, 1)) }

  public static func + (left: WordErrors, right: WordErrors) -> WordErrors {
    var sum = left
    sum.changes += right.changes
    sum.words += right.words
    return sum
  }
}

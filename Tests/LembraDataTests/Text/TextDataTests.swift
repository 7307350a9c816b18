import LembraData
import LembraTensor
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

private let sharedFolder =
  #filePath.split(separator: "/", omittingEmptySubsequences: false)
  .dropLast(4).joined(separator: "/") + "/../shared/data/text"

@Suite(
  "The texts shared beside the package",
  .enabled(if: access(sharedFolder, R_OK) == 0, "../shared/data/text is not there"))
struct TextDataTests {
  @Test(
    "are film reviews with two labels",
    arguments: [("train", 8530), ("dev", 1066), ("test", 1066)])
  func sentencePolarity(part: String, count: Int) throws {
    let path = "\(sharedFolder)/sentence-polarity-\(part).tsv"
    let data = try LabelledTexts(readingFrom: path)
    #expect(data.count == count)
    #expect(data.textColumn == "text" && data.labelColumn == "label")
    #expect(Set(data.labels) == [["negative"], ["positive"]])
    #expect(data.lines == Array(2...count + 1))
    let (training, validation) = try data.split(validation: .percent(10), key: .init(seed: 1))
    #expect(training.count + validation.count == count)
    let share = Double(validation.labels.count { $0 == ["positive"] }) / Double(validation.count)
    #expect(abs(share - 0.5) < 0.01)
  }

  #if DEBUG
    static let chunkedParts = [("test", 2012, 47_377)]
  #else
    static let chunkedParts = [("train", 8936, 211_727), ("test", 2012, 47_377)]
  #endif

  @Test("are sentences with chunks", arguments: chunkedParts)
  func chunking(part: String, count: Int, wordCount: Int) throws {
    let path = "\(sharedFolder)/conll2000/\(part).txt"
    let sentences = try TaggedSentences(
      readingFrom: path, options: TaggedSentenceOptions(featureColumns: [1]))
    #expect(sentences.count == count)
    #expect(sentences.words.count == wordCount)
    #expect(sentences.columns == .init(word: 0, features: [1], tag: 2))
    #expect(sentences.words.contains("#"))
    #expect(sentences.tags.allSatisfy { $0 == "O" || $0.hasPrefix("B-") || $0.hasPrefix("I-") })
    #expect(sentences[count - 1].words.last == ".")
  }

  @Test("are plays, of which the last tenth is to choose by")
  func shakespeare() throws {
    let text = try TextFile(readingFrom: sharedFolder + "/tinyshakespeare.txt")
    #expect(text.characterCount == 1_115_394)
    let (training, validation) = try text.split(validation: .percent(10))
    let corpora = try [training, validation].map { part in
      try TokenCorpus(part, vocabularySize: 256) { $0.utf8.map { Int($0) } }
    }
    #expect(corpora.map(\.count) == [1_003_854, 111_540])
    #expect(corpora[1][0..<6] == "?\n\nGRE".utf8.map { Int($0) })
    let batches = try LanguageBatches(corpora[0], streams: 32, steps: 64)
    #expect(batches.reduce(0) { $0 + $1.inputs.count } == 1_003_853)
  }
}

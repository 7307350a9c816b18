import LembraData
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Texts that belong together")
struct ParallelTextsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, _ name: String) throws -> String {
    try folder.write(Array(text.utf8), name)
    return folder(name)
  }

  @Test("two files are read line by line, whatever ends their lines")
  func files() throws {
    let texts = try ParallelTexts(
      source: write("\u{FEFF}ein Hund \r\n\r\nzwei\u{A0}", "a"),
      target: write("a dog\n\t\ntwo\n", "b"))
    #expect(texts.sources == ["ein Hund", "", "zwei"])
    #expect(texts.targets == ["a dog", "", "two"])
    #expect(texts.sourceFile == folder("a") && texts.targetFile == folder("b"))
  }

  @Test(
    "a table is read with and without names",
    arguments: [
      "ein Hund\ta dog\nzwei\ttwo\tmore\n", "source\ttarget\nein Hund\ta dog\nzwei\ttwo",
      "id\tTarget\tSource\n1\ta dog\tein Hund\n2\ttwo\tzwei\n",
    ])
  func tables(content: String) throws {
    let texts = try ParallelTexts(readingFrom: write(content, "t.tsv"))
    #expect(texts.sources == ["ein Hund", "zwei"] && texts.targets == ["a dog", "two"])
  }

  @Test(
    "what does not belong together is refused with its place",
    arguments: [
      ("a\nb\n", "x\n", LembraError.Code.invalidData, "2 lines, and this one 1"),
      ("", "x\n", .invalidData, "the file is empty"),
      ("a\n", "\u{0}\n", .invalidData, "is 0, which no text holds"),
    ])
  func misaligned(source: String, target: String, code: LembraError.Code, part: String) throws {
    let paths = (try write(source, "a"), try write(target, "b"))
    let error = try lembraError { _ = try ParallelTexts(source: paths.0, target: paths.1) }
    #expect(error.code == code && error.message.contains(part), "\(error)")
    #expect(!error.remedy.isEmpty && error.location.file != nil)
  }

  @Test("a line of a table without a target is named, and so is a file that is no text")
  func tableErrors() throws {
    let path = try write("a\tb\nc\n", "t.tsv")
    let error = try lembraError { _ = try ParallelTexts(readingFrom: path) }
    #expect(error.location.line == 2)
    try folder.write([0x61, 0x0A, 0xFF, 0x0A], "bytes")
    let fault = try lembraError { _ = try ParallelTexts(readingFrom: folder("bytes")) }
    #expect(fault.location.line == 2)
    #expect(
      try lembraError { _ = try ParallelTexts(readingFrom: folder("none")) }.code == .notFound)
    let header = try write("source\ttarget\n", "h.tsv")
    #expect(throws: LembraError.self) { try ParallelTexts(readingFrom: header) }
  }

  @Test("pairs keep the numbers of their lines")
  func lines() throws {
    let table = try ParallelTexts(readingFrom: write("source\ttarget\na\tb\nc\td\n", "l.tsv"))
    #expect(table.lines == [2, 3] && table.subset([1]).lines == [3])
    let files = try ParallelTexts(source: write("a\nb\n", "a"), target: write("c\nd\n", "b"))
    #expect(files.lines == [1, 2])
  }

  @Test("pairs are drawn to choose by, each in one part")
  func split() throws {
    let lines = (0..<40).map { "\($0)" }
    let all = ParallelTexts(sources: lines, targets: lines)
    let (training, validation) = try all.split(validation: .percent(10), key: RandomKey(seed: 2))
    #expect(validation.count == 4 && training.count == 36)
    #expect(Set(training.sources + validation.sources) == Set(lines))
    #expect(training.sources == training.targets)
    #expect(throws: LembraError.self) {
      try all.split(validation: .rows(40), key: RandomKey(seed: 2))
    }
  }

  @Test("pairs that cannot be learnt from are left out, with the reasons")
  func filter() {
    let sources = [[1], [], [1, 2, 3, 4], [1, 2, 3], [5]]
    let targets = [[1], [2], [1], [1], []]
    let (places, report) = PairFilter(maximumLength: 3, maximumRatio: 2)
      .chosen(sources: sources, targets: targets)
    #expect(places == [0])
    #expect(report.kept == 1 && report.dropped == 4)
    #expect(report.empty == 2 && report.tooLong == 1 && report.unequal == 1)
    #expect(
      "\(report)"
        == "4 pairs left out: 1 too long, 2 empty, 1 of unequal lengths (lines 2, 3, 4, 5)")
    let numbered = PairFilter(maximumLength: 3, maximumRatio: 2)
      .chosen(sources: sources, targets: targets, lines: [4, 9, 11, 30, 31]).report
    #expect(numbered.lines == [9, 11, 30, 31])
    #expect("\(PairFilter().chosen(sources: [[1]], targets: [[1]]).report)" == "no pair left out")
  }

  @Test("the example of captions is read where it is there", .enabled(if: Captions.exist))
  func captions() throws {
    let texts = try ParallelTexts(source: Captions.path("de"), target: Captions.path("en"))
    #expect(texts.count == 1_014)
    #expect(texts.sources[0].hasPrefix("Eine Gruppe von Männern"))
    #expect(texts.targets[0].hasPrefix("A group of men"))
  }
}

/// German and English captions beside the project.
private enum Captions {
  static func path(_ language: String) -> String {
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(5)
      .joined(separator: "/") + "/../shared/data/translation/multi30k-val.\(language).gz"
  }

  static var exist: Bool { (try? ParallelTexts.lines(of: path("de"))) != nil }
}

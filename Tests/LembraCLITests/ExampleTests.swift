import Foundation
import Testing

/// The programs in `Examples/`, run as a reader would.
@Suite("Examples")
struct ExampleTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func output(of example: String, _ arguments: [String]) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = CommandRun.executable.deletingLastPathComponent()
      .appending(path: example)
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : "failed"
  }

  @Test("classify texts")
  func classify() throws {
    let rows = (0..<80).map { "\($0 % 2 == 0 ? "good\tfine" : "bad\tdull") film \($0 % 5)\n" }
    try folder.write("label\ttext\n" + rows.joined(), to: "reviews.tsv")
    let text = try output(of: "ClassifyTexts", [folder.path("reviews.tsv"), "a fine film"])
    #expect(text.contains("accuracy on 8 texts held back: 1.0"), "\(text)")
    #expect(text.contains("good ["))
  }

  @Test("tag words")
  func tag() throws {
    let sentence = "Ana B-N\nsees O\na O\nhouse O\n\na O\nhouse O\nin O\nLisboa B-N\n\n"
    try folder.write(String(repeating: sentence, count: 150), to: "tags.txt")
    let text = try output(of: "TagWords", [folder.path("tags.txt"), "Ana sees a house"])
    #expect(text.contains("F1 1.0"), "\(text)")
    #expect(text.contains("Ana/B-N sees/O a/O house/O"))
  }

  @Test("add numbers")
  func add() throws {
    let text = try output(of: "AddNumbers", ["300", "2"])
    #expect(text.contains("of 1000 sums that were held back are exact"), "\(text)")
  }

  @Test("the adding problem")
  func addingProblem() throws {
    let text = try output(of: "AddingProblem", ["24", "0.01"])
    for name in ["RNN", "GRU", "LSTM"] { #expect(text.contains("\(name), T = 24: "), "\(text)") }
  }

  @Test("the embedded Reber grammar is learnt from fewer strings than in the paper")
  func reberGrammar() throws {
    let text = try output(of: "ReberGrammar", ["8440"])
    #expect(text.contains("learnt after") && text.contains("all of 256 new ones"), "\(text)")
  }

  @Test("translate lines")
  func translate() throws {
    let pairs = [("ein hund schläft", "a dog sleeps"), ("eine katze spielt", "a cat plays")]
    for (name, side) in [("a.de", \(String, String).0), ("a.en", \.1)] {
      let lines = pairs.map { $0[keyPath: side] + " .\n" }.joined()
      try folder.write(String(repeating: lines, count: 300), to: name)
    }
    let text = try output(
      of: "TranslateLines", [folder.path("a.de"), folder.path("a.en"), "eine katze spielt ."])
    #expect(text.contains("BLEU 100"), "\(text)")
    #expect(text.contains("a cat plays ."))
  }

  @Test("write text")
  func write() throws {
    try folder.write(String(repeating: "the cat sat on the mat.\n", count: 400), to: "rhyme.txt")
    let text = try output(of: "WriteText", [folder.path("rhyme.txt"), "the cat"])
    #expect(text.contains("bits a character"), "\(text)")
    #expect(text.contains("\nthe cat"))
  }
}

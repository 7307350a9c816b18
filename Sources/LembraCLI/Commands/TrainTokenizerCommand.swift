import ArgumentParser
import LembraData
import LembraFormats
import LembraModels
import LembraTensor

/// `lembra train tokenizer`: finds the tokens of a text.
struct TrainTokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer",
    abstract: "Find the tokens of a text, and save them.",
    usage: "lembra train tokenizer <data> [<options>] --output <file>",
    discussion: """
      The file that is written can be given to train language.

      Example: two thousand pieces of words.

        lembra train tokenizer shakespeare.txt --unit bpe --vocabulary 2000 -o pieces.json
      """)

  @Argument(help: "The text, a file in UTF-8.", completion: .file(extensions: ["txt"]))
  var data: String

  @Option(
    parsing: .unconditional,
    help: """
      What is a token: a character, a word, or a piece of a word found by byte-pair encoding or by \
      a unigram model.
      """)
  var unit = TokenUnit.bpe

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most tokens. (default: 4000 pieces, all characters and words)", valueName: "count"))
  var vocabulary: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often a pair, a character or a word must occur to count. (default: 2, of characters 1)",
      valueName: "count"))
  var minCount: Int?

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: ArgumentHelp("Where the tokens go, as JSON.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var output: String

  @OptionGroup(title: "Output") var talk: TalkOptions

  func run() throws {
    try OutputFiles.check([("--output", output)], inputs: [data])
    let text = try TextFile(readingFrom: data)
    let tokenizer = try text.withPieces {
      try Tokenizer(unit, of: $0, size: vocabulary, minimumCount: minCount)
    }
    try AtomicFile.write(tokenizer.fileText(), to: output)
    let tokens = try tokenizer.corpus(of: text).count
    guard talk.json else {
      return try StandardStreams.printResult(
        "\(tokenizer.summary); the text is \(tokens) tokens for \(text.characterCount) characters")
    }
    try StandardStreams.printResult(
      jsonText(
        of: Document(
          file: output, data: data, unit: unit.rawValue, vocabulary: tokenizer.count,
          tokens: tokens, characters: text.characterCount)))
  }

  private struct Document: Encodable {
    var file: String
    var data: String
    var unit: String
    var vocabulary: Int
    var tokens: Int
    var characters: Int
  }
}

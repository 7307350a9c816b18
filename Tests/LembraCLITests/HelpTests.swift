import Foundation
import Testing

@Suite("The help of the command")
struct HelpTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let commands = [
    [], ["train"], ["train", "forecast"], ["compare"], ["compare", "forecast"], ["evaluate"],
    ["compare", "classify"], ["compare", "tag"], ["compare", "language"], ["predict"],
    ["inspect"], ["benchmark"], ["benchmark", "recurrent"], ["train", "classify"],
    ["train", "tag"], ["train", "language"], ["train", "tokenizer"], ["generate"],
    ["benchmark", "machine"], ["benchmark", "variants"], ["benchmark", "precision"],
    ["benchmark", "memory"], ["train", "translate"], ["compare", "translate"],
  ]

  @Test("shows an example for every command", arguments: commands)
  func showsExample(command: [String]) throws {
    let run = try CommandRun(command + ["--help"], in: folder)
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(run.output.contains("Example"))
    #expect(run.output.contains("  lembra "))
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    // An example whose line is too long is broken before what says that it goes on.
    #expect(!run.output.contains("\n\\\n"))
  }

  @Test("names no option twice", arguments: commands)
  func namesOnce(command: [String]) throws {
    let help = try CommandRun(command + ["--help"], in: folder).output
    // Options begin a line; what they say of others does not.
    let names = help.split(separator: "\n").flatMap { line in
      line.prefixMatch(of: #/  (-\w, )?(--[\w-]+)/#).map { [String($0.2)] } ?? []
    }
    #expect(names.contains("--help"))
    #expect(Set(names).count == names.count, "\(names)")
  }

  @Test("names the defaults of the numbers that matter")
  func namesDefaults() throws {
    let help = try CommandRun(["compare", "forecast", "--help"], in: folder).output
    for text in [
      "default: 10)", "default: 20%)", "default: 64)", "default: 200)", "default: 0.01)",
    ] {
      #expect(help.contains(text))
    }
  }

  @Test("tells the version and nothing else")
  func tellsVersion() throws {
    let run = try CommandRun(["--version"], in: folder)
    #expect(run.status == 0)
    #expect(run.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }

  @Test("documents the exit status")
  func documentsStatus() throws {
    let help = try CommandRun(["--help"], in: folder).output
    #expect(help.contains("exit status") || help.contains("exit\nstatus"))
  }

  @Test("writes completion scripts", arguments: ["bash", "zsh", "fish"])
  func writesCompletions(shell: String) throws {
    let run = try CommandRun(["--generate-completion-script", shell], in: folder)
    #expect(run.status == 0)
    #expect(run.output.contains("learning-rate"))
  }

  @Test(
    "stands to reason after wrong use",
    arguments: [
      ["tarin"], ["train", "forecast"], ["evaluate"], ["inspect", "--nothing"],
      ["train", "forecast", "data.csv"], ["compare", "forecast", "x.csv", "--models", "lstn"],
    ])
  func explainsWrongUse(arguments: [String]) throws {
    let run = try CommandRun(arguments, in: folder)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("lembra: "))
    #expect(run.errors.contains("--help"))
  }

  @Test(
    "guesses what a misspelt word means",
    arguments: [
      ("tarin", "train"), ("trayne forecast", "train"), ("insepct x", "inspect"),
      ("compare forcast x.csv", "forecast"), ("train Forecast x.csv", "forecast"),
      ("train forecast x.csv -o m.safetensors --model lstn", "lstm"),
      ("train forecast x.csv -o m.safetensors --hidden 4,bilsmt=3", "bilstm"),
      ("compare forecast x.csv --models lstm,gur", "gru"),
    ])
  func guesses(line: String, word: String) throws {
    let run = try CommandRun(line.split(separator: " ").map(String.init), in: folder)
    #expect(run.status == 2)
    #expect(run.errors.contains("did you mean '\(word)'?"), "\(run.errors)")
    #expect(run.errors.contains("--help"))
  }

  @Test("does not guess what is not near", arguments: ["paint x", "train translation x"])
  func doesNotGuess(line: String) throws {
    let run = try CommandRun(line.split(separator: " ").map(String.init), in: folder)
    #expect(run.status == 2)
    #expect(run.errors.contains("there is no command 'lembra "), "\(run.errors)")
    #expect(run.errors.contains("choose among "))
    #expect(!run.errors.contains("did you mean"))
  }
}

import Foundation
import Testing

@Suite("Files of results")
struct OutputFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(SampleData.monthly, to: "data.csv")
  }

  private func train(_ more: [String]) throws -> CommandRun {
    try CommandRun(
      ["train", "forecast", "data.csv", "--targets", "level", "--hidden", "4", "--epochs", "1"]
        + more, in: folder)
  }

  @Test("a checkpoint that another run wrote stays", arguments: [[], ["--checkpoint", "c"]])
  func keepsCheckpoint(options: [String]) throws {
    let name = options.last ?? "m.safetensors.checkpoint"
    try folder.write("precious", to: name)
    let run = try train(["-o", "m.safetensors"] + options)
    #expect(run.status == 1)
    #expect(run.errors.contains("--resume"))
    #expect(try folder.text(name) == "precious")
    #expect(!folder.holds("m.safetensors"))
  }

  @Test("two spellings of one file are refused")
  func spellings() throws {
    let run = try train(["-o", "m.safetensors", "--report", "r.html", "--plot", "./r.html"])
    #expect(run.status == 2)
    #expect(run.errors.contains("--report and --plot name the same file"))
    #expect(!folder.holds("m.safetensors"))
  }

  @Test("an empty name is refused", arguments: ["--report", "--plot", "--checkpoint"])
  func emptyName(option: String) throws {
    let run = try train(["-o", "m.safetensors", option, ""])
    #expect(run.status == 2)
    #expect(run.errors.contains("\(option) has an empty name"))
  }

  @Test("a report that fails leaves the result on standard output")
  func failedReport() throws {
    let run = try train(["-o", "m.safetensors", "--report", "/dev/full", "--json"])
    #expect(run.status == 1)
    #expect(try run.json()["model"] != nil)
  }

  @Test("a finished training leaves no checkpoint that was not asked for")
  func noCheckpoint() throws {
    let run = try train(["-o", "m.safetensors"])
    #expect(run.status == 0)
    #expect(!folder.holds("m.safetensors.checkpoint"))
    let asked = try train(["-o", "n.safetensors", "--checkpoint", "kept"])
    #expect(asked.status == 0)
    #expect(folder.holds("kept"))
  }

  @Test(
    "a negative value is out of range, not missing",
    arguments: [("--hidden", "-1"), ("--window", "-5"), ("--epochs", "-2"), ("--test", "-3")])
  func negatives(option: String, value: String) throws {
    let run = try train(["-o", "m.safetensors", option, value])
    #expect(run.status == 2)
    #expect(run.errors.contains(value))
    #expect(!run.errors.contains("Missing value"))
  }

  @Test("one seed that diverges is named, and the other results are kept")
  func failures() throws {
    let run = try CommandRun(
      [
        "compare", "forecast", "data.csv", "--targets", "level", "--models", "mlp,gru", "--seeds",
        "1", "--epochs", "3", "--learning-rate", "0.01,gru=1e30", "--quiet",
      ], in: folder)
    #expect(run.status == 1)
    #expect(run.output.contains("MLP"))
    #expect(run.output.contains("GRU, seed 0: "))
  }

  @Test("a bidirectional network can be read by its last states")
  func readout() throws {
    let options = ["--model", "bilstm", "--readout", "final-states", "--optimizer", "sgd"]
    let run = try train(["-o", "m.safetensors", "--momentum", "0.5", "--nesterov"] + options)
    #expect(run.status == 0, "\(run.errors)")
    let shown = try CommandRun(["inspect", "m.safetensors", "--json"], in: folder)
    #expect(shown.output.contains("final-states"))
  }

  @Test("a name in a file cannot command the terminal")
  func controls() throws {
    try folder.write("a\u{1B}[31mred,b\n1,2\n3,4\n", to: "strange.csv")
    let run = try CommandRun(["train", "forecast", "strange.csv", "-o", "m"], in: folder)
    #expect(run.status != 0)
    #expect(run.errors.contains("[31mred"))
    #expect(!run.errors.contains("\u{1B}"))
  }
}

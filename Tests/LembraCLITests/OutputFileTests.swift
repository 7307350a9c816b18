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
}

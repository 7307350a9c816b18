import Foundation
import Testing

@Suite("Bad input gets a message that names the place and the remedy")
struct BadInputTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let header = "month,level,flow\n"
  private static let training = "--targets level --hidden 4 --epochs 1 -o m.safetensors"

  /// Trains on `text` over an earlier model, which must stay as it is.
  private func refusal(
    of text: String, _ options: String = training
  ) throws -> CommandRun {
    try folder.write(text, to: "data.csv")
    try folder.write("an earlier model", to: "m.safetensors")
    let run = try CommandRun(
      ["train", "forecast", "data.csv"] + options.split(separator: " ").map(String.init), in: folder
    )
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("lembra: "))
    #expect(run.errors.contains("; "), "no remedy in \(run.errors)")
    #expect(try folder.text("m.safetensors") == "an earlier model")
    #expect(!folder.holds("m.safetensors.checkpoint"))
    return run
  }

  struct BadFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let place: String
  }

  @Test(
    "in a data file",
    arguments: [
      BadFile(testDescription: "empty", text: "", place: "data.csv"),
      BadFile(testDescription: "header only", text: header, place: "data.csv"),
      BadFile(testDescription: "one row", text: header + "2020-01,1,2\n", place: "row"),
      BadFile(
        testDescription: "text among numbers",
        text: SampleData.monthly(with: "high", row: 9, column: 1),
        place: "data.csv:10, column level"),
      BadFile(
        testDescription: "missing value", text: SampleData.monthly(with: "NaN", row: 9, column: 1),
        place: "data.csv:10, column level"),
      BadFile(
        testDescription: "infinite value", text: SampleData.monthly(with: "inf", row: 9, column: 1),
        place: "data.csv:10, column level"),
      BadFile(
        testDescription: "huge value", text: SampleData.monthly(with: "1e300", row: 9, column: 1),
        place: "data.csv:10, column level"),
      BadFile(
        testDescription: "no such column", text: "month,levl\n2020-01,1\n2020-02,2\n",
        place: "did you mean 'levl'"),
      BadFile(
        testDescription: "unclosed quote", text: header + "2020-01,\"1,2\n2020-02,1,2\n",
        place: "data.csv:2"),
    ])
  func dataFile(file: BadFile) throws {
    let run = try refusal(of: file.text)
    #expect((1...2).contains(run.status))
    #expect(run.errors.contains(file.place), "\(run.errors)")
  }

  @Test(
    "in an option",
    arguments: [
      ("--window 200", "window"), ("--window 0", "--window"), ("--window -3", "--window"),
      ("--window 9999999999", "--window"), ("--horizon 0", "--horizon"),
      ("--epochs 0", "--epochs"), ("--batch 0", "--batch"), ("--hidden 0", "--hidden"),
      ("--hidden 99999999", "--hidden"), ("--layers 0", "--layers"), ("--dropout 1", "--dropout"),
      ("--dropout nan", "--dropout"), ("--learning-rate 0", "--learning-rate"),
      ("--learning-rate nan", "--learning-rate"), ("--momentum 2", "--momentum"),
      ("--clip-norm 0", "--clip-norm"), ("--patience 3", "--patience"),
      ("--threads 0", "--threads"),
      ("--test 200%", "--test"), ("--test 1000", "data"), ("--season 0", "--season"),
      ("--schedule sometimes", "--schedule"), ("--features nothing", "nothing"),
      ("--seed -1", "--seed"), ("--report m.safetensors", "m.safetensors"),
      ("--report data.csv", "data.csv"), ("--weight-decay -1", "--weight-decay"),
    ])
  func option(option: String, place: String) throws {
    try folder.write(SampleData.monthly, to: "data.csv")
    try folder.write("an earlier model", to: "m.safetensors")
    let words = "\(Self.training) \(option)".split(separator: " ").map(String.init)
    let run = try CommandRun(["train", "forecast", "data.csv"] + words, in: folder)
    #expect((1...2).contains(run.status), "\(run.errors)")
    #expect(!run.wasKilled)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("lembra: "))
    #expect(run.errors.contains(place), "\(run.errors)")
    #expect(try folder.text("m.safetensors") == "an earlier model")
  }

  @Test("where targets are missing, with the columns that could be")
  func targets() throws {
    let run = try refusal(of: SampleData.monthly, "-o m.safetensors")
    #expect(run.status == 2)
    #expect(run.errors.contains("level,flow"))
  }

  @Test("where a column is a target and a feature", arguments: ["level", "flow,level"])
  func targetAsFeature(features: String) throws {
    let run = try refusal(of: SampleData.monthly, "\(Self.training) --features \(features)")
    #expect(run.status == 2)
    #expect(run.errors.contains("'level' is a target and a feature"), "\(run.errors)")
  }

  @Test("where a file does not exist")
  func noFile() throws {
    let run = try CommandRun(["inspect", "nothing.safetensors"], in: folder)
    #expect(run.status == 1)
    #expect(run.errors.contains("nothing.safetensors"))
  }

  @Test(
    "where a result cannot be written",
    arguments: [
      "data.csv/m.safetensors", "/proc/m.safetensors", "nowhere/m.safetensors", "/dev/full", ".",
    ])
  func output(path: String) throws {
    try folder.write(SampleData.monthly, to: "data.csv")
    let words = "--targets level --hidden 4 --epochs 1 --quiet -o".split(separator: " ")
    let run = try CommandRun(
      ["train", "forecast", "data.csv"] + words.map(String.init) + [path], in: folder)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.errors.contains(path), "\(run.errors)")
    #expect(run.errors.contains("; "))
    #expect(try folder.text("data.csv") == SampleData.monthly)
  }

  @Test("where standard output is a full disk")
  func fullOutput() throws {
    try folder.write(SampleData.monthly, to: "data.csv")
    let words =
      "compare forecast data.csv --targets level --models mlp --hidden 4 --epochs 1 --json"
    let run = try CommandRun(
      words.split(separator: " ").map(String.init), in: folder, outputPath: "/dev/full")
    #expect(run.status == 1)
    #expect(run.errors.contains("standard output"))
  }

  @Test("where the environment asks for what there is not")
  func instructionSet() throws {
    let run = try CommandRun(
      ["inspect", "m.safetensors"], in: folder, environment: ["LEMBRA_ISA": "abacus"])
    #expect(run.status == 2)
    #expect(run.errors.contains("LEMBRA_ISA"))
    #expect(run.errors.contains("abacus"))
  }

  // MARK: - Models

  @Test(
    "in a model that was cut off", arguments: [0, 1, 7, 8, 9, 100, 500, 1500, -4, -1])
  func truncatedModel(length: Int) throws {
    try saveModel()
    let whole = try folder.bytes("m.safetensors")
    let part = length < 0 ? whole.dropLast(-length) : whole.prefix(length)
    try part.write(to: folder.url.appending(path: "part.safetensors"))
    for command in [["inspect"], ["predict"], ["evaluate"]] {
      let data = command == ["inspect"] ? [] : ["data.csv"]
      let run = try CommandRun(command + ["part.safetensors"] + data, in: folder)
      #expect(run.status == 1, "\(run.errors)")
      #expect(!run.wasKilled)
      #expect(run.output.isEmpty)
      #expect(run.errors.contains("part.safetensors"))
      #expect(run.errors.contains("; "))
    }
  }

  @Test("in a model that is none")
  func foreignModel() throws {
    try folder.write(SampleData.monthly, to: "data.csv")
    let run = try CommandRun(["predict", "data.csv", "data.csv"], in: folder)
    #expect(run.status == 1)
    #expect(run.errors.contains("data.csv"))
  }

  @Test("in data that a model does not fit")
  func unfitData() throws {
    try saveModel()
    try folder.write("month,flow\n2020-01,1\n2020-02,2\n", to: "other.csv")
    let other = try CommandRun(["predict", "m.safetensors", "other.csv"], in: folder)
    #expect(other.status == 1)
    #expect(other.errors.contains("other.csv"))
    #expect(other.errors.contains("level"))
    try folder.write("month,level\n2020-01,1\n2020-02,2\n", to: "short.csv")
    let short = try CommandRun(["predict", "m.safetensors", "short.csv"], in: folder)
    #expect((1...2).contains(short.status))
    #expect(short.errors.contains("10"))
  }

  @Test("in a number of steps", arguments: ["0", "-1", "x", "9999999999"])
  func steps(count: String) throws {
    try saveModel()
    let run = try CommandRun(
      ["predict", "m.safetensors", "data.csv", "--steps", count], in: folder)
    #expect(run.status == 2, "\(run.errors)")
    #expect(run.errors.contains("--steps"))
  }

  private func saveModel() throws {
    try folder.write(SampleData.monthly, to: "data.csv")
    let words = Self.training.split(separator: " ").map(String.init)
    let run = try CommandRun(["train", "forecast", "data.csv", "--quiet"] + words, in: folder)
    try #require(run.status == 0, "\(run.errors)")
  }
}

import LembraCLI
import Testing

@Suite("Options that only models of some tasks take")
struct TaskOptionTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(SampleData.monthly, to: "data.csv")
    let reviews = (0..<20).map { "\($0 % 2 == 0 ? "good" : "bad")\tthe film number \($0 % 7)\n" }
    try folder.write("label\ttext\n" + reviews.joined(), to: "reviews.tsv")
    for line in [
      "forecast data.csv --targets level --hidden 4 --epochs 1 --window 8 -o f.safetensors",
      "classify reviews.tsv --embedding 4 --hidden 4 --epochs 1 --min-count 1 -o c.safetensors",
    ] {
      let run = try lembra("train \(line) --quiet")
      try #require(run.status == 0, "\(run.errors)")
    }
  }

  private func lembra(_ line: String) throws -> CommandRun {
    try CommandRun(line.split(separator: " ").map(String.init), in: folder)
  }

  @Test("are refused by name for others, with the models that take them")
  func refusals() throws {
    for (line, said) in [
      ("evaluate c.safetensors reviews.tsv --test 5", "--test is for forecasters;"),
      ("evaluate c.safetensors reviews.tsv --missing=drop", "--missing is for forecasters;"),
      ("evaluate c.safetensors reviews.tsv --beam 2", "--beam is for translators;"),
      ("evaluate c.safetensors --source a --target b", "--source is for translators;"),
      ("evaluate f.safetensors data.csv --format tsv", "--format is for classifiers and taggers;"),
      ("evaluate f.safetensors data.csv --dynamic", "--dynamic is for language models;"),
      ("predict c.safetensors reviews.tsv --steps 3", "--steps is for forecasters;"),
      ("predict c.safetensors reviews.tsv --n-best 2", "--n-best is for taggers and translators;"),
      ("predict f.safetensors data.csv --comments", "--comments is for taggers;"),
      ("predict f.safetensors data.csv --sample", "--sample is for translators;"),
      ("predict c.safetensors reviews.tsv --format csv", "--format csv is for forecasters;"),
    ] {
      let run = try lembra(line)
      #expect(run.status == 2 && run.output.isEmpty && run.errors.contains(said), "\(run.errors)")
    }
  }

  @Test("are taken by those")
  func own() throws {
    for line in [
      "evaluate f.safetensors data.csv --test 24 --separator comma",
      "evaluate c.safetensors reviews.tsv --text text --format tsv",
      "predict f.safetensors data.csv --steps 3 --format json",
      "predict c.safetensors reviews.tsv --probabilities --format json",
    ] {
      let run = try lembra(line)
      #expect(run.status == 0, "\(run.errors)")
    }
  }

  @Test("are all options but those of every task", arguments: ["evaluate", "predict"])
  func all(command: String) throws {
    let common = ["--threads", "--precision", "--json", "--quiet", "--version", "--help"]
    let table = command == "evaluate" ? TaskOptions.evaluate : .predict
    let names = try lembra("\(command) --help").output.split(separator: "\n").compactMap { line in
      line.prefixMatch(of: #/  (-\w, )?(--[\w-]+)/#).map { String($0.2) }
    }
    #expect(
      Set(names).subtracting(common).subtracting(["--format", "--output"])
        == Set(table.tasks.keys).subtracting(["--format"]))
  }
}

import Foundation
import Testing

@Suite("Memory and truncation from the command line")
struct UnrollingCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(SampleData.monthly, to: "data.csv")
    let reviews = (0..<40).map { index in
      "\(index % 2 == 0 ? "good" : "bad")\tthe film number \(index % 7) is fine or dull\n"
    }
    try folder.write("label\ttext\n" + reviews.joined(), to: "reviews.tsv")
    let sentence = "Ana NN B-N\nLisboa NN I-N\nsees VB O\na DT O\nhouse NN O\n\n"
    try folder.write(String(repeating: sentence, count: 80), to: "tags.txt")
    let pairs = (0..<80).map { "\($0 % 9) \($0 % 7) \($0 % 5)\t\($0 % 5) \($0 % 7)\n" }
    try folder.write(pairs.joined(), to: "pairs.tsv")
  }

  private func lembra(_ line: String) throws -> CommandRun {
    try CommandRun(line.split(separator: " ").map(String.init), in: folder)
  }

  /// The weights in a model's file, after its description.
  private func weights(_ name: String) throws -> Data {
    let file = try folder.bytes(name)
    let length = file.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    return file.dropFirst(8 + length)
  }

  private static let trainings = [
    "forecast data.csv --targets level --hidden 6 --epochs 2 --batch 64 --window 8 --model lstm",
    "classify reviews.tsv --embedding 8 --hidden 6 --epochs 2 --batch 40 --model bilstm",
    "tag tags.txt --word 0 --features 1 --tag 2 --hidden 6 --embedding 8 --epochs 2 --batch 80",
    "translate pairs.tsv --unit character --hidden 6 --embedding 6 --epochs 2 --batch 80",
  ]

  @Test("a memory budget changes no bit, and truncation does", arguments: trainings)
  func budget(training: String) throws {
    for (name, options) in [
      ("whole", ""), ("within", " --memory 1kB"), ("far", " --truncate 1000"),
      ("near", " --truncate 2"),
    ] {
      let run = try lembra("train \(training)\(options) -o \(name).safetensors --quiet")
      #expect(run.status == 0, "\(run.errors)")
    }
    let whole = try weights("whole.safetensors")
    #expect(!whole.isEmpty)
    #expect(try weights("within.safetensors") == whole)
    #expect(try weights("far.safetensors") == whole)
    #expect(try weights("near.safetensors") != whole)
  }

  @Test("truncation is told, large numbers as elsewhere beside it")
  func tells() throws {
    let forecast = try lembra("train \(Self.trainings[0]) --truncate 5000 -o f.safetensors")
    #expect(forecast.status == 0, "\(forecast.errors)")
    #expect(try lembra("inspect f.safetensors").output.contains("through at most 5000 steps"))
    let classify = try lembra("train \(Self.trainings[1]) --truncate 5000 -o c.safetensors")
    #expect(classify.status == 0, "\(classify.errors)")
    #expect(try lembra("inspect c.safetensors").output.contains("through at most 5,000 steps"))
    let compare = try lembra(
      "compare classify reviews.tsv --models lstm --seeds 1 --epochs 1 --truncate 5000 "
        + "--report c.html")
    #expect(compare.status == 0, "\(compare.errors)")
    let page = try #require(String(bytes: folder.bytes("c.html"), encoding: .utf8))
    #expect(page.contains("<dt>Gradients</dt><dd>through at most 5,000 steps</dd>"))
  }

  @Test("is refused where it means nothing")
  func refusals() throws {
    let training = "train \(Self.trainings[1]) -o m.safetensors"
    for option in ["--memory many", "--memory 5", "--truncate 0", "--truncate -3"] {
      let run = try lembra("\(training) \(option)")
      #expect(run.status == 2, "\(option): \(run.errors)")
    }
    for (line, option) in [
      ("train forecast data.csv --targets level --model mlp -o m.safetensors", "--memory 64MB"),
      ("train classify reviews.tsv --model cnn -o m.safetensors", "--truncate 9"),
      ("compare forecast data.csv --targets level --models mlp", "--truncate 9"),
      ("compare classify reviews.tsv --models mlp,cnn", "--memory 64MB"),
    ] {
      let run = try lembra("\(line) \(option)")
      let name = option.split(separator: " ")[0]
      #expect(
        run.status == 2 && run.errors.contains("\(name) is for recurrent layers"), "\(run.errors)")
    }
    let both = try lembra(
      "compare forecast data.csv --targets level --models mlp,rnn --seeds 1 --epochs 1 --memory 64MB"
    )
    #expect(both.status == 0, "\(both.errors)")
  }

  @Test("lembra benchmark memory tells memory, time and whether gradients are the same")
  func benchmark() throws {
    let options = "--units 8 --features 2 --steps 20000 --short-steps 2000 --memory 400kB"
    let document = try lembra("benchmark memory \(options) --seconds 0.001 --json").json()
    #expect(document["hasSameGradients"] as? Bool == true)
    #expect(try #require(document["peakBytes"] as? Int) > 0)
    #expect(try #require(document["secondsPerStep"] as? Double) > 0)
    let table = try lembra("benchmark memory \(options) --seconds 0.001 --kind gru --layers 2")
    #expect(table.status == 0 && table.output.contains("the same bits"), "\(table.errors)")
    #expect(try lembra("benchmark memory --steps 0").status != 0)
  }
}

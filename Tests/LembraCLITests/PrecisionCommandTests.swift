import Foundation
import Testing

@Suite("Fewer bits from the command line")
struct PrecisionCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(SampleData.monthly, to: "data.csv")
    let reviews = (0..<60).map { index in
      let word = ["fine", "dull", "warm", "cold"][index % 4]
      return "\(index % 2 == 0 ? "good" : "bad")\tthe film number \(index % 7) is \(word)\n"
    }
    try folder.write("label\ttext\n" + reviews.joined(), to: "reviews.tsv")
    let sentence = "Ana NN B-N\nLisboa NN I-N\nsees VB O\na DT O\nhouse NN O\n\n"
    try folder.write(String(repeating: sentence, count: 20), to: "tags.txt")
    try folder.write(String(repeating: "the cat sat on the mat.\n", count: 60), to: "rhyme.txt")
  }

  private func lembra(_ line: String) throws -> CommandRun {
    try CommandRun(line.split(separator: " ").map(String.init), in: folder)
  }

  /// A task: how to train a model, which file to judge it on, and its scores.
  struct Task: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let training: String
    let file: String
    let scores: [String]

    static let all = [
      Task(
        testDescription: "forecasts",
        training: "train forecast data.csv --targets level,flow --hidden 6 --epochs 4 --model gru",
        file: "data.csv", scores: ["MSE", "MAE", "R²"]),
      Task(
        testDescription: "classes",
        training: "train classify reviews.tsv --embedding 8 --hidden 6 --epochs 3 --batch 8",
        file: "reviews.tsv", scores: ["accuracy", "macro F1", "cross entropy"]),
      Task(
        testDescription: "tags",
        training:
          "train tag tags.txt --word 0 --features 1 --tag 2 --hidden 6 --embedding 8 --epochs 4",
        file: "tags.txt", scores: ["accuracy", "F1"]),
      Task(
        testDescription: "language",
        training:
          "train language rhyme.txt --hidden 12 --embedding 6 --epochs 3 --batch 3 --steps 12",
        file: "rhyme.txt", scores: ["nats", "perplexity", "bits a character"]),
    ]
  }

  @Test("a model is judged at both precisions", arguments: Task.all)
  func judges(task: Task) throws {
    let trained = try lembra("\(task.training) -o m.safetensors --quiet")
    #expect(trained.status == 0, "\(trained.errors)")
    let plain = try lembra("evaluate m.safetensors \(task.file) --json").json()
    #expect(plain["atPrecision"] == nil)
    for precision in ["bfloat16", "int8"] {
      let line = "evaluate m.safetensors \(task.file) --precision \(precision)"
      let document = try lembra("\(line) --json").json()
      let report = try #require(document["atPrecision"] as? [String: Any])
      #expect(report["precision"] as? String == precision)
      let scores = try #require(report["scores"] as? [[String: Any]])
      #expect(scores.map { $0["score"] as? String } == task.scores)
      for score in scores {
        let single = try #require(score["float32"] as? Double)
        let reduced = try #require(score["reduced"] as? Double)
        let change = try #require(score["change"] as? Double)
        #expect(abs(change - (reduced - single)) < 1e-3 * max(1, abs(single)))
        #expect(abs(reduced - single) < 0.05 * max(1, abs(single)))
      }
      // A score of spans has the same name as what is asked for, and stays what it is.
      if task.testDescription == "tags" { #expect(document["precision"] is Double) }
      if let nats = plain["nats"] as? Double { #expect(scores[0]["float32"] as? Double == nats) }
      let text = try lembra(line)
      #expect(text.status == 0, "\(text.errors)")
      #expect(text.output.contains("float32") && text.output.contains(precision))
      #expect(text.output.contains("Change") && text.output.contains(task.scores[0]))
    }
  }

  @Test("predictions at fewer bits are announced", arguments: Task.all)
  func predicts(task: Task) throws {
    _ = try lembra("\(task.training) -o m.safetensors --quiet")
    try folder.write("the film is fine\n", to: "lines.txt")
    let line =
      switch task.testDescription {
      case "forecasts": "predict m.safetensors data.csv"
      case "classes": "predict m.safetensors lines.txt"
      case "tags": "predict m.safetensors tags.txt"
      default: "generate m.safetensors --prompt the --count 5"
      }
    let plain = try lembra(line)
    #expect(plain.status == 0, "\(plain.errors)")
    #expect(!plain.errors.contains("float32") && !plain.errors.contains("int8"))
    let run = try lembra("\(line) --precision int8")
    #expect(run.status == 0 && !run.output.isEmpty, "\(run.errors)")
    #expect(run.errors.contains("recurrent layers run at int8"))
    let document = try lembra("\(line) --precision int8 --json").json()
    #expect(document["precision"] as? String == "int8")
    #expect(try lembra("\(line) --json").json()["precision"] == nil)
  }

  @Test(
    "a model is trained at bfloat16, which is announced, and saved all the same",
    arguments: Task.all)
  func trains(task: Task) throws {
    let run = try lembra("\(task.training) --precision bfloat16 -o m.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("recurrent layers are trained at bfloat16"), "\(run.errors)")
    let plain = try lembra("\(task.training) -o n.safetensors")
    #expect(plain.status == 0 && !plain.errors.contains("bfloat16"))
    #expect(try folder.bytes("m.safetensors") != folder.bytes("n.safetensors"))
    let document = try lembra("evaluate m.safetensors \(task.file) --json").json()
    #expect(document["atPrecision"] == nil)
    #expect(try lembra("inspect m.safetensors").output.contains("at bfloat16"))
    #expect(try !lembra("inspect n.safetensors").output.contains("bfloat16"))
    let looks = try lembra("\(task.training) --precision bfloat16 --diagnose -o d.safetensors")
    #expect(looks.status == 2 && looks.errors.contains("leave one out"), "\(looks.errors)")
    let bytes = try lembra("\(task.training) --precision int8 -o i.safetensors")
    #expect(bytes.status == 2 && bytes.errors.contains("bfloat16"), "\(bytes.errors)")
  }

  @Test("what cannot be trained at bfloat16 is refused")
  func refusesTraining() throws {
    let line = "train forecast data.csv --targets level --hidden 6 --epochs 2 -o m.safetensors"
    for (choice, name) in [("--model mlp", "mlp"), ("--model lstm --peepholes", "lstm")] {
      let run = try lembra("\(line) \(choice) --precision bfloat16")
      #expect(run.status == 2, "\(run.errors)")
      #expect(run.errors.contains("the \(name) of this model does not run at bfloat16"))
      #expect(run.errors.contains("choose float32"))
    }
    let noise = try lembra("\(line) --model gru --recurrent-dropout 0.3 --precision bfloat16")
    #expect(noise.status == 2, "\(noise.errors)")
    #expect(noise.errors.contains("recurrent dropout or zoneout are not trained at bfloat16"))
    let comparison = try lembra(
      "compare forecast data.csv --targets level --models mlp,gru --epochs 1 --precision bfloat16")
    #expect(comparison.status == 2 && comparison.output.isEmpty)
    #expect(comparison.errors.contains("mlp has none"), "\(comparison.errors)")
  }

  @Test("what does not run at fewer bits is refused")
  func refuses() throws {
    _ = try lembra(
      "train forecast data.csv --targets level --model mlp --hidden 6 --epochs 2 -o m.safetensors")
    let run = try lembra("evaluate m.safetensors data.csv --precision int8")
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.contains("does not run at int8"), "\(run.errors)")
    _ = try lembra("\(Task.all[3].training) -o l.safetensors")
    let dynamic = try lembra("evaluate l.safetensors rhyme.txt --dynamic --precision int8")
    #expect(dynamic.status != 0 && dynamic.errors.contains("cannot go on learning"))
    let unknown = try lembra("evaluate l.safetensors rhyme.txt --precision int4")
    #expect(unknown.status == 2 && unknown.errors.contains("bfloat16"), "\(unknown.errors)")
  }
}

@Suite("lembra benchmark precision")
struct BenchmarkPrecisionTests {
  @Test("tells the times at fewer bits beside those at float32")
  func tellsRatios() throws {
    let folder = try TemporaryFolder()
    let options = [
      "benchmark", "precision", "--hidden", "20,33", "--steps", "4", "--seconds", "0.001",
      "--kinds", "gru,rnn", "--quiet",
    ]
    let run = try CommandRun(options + ["--json-lines"], in: folder)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let cells = try run.output.split(separator: "\n").map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(
      cells.map { "\($0["kind"] ?? "") \($0["hidden"] ?? "") \($0["precision"] ?? "")" } == [
        "gru 20 bfloat16", "gru 20 int8", "gru 33 bfloat16", "gru 33 int8",
        "rnn 20 bfloat16", "rnn 20 int8", "rnn 33 bfloat16", "rnn 33 int8",
      ])
    for cell in cells {
      for name in ["microseconds", "float32Microseconds", "ratio"] {
        #expect(try #require(cell[name] as? Double) > 0)
      }
    }
    let training = try CommandRun(
      options + ["--mode", "training", "--batch", "2", "--json-lines"], in: folder)
    #expect(
      training.output.split(separator: "\n").allSatisfy {
        $0.contains("bfloat16") && $0.contains("training")
      })
    #expect(training.output.split(separator: "\n").count == 4)
    let table = try CommandRun(options + ["--batch", "2"], in: folder)
    #expect(table.output.contains("Times as fast") && table.output.contains("int8"))
    let stream = try CommandRun(options + ["--steps", "1"], in: folder)
    #expect(stream.status == 0)
    #expect(try CommandRun(options + ["--hidden", "0"], in: folder).status == 2)
  }
}

import Foundation
import Testing

@Suite("Forecasting from the command line")
struct ForecastCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(SampleData.monthly, to: "data.csv")
  }

  private func lembra(_ line: String) throws -> CommandRun {
    try CommandRun(line.split(separator: " ").map(String.init), in: folder)
  }

  private let train =
    "train forecast data.csv --targets level,flow --hidden 6 --epochs 4 --horizon 2 --model gru"

  // MARK: - Train

  @Test("trains a model, saves it and says how good it is")
  func trains() throws {
    let run = try lembra("\(train) -o m.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    #expect(folder.holds("m.safetensors"))
    #expect(!folder.holds("m.safetensors.checkpoint"))
    for text in ["GRU", "last value", "linear AR", "All targets", "flow", "MASE"] {
      #expect(run.output.contains(text))
    }
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(run.errors.contains("saved the model as m.safetensors"))
    #expect(!run.errors.contains("\u{1B}"))
  }

  @Test("says nothing but the result when it is to be quiet")
  func isQuiet() throws {
    let run = try lembra("\(train) -o m.safetensors --quiet")
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(!run.output.isEmpty)
  }

  @Test("writes one JSON document about a training")
  func trainsToJSON() throws {
    let document = try lembra("\(train) -o m.safetensors --json").json()
    #expect(document["model"] as? String == "gru")
    #expect(document["epochs"] as? Int == 4)
    let test = try #require(document["test"] as? [String: Any])
    #expect(test["mse"] is Double)
    #expect((test["targets"] as? [String: Any])?.keys.sorted() == ["flow", "level"])
    #expect((test["steps"] as? [Any])?.count == 2)
    #expect((document["baselines"] as? [Any])?.count == 3)
    #expect((document["history"] as? [Any])?.count == 4)
  }

  @Test("gives the same bits again, with any number of threads")
  func repeatsItself() throws {
    _ = try lembra("\(train) -o a.safetensors --threads 1")
    _ = try lembra("\(train) -o b.safetensors --threads 1")
    _ = try lembra("\(train) -o c.safetensors --threads 2")
    _ = try lembra("\(train) -o d.safetensors --seed 1")
    let bytes = try folder.bytes("a.safetensors")
    #expect(try folder.bytes("b.safetensors") == bytes)
    #expect(try folder.bytes("c.safetensors") == bytes)
    #expect(try folder.bytes("d.safetensors") != bytes)
  }

  @Test("tells what was done about missing values")
  func tellsMissingValues() throws {
    try folder.write(SampleData.monthly(with: "NA", row: 7, column: 1), to: "data.csv")
    let run = try lembra("\(train) -o m.safetensors --missing forward-fill --json")
    #expect(run.errors.contains("1 value missing"))
    let data = try #require(try run.json()["data"] as? [String: Any])
    let missing = try #require(data["missingValues"] as? [String: Any])
    #expect(missing["policy"] as? String == "forward-fill")
  }

  @Test("takes a number with a sign for a missing value")
  func readsMissingText() throws {
    try folder.write(SampleData.monthly(with: "-999", row: 7, column: 1), to: "data.csv")
    let run = try lembra("\(train) -o m.safetensors --missing drop --missing-text -999")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("1 row left out"))
  }

  // MARK: - Compare

  @Test("compares models over seeds")
  func compares() throws {
    let run = try lembra(
      """
      compare forecast data.csv --targets level,flow --window 10 --test 30 --models mlp,lstm \
      --hidden 4 --epochs 3,mlp=2 --batch 32 --learning-rate 0.01,mlp=0.001 --seeds 2 --json
      """)
    let document = try run.json()
    let results = try #require(document["results"] as? [[String: Any]])
    #expect(results.map { $0["model"] as? String } == ["mlp", "lstm"])
    #expect(results.map { $0["epochs"] as? [Int] } == [[2, 2], [3, 3]])
    for result in results {
      #expect(result["parameters"] is Int)
      #expect(result["seconds"] is Double)
      let test = try #require(result["test"] as? [String: Any])
      let mse = try #require(test["mse"] as? [String: Any])
      #expect(mse["mean"] is Double)
      #expect(mse["sd"] is Double)
      #expect((mse["values"] as? [Double])?.count == 2)
    }
    #expect((document["baselines"] as? [Any])?.isEmpty == false)
  }

  @Test("writes a report and a plot that need nothing else")
  func writesReports() throws {
    let run = try lembra(
      """
      compare forecast data.csv --targets level,flow --models rnn --hidden 4 --epochs 2 --seeds 1 \
      --report r.html --plot p.svg
      """)
    #expect(run.status == 0, "\(run.errors)")
    let page = try folder.text("r.html")
    #expect(page.contains(">lembra compare forecast data.csv"))
    #expect(page.contains("<svg"))
    #expect(XMLCheck.accepts(try folder.bytes("p.svg")))
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  // MARK: - Evaluate, predict, inspect

  @Test("judges a saved model as training did")
  func evaluates() throws {
    let trained = try lembra("\(train) --test 24 -o m.safetensors --json").json()
    let judged = try lembra("evaluate m.safetensors data.csv --test 24 --json").json()
    let before = try #require(trained["test"] as? [String: Any])
    let after = try #require(judged["test"] as? [String: Any])
    #expect(before["mse"] as? Double == after["mse"] as? Double)
    #expect(judged["firstRow"] as? Int == 97)
    #expect(try lembra("evaluate m.safetensors data.csv").output.contains("Rows 1 to 120"))
  }

  @Test("forecasts on from the end of the file, in its own way of writing months")
  func predicts() throws {
    _ = try lembra("\(train) -o m.safetensors")
    let run = try lembra("predict m.safetensors data.csv --steps 14")
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 15)
    #expect(lines.first == "month,level,flow")
    #expect(lines.dropFirst().first?.hasPrefix("2020-01,") == true)
    #expect(lines.last?.hasPrefix("2021-02,") == true)
    #expect(run.errors.isEmpty)
  }

  @Test("writes forecasts as the name of the file says")
  func predictsToFiles() throws {
    _ = try lembra("\(train) -o m.safetensors")
    let run = try lembra("predict m.safetensors data.csv -o f.json")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.isEmpty)
    let value = try JSONSerialization.jsonObject(with: folder.bytes("f.json"))
    let document = try #require(value as? [String: Any])
    #expect((document["forecasts"] as? [Any])?.count == 2)
    _ = try lembra("predict m.safetensors data.csv -o f.csv")
    #expect(try folder.text("f.csv").hasPrefix("month,level,flow\n2020-01,"))
  }

  @Test("shows what is in a model")
  func inspects() throws {
    _ = try lembra("\(train) -o m.safetensors")
    let text = try lembra("inspect m.safetensors").output
    for word in ["forecast", "GRU", "encoder.weight_ih_l0", "18 × 2", "level", "adam"] {
      #expect(text.contains(word))
    }
    let document = try lembra("inspect m.safetensors --json").json()
    #expect(document["parameterCount"] as? Int == 208)
  }

  @Test("shows the settings that do something, and no others")
  func inspectsSettings() throws {
    _ = try lembra(
      """
      train forecast data.csv --targets level --hidden 4 --epochs 1 --window 1 --batch 1 \
      --model bilstm --optimizer sgd --momentum 0.5 --nesterov --weight-decay 0.25 --clip-norm 3 \
      --clip-value 2 --initialization orthogonal --readout final-states -o m.safetensors
      """)
    let lines = try lembra("inspect m.safetensors").output.split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }
    for fact in [
      "momentum 0.5", "Nesterov yes", "weight decay 0.25", "clipping by norm 3.0",
      "clipping by value 2.0", "hidden weights orthogonal", "readout final-states",
      "batch 1 window", "window 1 row", "epochs 1 of at most 1, weights of epoch 1",
    ] {
      #expect(lines.contains(fact), "\(fact) in \(lines)")
    }
    _ = try lembra("\(train) -o plain.safetensors")
    let plain = try lembra("inspect plain.safetensors").output
    for name in ["clipping", "weight decay", "momentum", "Nesterov", "readout", "patience"] {
      #expect(!plain.contains(name))
    }
  }

  @Test("counts one thing as one")
  func countsOne() throws {
    let run = try lembra(
      """
      train forecast data.csv --targets level --hidden 4 --epochs 1 --test 1 --context carried \
      --model mlp --quiet -o m.safetensors
      """)
    let texts = try [run.output, lembra("inspect m.safetensors").output]
    #expect(texts[0].contains("1 epoch in"), "\(run.output)\(run.errors)")
    #expect(texts[0].contains("the last row\n"))
    for text in texts {
      #expect(try /\b1 (epochs|rows|windows|parameters)\b/.firstMatch(in: text) == nil)
    }
  }

  @Test("ends quietly when nobody reads on")
  func endsQuietly() throws {
    _ = try lembra("\(train) -o m.safetensors")
    let pipe = Pipe()
    let process = Process()
    process.executableURL = CommandRun.executable
    process.arguments = ["inspect", folder.path("m.safetensors")]
    process.standardOutput = pipe
    process.standardError = try FileHandle(forWritingTo: folder.url.appending(path: "data.csv"))
    try pipe.fileHandleForReading.close()
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(process.terminationReason == .exit)
    #expect(try folder.text("data.csv") == SampleData.monthly)
  }
}

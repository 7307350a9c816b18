import Foundation
import Testing

@Suite("The division of work that inspect shows")
struct PlanTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(SampleData.monthly, to: "data.csv")
  }

  private func lembra(_ line: String) throws -> CommandRun {
    try CommandRun(line.split(separator: " ").map(String.init), in: folder)
  }

  private func train(_ options: String) throws {
    let run = try lembra(
      "train forecast data.csv --targets level --hidden 6 --epochs 1 -o m.safetensors \(options)")
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("has a row for each pass, with what every possible split would take")
  func everyPass() throws {
    try train("--model lstm --layers 2")
    let text = try lembra("inspect m.safetensors --plan --threads 2")
    #expect(text.status == 0, "\(text.errors)")
    for word in ["among up to 2 threads", "inference", "training", "backward", "layers"] {
      #expect(text.output.contains(word))
    }
    #expect(text.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let document = try lembra("inspect m.safetensors --plan --threads 2 --json").json()
    let plan = try #require(document["plan"] as? [[String: Any]])
    #expect(
      plan.map { $0["pass"] as? String } == ["inference", "inference", "training", "backward"])
    for entry in plan {
      let times = try #require(entry["microseconds"] as? [String: Double])
      #expect(times["single"] != nil && times["layers"] != nil && times["directions"] == nil)
      #expect(times.values.allSatisfy { $0 > 0 && $0.isFinite })
    }
    #expect(Set(plan.compactMap { $0["sequences"] as? Int }) == [1, 32])
  }

  @Test("is that of one thread where there is only one")
  func oneThread() throws {
    try train("--model bigru")
    let document = try lembra("inspect m.safetensors --plan --threads 1 --json").json()
    let plan = try #require(document["plan"] as? [[String: Any]])
    for entry in plan {
      #expect(entry["split"] as? String == "single" && entry["threads"] as? Int == 1)
      #expect((entry["microseconds"] as? [String: Double])?.count == 1)
    }
  }

  @Test("leaves out training where dropout has the layers trained one by one")
  func dropout() throws {
    try train("--model gru --layers 2 --dropout 0.2")
    let run = try lembra("inspect m.safetensors --plan")
    #expect(run.output.contains("inference") && !run.output.contains("backward"))
    #expect(run.output.contains("trained one by one"))
  }

  @Test("is shown for the layers that read texts, and not without being asked for")
  func texts() throws {
    let lines = (0..<8).map { "\($0 % 2 == 0 ? "good" : "bad")\tso \($0) it is" }
    try folder.write(lines.joined(separator: "\n") + "\n", to: "texts.tsv")
    let run = try lembra("train classify texts.tsv --epochs 1 --hidden 4 -o t.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    let text = try lembra("inspect t.safetensors --plan --threads 2")
    #expect(text.status == 0 && text.output.contains("sequences of 32 steps"))
    let document = try lembra("inspect t.safetensors --plan --json").json()
    let plan = try #require(document["plan"] as? [[String: Any]])
    #expect(plan.allSatisfy { $0["steps"] as? Int == 32 })
    #expect(try lembra("inspect t.safetensors --json").json()["plan"] == nil)
    try folder.write(String(repeating: "to be or not to be\n", count: 30), to: "text.txt")
    let language = try lembra("train language text.txt --epochs 1 --hidden 4 -o l.safetensors")
    #expect(language.status == 0, "\(language.errors)")
    #expect(try lembra("inspect l.safetensors --plan").output.contains("sequences of 32 steps"))
    let perceptron = try lembra(
      "train classify texts.tsv --model mlp --epochs 1 --hidden 4 -o p.safetensors")
    #expect(perceptron.status == 0, "\(perceptron.errors)")
    #expect(try lembra("inspect p.safetensors --plan").output.contains("no recurrent layer"))
  }

  @Test("is not there for a model without recurrent layers, nor without being asked for")
  func none() throws {
    try train("--model mlp")
    #expect(try lembra("inspect m.safetensors --plan").output.contains("no recurrent layer"))
    let document = try lembra("inspect m.safetensors --json").json()
    #expect(document["plan"] == nil)
  }
}

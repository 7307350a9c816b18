import Foundation
import Testing

@Suite("A training that is looked into, from the command line")
struct DiagnosisCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(SampleData.monthly, to: "data.csv")
    try folder.write(String(repeating: "the cat sat on the mat.\n", count: 60), to: "rhyme.txt")
  }

  private func lembra(_ line: String) throws -> CommandRun {
    try CommandRun(line.split(separator: " ").map(String.init), in: folder)
  }

  private let train =
    "train forecast data.csv --targets level --window 6 --hidden 4 --epochs 4 --batch 16"

  @Test("tells of gates on standard error and in the document, and learns the same")
  func tells() throws {
    let run = try lembra("\(train) --model lstm --layers 2 --diagnose -o a.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    for word in ["encoder.l1.forward", "forget", "Saturated", "First step"] {
      #expect(run.errors.contains(word), "\(run.errors)")
    }
    #expect(!run.output.contains("forget"))
    _ = try lembra("\(train) --model lstm --layers 2 -o b.safetensors")
    #expect(try folder.bytes("a.safetensors") == folder.bytes("b.safetensors"))
    let document = try lembra("\(train) --model gru --diagnose --json -o c.safetensors").json()
    let diagnosis = try #require(document["diagnosis"] as? [String: Any])
    let epochs = try #require(diagnosis["epochs"] as? [[String: Any]])
    #expect(epochs.count == 4)
    let gates = try #require(epochs[0]["gates"] as? [[String: Any]])
    #expect(
      gates.compactMap { $0["gate"] as? String } == ["reset", "update", "new", "hidden"])
    let perceptron = try lembra("\(train) --model mlp --diagnose -o d.safetensors")
    #expect(perceptron.errors.contains("no recurrent layers to look into"))
  }

  @Test("says where the first bad number is, and keeps the step, which inspect runs again")
  func failure() throws {
    let huge = "--optimizer sgd --learning-rate 1e38"
    let plain = try lembra("\(train) --model lstm \(huge) -o m.safetensors")
    #expect(plain.status == 1 && plain.errors.contains("add --diagnose"))
    #expect(!folder.holds("m.bad-batch.safetensors"))
    let run = try lembra("\(train) --model lstm \(huge) --diagnose -o m.safetensors")
    #expect(run.status == 1 && !run.errors.contains("add --diagnose"))
    #expect(run.errors.contains("of encoder.l0.forward, unit "), "\(run.errors)")
    #expect(run.errors.contains("(window "), "\(run.errors)")
    #expect(run.errors.contains("the step is kept in m.bad-batch.safetensors"))
    let again = try lembra("inspect m.bad-batch.safetensors")
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.output.contains("This is what was found in training."), "\(again.output)")
    let document = try lembra("inspect m.bad-batch.safetensors --json").json()
    let number = (document["found"] as? [String: Any])?["number"] as? [String: Any]
    #expect(number?["layer"] as? String == "encoder.l0.forward")
  }

  @Test("can be any training")
  func language() throws {
    let run = try lembra(
      "train language rhyme.txt --hidden 12 --embedding 6 --epochs 2 --batch 3 --steps 12 --diagnose "
        + "--model gru -o l.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("reset") && run.errors.contains("encoder.l0.forward"))
  }

  // MARK: - Gradients

  @Test("shows gradients of several models side by side")
  func gradients() throws {
    for model in ["rnn", "lstm", "gru"] {
      let run = try lembra("\(train) --model \(model) -o \(model).safetensors")
      #expect(run.status == 0, "\(run.errors)")
    }
    let all = "inspect rnn.safetensors lstm.safetensors gru.safetensors"
    let run = try lembra("\(all) --gradients data.csv --html g.html --plot g.svg")
    #expect(run.status == 0, "\(run.errors)")
    for word in ["RNN", "LSTM", "GRU", "encoder.l0.forward cell", "5 before"] {
      #expect(run.output.contains(word), "\(run.output)")
    }
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let page = try folder.text("g.html")
    #expect(page.contains("Steps before the end") && page.contains("<svg"))
    #expect(page.contains("--gradients data.csv"))
    #expect(XMLCheck.accepts(try folder.bytes("g.svg")))
    let document = try lembra("\(all) --gradients data.csv --sequences 5 --json").json()
    let models = try #require(document["models"] as? [[String: Any]])
    #expect(models.compactMap { $0["title"] as? String } == ["RNN", "LSTM", "GRU"])
    for model in models {
      let flow = try #require(model["gradients"] as? [String: Any])
      #expect(flow["sequenceCount"] as? Int == 5)
      let curves = try #require(flow["curves"] as? [[String: Any]])
      #expect((curves[0]["norms"] as? [Double])?.count == 6)
    }
  }

  @Test("says what is wrong with a wish for gradients")
  func misuse() throws {
    _ = try lembra("\(train) --model mlp -o p.safetensors")
    let perceptron = try lembra("inspect p.safetensors --gradients data.csv")
    #expect(perceptron.status == 2 && perceptron.errors.contains("no recurrent layers"))
    let several = try lembra("inspect p.safetensors p.safetensors")
    #expect(several.status == 2 && several.errors.contains("--gradients"))
    #expect(try lembra("inspect p.safetensors --html x.html").status == 2)
    #expect(try lembra("inspect p.safetensors --gradients data.csv --sequences 0").status == 2)
    let sides = try lembra("inspect p.safetensors --source data.csv --target data.csv")
    #expect(sides.status != 0 && sides.errors.contains("translators"))
  }
}

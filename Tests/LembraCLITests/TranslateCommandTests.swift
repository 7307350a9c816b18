import Foundation
import Testing

@Suite("Translation from the command line")
struct TranslateCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let numbers = (10..<90).map { "\($0)" }
    try folder.write(numbers.map { $0 + "\n" }.joined(), to: "a.txt")
    try folder.write(numbers.map { String($0.reversed()) + "\n" }.joined(), to: "b.txt")
    try folder.write(numbers.map { "\($0)\t\(String($0.reversed()))\n" }.joined(), to: "c.tsv")
  }

  private func lembra(_ line: String) throws -> CommandRun {
    try CommandRun(line.split(separator: " ").map(String.init), in: folder)
  }

  private let options =
    "--unit character --hidden 16 --embedding 12 --dropout 0.1 --epochs 40 --learning-rate 0.01 --batch-tokens 40"

  @Test("trains on two files, judges and translates")
  func translates() throws {
    let run = try lembra(
      """
      train translate --source a.txt --target b.txt --validation-source a.txt \
      --validation-target b.txt \(options) -o t.safetensors
      """)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("GRU, additive attention") && run.output.contains("chrF"))
    let judged = try lembra(
      "evaluate t.safetensors --source a.txt --target b.txt --beam 2 --json"
    ).json()
    #expect(try #require(judged["exact"] as? Double) > 0.9)
    #expect(judged["bleu"] is Double && judged["chrf"] is Double)
    #expect((judged["signature"] as? String)?.contains("tok:13a") == true)
    let table = try lembra("evaluate t.safetensors c.tsv")
    #expect(table.output.contains("BLEU") && table.output.contains("perplexity"))
    try folder.write("37\n\n58", to: "lines.txt")
    let said = try lembra("predict t.safetensors lines.txt --alignments")
    #expect(said.status == 0, "\(said.errors)")
    let lines = said.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 4 && lines[0].hasPrefix("73\t") && lines[2].hasPrefix("85\t"))
    let best = try lembra("predict t.safetensors lines.txt --n-best 3 --json").json()
    let predictions = try #require(best["predictions"] as? [[String: Any]])
    #expect((predictions[0]["translations"] as? [[String: Any]])?.count == 3)
    let both = try lembra("predict t.safetensors lines.txt --with t.safetensors")
    #expect(both.output.hasPrefix("73\n"))
    let draws = try (0..<2).map { _ in
      try lembra("predict t.safetensors lines.txt --sample --temperature 3 --seed 5 --n-best 4")
    }
    #expect(draws[0].status == 0 && draws[0].output == draws[1].output, "\(draws[0].errors)")
    let other = try lembra(
      "predict t.safetensors lines.txt --sample --temperature 3 --seed 6 --n-best 4")
    #expect(other.output != draws[0].output)
    let useless = try lembra("predict t.safetensors lines.txt --top-k 3")
    #expect(useless.status == 2 && useless.errors.contains("--sample"))
    let facts = try lembra("inspect t.safetensors").output
    #expect(facts.contains("translate") && facts.contains("decoder.attention.vector"))
  }

  @Test("trains on a table and holds back a part of it")
  func table() throws {
    let run = try lembra(
      "train translate c.tsv --model lstm --forward --reverse \(options) --validation 10% -o t.safetensors --json"
    )
    #expect(run.status == 0, "\(run.errors)")
    let record = try #require(try run.json()["record"] as? [String: Any])
    #expect(record["trainingCount"] as? Int == 72 && record["validationCount"] as? Int == 8)
  }

  @Test(
    "says what is wrong with pairs and options",
    arguments: [
      ("--source a.txt", "belong together"), ("", "No pairs are given"),
      ("c.tsv --source a.txt --target b.txt", "say the same thing"),
      ("--source a.txt --target short.txt", "80 lines"), ("empty.tsv", "empty"),
      ("c.tsv --model gru+dott", "gru+dot"), ("c.tsv --model gru+dot", "one direction"),
      ("c.tsv --coverage --model gru+general", "coverage"), ("c.tsv --max-length 1", "too long"),
      ("c.tsv --vocabulary 0", "--vocabulary"),
    ])
  func refuses(arguments: String, part: String) throws {
    try folder.write("1\n", to: "short.txt")
    try folder.write("", to: "empty.tsv")
    let run = try lembra("train translate \(arguments) --unit character -o t.safetensors")
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.contains(part), "\(run.errors)")
    #expect(!folder.holds("t.safetensors"))
  }

  @Test("a model of another task says what it needs")
  func otherTasks() throws {
    _ = try lembra("train translate c.tsv \(options) --epochs 1 -o t.safetensors")
    #expect(try lembra("evaluate t.safetensors").errors.contains("No pairs are given"))
    #expect(try lembra("generate t.safetensors").status != 0)
    let run = try lembra("evaluate t.safetensors --source a.txt --target b.txt --beam 0")
    #expect(run.status != 0 && run.errors.contains("beam"))
  }
}

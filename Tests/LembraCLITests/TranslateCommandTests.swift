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
    #expect(try #require(judged["wordErrorRate"] as? Double) < 0.1)
    let table = try lembra("evaluate t.safetensors c.tsv")
    #expect(
      table.output.contains("WER") && table.output.contains("BLEU")
        && table.output.contains("perplexity"))
    try folder.write("37\n\n58", to: "lines.txt")
    let said = try lembra("predict t.safetensors lines.txt --alignments")
    #expect(said.status == 0, "\(said.errors)")
    let lines = said.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 4 && lines[0].hasPrefix("73\t") && lines[2].hasPrefix("85\t"))
    #expect(lines[1] == "\t")
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
    for option in ["--top-k 3", "--seed 5"] {
      let useless = try lembra("predict t.safetensors lines.txt \(option)")
      #expect(useless.status == 2 && useless.errors.contains("--sample"))
    }
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

  @Test("reads letters and writes words, but shares no tokens of two kinds")
  func units() throws {
    let pairs = (10..<60).map { "\($0)\t\($0 / 10) \($0 % 10)\n" }.joined()
    try folder.write(pairs, to: "digits.tsv")
    let line = "train translate digits.tsv \(options) --target-unit word -o t.safetensors"
    let run = try lembra(line)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try lembra("evaluate t.safetensors digits.tsv --json").json()["exact"] as? Double == 1)
    let refused = try lembra(line + " --shared")
    #expect(refused.status == 2 && refused.errors.contains("--target-unit"))
  }

  @Test("trains variants of cells, says so, and refuses those that a cell cannot have")
  func variants() throws {
    let line = "train translate c.tsv \(options) --epochs 1 -o t.safetensors"
    let run = try lembra(
      """
      \(line) --model lstm+additive --peepholes --couple-gates --projection 6 --layer-norm \
      --recurrent-dropout 0.1 --zoneout 0.05:0.1 --heads 2
      """)
    #expect(run.status == 0, "\(run.errors)")
    let facts = try lembra("inspect t.safetensors --json").output
    for text in [
      "LSTM, additive attention", "peepholes, coupled gates", "2 heads",
      "decoder.context.norm_cell.weight", "decoder.cells.0.weight_hr",
    ] {
      #expect(facts.contains(text), "\(facts)")
    }
    #expect(try lembra("predict t.safetensors a.txt").status == 0)
    let refused = try lembra("\(line) --model gru+additive --peepholes")
    #expect(refused.status == 2 && refused.errors.contains("a GRU has no peepholes"))
    #expect(try lembra("\(line) --heads 5").errors.contains("5 heads do not divide 16"))
    #expect(try lembra("\(line) --zoneout much").status == 2)
  }

  @Test("compares cells of every kind")
  func cells() throws {
    let models = ["mgu", "slstm+additive", "mingru+additive", "minlstm+general", "indrnn+summary"]
    let run = try lembra(
      """
      compare translate c.tsv --models \(models.joined(separator: ",")) --seeds 1 \(options) \
      --epochs 1 --json
      """)
    #expect(run.status == 0, "\(run.errors)")
    let results = try #require(try run.json()["results"] as? [[String: Any]])
    #expect(results.map { $0["model"] as? String } == models)
    #expect(results.allSatisfy { $0["scores"] is [String: Any] })
    let varied = try lembra(
      "compare translate c.tsv --models lstm,gru --layer-norm --seeds 1 \(options) --epochs 1 --report r.html"
    )
    #expect(varied.status == 0, "\(varied.errors)")
    #expect(try folder.text("r.html").contains("layer normalisation"))
  }

  @Test(
    "says what is wrong with pairs and options",
    arguments: [
      ("--source a.txt", "belong together"), ("", "No pairs are given"),
      ("c.tsv --source a.txt --target b.txt", "say the same thing"),
      ("--source a.txt --target short.txt", "80 lines"), ("empty.tsv", "empty"),
      ("c.tsv --model gru+dott", "gru+dot"), ("c.tsv --model gru+dot", "one direction"),
      ("c.tsv --coverage --model gru+general", "coverage"), ("c.tsv --max-length 1", "too long"),
      ("c.tsv --vocabulary 0", "--vocabulary"), ("c.tsv --validation 0.1", "percentage"),
      ("c.tsv --validation 150%", "150"), ("c.tsv --unit unigram --min-count 2", "unigram"),
    ])
  func refuses(arguments: String, part: String) throws {
    try folder.write("1\n", to: "short.txt")
    try folder.write("", to: "empty.tsv")
    let run = try lembra("train translate --unit character \(arguments) -o t.safetensors")
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.contains(part), "\(run.errors)")
    #expect(!folder.holds("t.safetensors"))
  }

  @Test("reads lines as training does: compressed, with any end, without blanks around them")
  func lines() throws {
    _ = try lembra("train translate c.tsv \(options) --epochs 2 -o t.safetensors")
    try folder.write("37\n58\n91\n", to: "plain.txt")
    try folder.write(" 37\t\r58  \r\n91\r", to: "ends.txt")
    let plain = try lembra("predict t.safetensors plain.txt")
    #expect(plain.status == 0 && plain.output.count { $0.isNewline } == 3)
    #expect(try lembra("predict t.safetensors ends.txt").output == plain.output)
    // As Python's `gzip.compress` has the same three lines.
    try folder.write(
      bytes: [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x33, 0x36, 0xE7, 0x32,
        0xB5, 0xE0, 0xB2, 0x34, 0xE4, 0x02, 0x00, 0x1D, 0x58, 0xA4, 0x7D, 0x09, 0x00, 0x00, 0x00,
      ], to: "lines.gz")
    #expect(try lembra("predict t.safetensors lines.gz").output == plain.output)
    #expect(!plain.errors.contains("no more tokens"))
    let short = try lembra("predict t.safetensors plain.txt --max-tokens 1 --min-tokens 1")
    #expect(short.status == 0 && short.errors.contains("3 translations ended because"))
    try folder.write(" \n\u{3000}\n", to: "blank.txt")
    #expect(try lembra("predict t.safetensors blank.txt").output == "\n\n")
  }

  @Test("writes over no model that it reads")
  func ensembles() throws {
    for seed in 0..<2 {
      _ = try lembra("train translate c.tsv \(options) --epochs 1 --seed 0 -o \(seed).safetensors")
    }
    let before = try folder.bytes("1.safetensors")
    let run = try lembra(
      "predict 0.safetensors a.txt --with 1.safetensors -o 1.safetensors")
    #expect(run.status != 0 && run.errors.contains("written over"), "\(run.errors)")
    #expect(try folder.bytes("1.safetensors") == before)
    let together = try lembra("predict 0.safetensors --with 1.safetensors a.txt")
    #expect(together.status == 0 && together.output.split(separator: "\n").count <= 80)
  }

  @Test("names the lines that it leaves out as they stand in the file")
  func leftOut() throws {
    let pairs = (1...40).map { $0 == 17 ? "17\t\n" : "\($0)\t\($0)\n" }
    try folder.write("source\ttarget\n" + pairs.joined(), to: "gaps.tsv")
    let run = try lembra(
      "train translate gaps.tsv \(options) --epochs 1 --validation 10% --seed 3 -o t.safetensors")
    #expect(run.errors.contains("1 pair left out: 1 empty (line 18)"), "\(run.errors)")
  }

  @Test("compares models with and without attention, and shows them on a page")
  func comparison() throws {
    let lines = (0..<80).map { index in
      (0...index % 5).map { "\((index + $0) % 10)" }.joined(separator: " ")
    }
    try folder.write(
      lines.map { "\($0)\t\(String($0.reversed()))\n" }.joined(), to: "d.tsv")
    let run = try lembra(
      """
      compare translate d.tsv --models gru,gru+additive --seeds 1 \(options) --epochs 3 \
      --test 20% --report r.html --json
      """)
    #expect(run.status == 0, "\(run.errors)")
    let document = try run.json()
    #expect(document["task"] as? String == "translate")
    let results = try #require(document["results"] as? [[String: Any]])
    #expect(results.map { $0["model"] as? String } == ["gru", "gru+additive"])
    let scores = try #require(results[1]["scores"] as? [String: Any])
    #expect(
      scores.keys.sorted() == [
        "bleu", "chrf", "exact", "perplexity", "tokenAccuracy", "wordErrorRate",
      ])
    let page = try folder.text("r.html")
    for text in ["BLEU by the length of the source", "Target \\ source", "Translations"] {
      #expect(page.contains(text), "\(text)")
    }
    let useless = try lembra(
      "compare translate c.tsv --models gru --seeds 1 \(options) --coverage-penalty 0.2")
    #expect(useless.status != 0 && useless.errors.contains("nothing is known of coverage"))
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

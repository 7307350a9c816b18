import Foundation
import Testing

@Suite("Texts from the command line")
struct TextCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let reviews = (0..<60).map { index in
      let word = ["fine", "dull", "warm", "cold"][index % 4]
      return "\(index % 2 == 0 ? "good" : "bad")\tthe film number \(index % 7) is \(word)\n"
    }
    try folder.write("label\ttext\n" + reviews.joined(), to: "reviews.tsv")
    let sentence = "Ana NN B-N\nLisboa NN I-N\nsees VB O\na DT O\nhouse NN O\n\n"
    let other = "a DT O\nhouse NN O\nin IN O\nAna NN B-N\n\n"
    try folder.write(String(repeating: sentence + other, count: 20), to: "tags.txt")
    try folder.write(String(repeating: "the cat sat on the mat.\n", count: 60), to: "rhyme.txt")
  }

  private func lembra(_ line: String) throws -> CommandRun {
    try CommandRun(line.split(separator: " ").map(String.init), in: folder)
  }

  private let classify =
    "train classify reviews.tsv --embedding 8 --hidden 6 --epochs 6 --learning-rate 0.02 --batch 8"
  private let tag =
    "train tag tags.txt --word 0 --features 1 --tag 2 --hidden 6 --embedding 8 --epochs 14 --learning-rate 0.02"
  private let language =
    "train language rhyme.txt --hidden 12 --embedding 6 --epochs 4 --batch 3 --steps 12"

  // MARK: - Classify

  @Test("trains a classifier, judges it and labels lines")
  func classifies() throws {
    let run = try lembra("\(classify) -o c.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("BiLSTM") && run.output.contains("accuracy"))
    #expect(run.errors.contains("saved the model as c.safetensors"))
    let judged = try lembra("evaluate c.safetensors reviews.tsv --json").json()
    #expect(try #require(judged["accuracy"] as? Double) > 0.9)
    #expect(judged["f1"] is Double && judged["microF1"] is Double)
    #expect((judged["confusion"] as? [[Int]])?.joined().reduce(0, +) == 60)
    let table = try lembra("evaluate c.safetensors reviews.tsv")
    #expect(table.output.contains("good") && table.output.contains("Precision"))
    try folder.write("this film is fine\nthis film is dull", to: "lines.txt")
    let said = try lembra("predict c.safetensors lines.txt")
    #expect(said.status == 0, "\(said.errors)")
    #expect(said.output.split(separator: "\n").map { $0.prefix(3) } == ["goo", "bad"])
    let document = try lembra("predict c.safetensors lines.txt --json").json()
    #expect((document["predictions"] as? [[String: Any]])?.count == 2)
    let facts = try lembra("inspect c.safetensors").output
    #expect(facts.contains("classify") && facts.contains("embedding.weight"))
  }

  @Test(
    "trains variants of cells, says so, and refuses those that a network cannot have",
    arguments: [("classify", "cnn"), ("tag", "rnn"), ("language", "gru")])
  func variants(task: String, other: String) throws {
    let line = ["classify": classify, "tag": tag][task] ?? language
    let options = "--peepholes --couple-gates --projection 4 --layer-norm --zoneout 0.05:0.1"
    let run = try lembra("\(line) \(options) --recurrent-dropout 0.1 -o v.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    let facts = try lembra("inspect v.safetensors").output
    #expect(facts.contains("peepholes, coupled gates") && facts.contains("norm.hh_l0"), "\(facts)")
    let refused = try lembra("\(line) --model \(other) --peepholes -o w.safetensors")
    #expect(refused.status == 2 && refused.errors.contains("model: "), "\(refused.errors)")
    #expect(try lembra("\(line) --zoneout much -o w.safetensors").status == 2)
    #expect(try lembra("\(line) --zoneout 1.5 -o w.safetensors").errors.contains("zoneout"))
  }

  @Test(
    "trains cells of every kind, with heads where they have a product of the state",
    arguments: ["classify", "tag", "language"])
  func cells(task: String) throws {
    let line = ["classify": classify, "tag": tag][task] ?? language
    for model in ["mgu", "slstm", "mingru", "minlstm", "indrnn"] {
      let run = try lembra("\(line) --model \(model) -o m.safetensors")
      #expect(run.status == 0, "\(run.errors)")
      let heads = try lembra("\(line) --model \(model) --heads 2 -o h.safetensors")
      if model == "mgu" || model == "slstm" {
        #expect(heads.status == 0, "\(heads.errors)")
        #expect(try lembra("inspect h.safetensors").output.contains("2 heads"))
        let odd = try lembra("\(line) --model \(model) --heads 7 -o o.safetensors")
        #expect(odd.status == 2 && odd.errors.contains("heads: "), "\(odd.errors)")
      } else {
        #expect(heads.status == 2 && heads.errors.contains("has no variants"), "\(heads.errors)")
      }
    }
  }

  @Test("gives the same bits again, with any number of threads")
  func repeatsItself() throws {
    _ = try lembra("\(classify) -o a.safetensors --threads 1")
    _ = try lembra("\(classify) -o b.safetensors --threads 2")
    let (a, b) = (
      try lembra("predict a.safetensors reviews.tsv --probabilities"),
      try lembra("predict b.safetensors reviews.tsv --probabilities")
    )
    #expect(a.output == b.output && !a.output.isEmpty)
  }

  @Test(
    "says what is wrong with labelled texts, and where",
    arguments: [
      ("", "c.tsv"), ("label\ttext\n", "c.tsv"), ("label\ttext\ngood\n", "c.tsv:2"),
      ("a\tb\tc\n1\t2\t3\n", "--text"), ("label\ttext\ngood\tfine\ngood\twarm\n", "label"),
    ])
  func refusesTexts(content: String, place: String) throws {
    try folder.write(content, to: "c.tsv")
    let run = try lembra("train classify c.tsv -o c.safetensors")
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.contains(place), "\(run.errors)")
    #expect(!folder.holds("c.safetensors"))
  }

  @Test("names an unknown label when judging, and its line")
  func unknownLabel() throws {
    _ = try lembra("\(classify) -o c.safetensors")
    try folder.write("label\ttext\ngood\tfine\nodd\tdull\n", to: "other.tsv")
    let run = try lembra("evaluate c.safetensors other.tsv")
    #expect(run.status == 1)
    #expect(run.errors.contains("other.tsv:3") && run.errors.contains("'odd'"), "\(run.errors)")
  }

  // MARK: - Tag

  @Test("trains a tagger, judges it and tags sentences")
  func tags() throws {
    let run = try lembra("\(tag) -o t.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("BiLSTM-CRF") && run.output.contains("F1"))
    let judged = try lembra("evaluate t.safetensors tags.txt --json").json()
    #expect(try #require(judged["f1"] as? Double) > 0.9)
    #expect(judged["accuracy"] is Double && judged["types"] is [String: Any])
    try folder.write("a DT\nhouse NN\nin IN\nAna NN\n", to: "words.txt")
    let said = try lembra("predict t.safetensors words.txt")
    #expect(said.status == 0, "\(said.errors)")
    #expect(said.output == "a O\nhouse O\nin O\nAna B-N\n\n")
    let best = try lembra("predict t.safetensors words.txt --n-best 2 --probabilities")
    #expect(best.output.contains("# 1 ") && best.output.contains("# 2 "))
    #expect(try lembra("inspect t.safetensors").output.contains("BiLSTM-CRF"))
  }

  @Test("tags lines of words where the model knows no other columns")
  func tagsLines() throws {
    _ = try lembra("\(tag.replacing(" --features 1", with: "")) -o t.safetensors")
    try folder.write("a house in Ana\n\na house in Ana", to: "lines.txt")
    let said = try lembra("predict t.safetensors lines.txt")
    #expect(said.status == 0, "\(said.errors)")
    let sentence = "a O\nhouse O\nin O\nAna B-N\n\n"
    #expect(said.output == sentence + sentence)
  }

  @Test(
    "says which formats and columns there are",
    arguments: [
      ("train tag tags.txt --format csv -o t.safetensors", "conllu"),
      ("train classify reviews.tsv --format conll -o c.safetensors", "jsonl"),
      ("train tag tags.txt --word 9223372036854775807 -o t.safetensors", "65535"),
    ])
  func refusesOptions(line: String, choice: String) throws {
    let run = try lembra(line)
    #expect(run.status == 2 && run.errors.contains(choice), "\(run.errors)")
  }

  // MARK: - Language

  @Test("trains a language model, judges it and lets it go on")
  func models() throws {
    let run = try lembra("\(language) -o l.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("nats a token"))
    let judged = try lembra("evaluate l.safetensors rhyme.txt --validation 10% --json").json()
    let nats = try #require(judged["nats"] as? Double)
    #expect(nats < 2 && judged["tokens"] as? Int == 143)
    #expect(abs(try #require(judged["bits"] as? Double) - nats / log(2)) < 1e-9)
    #expect(judged["perplexity"] is Double)
    let dynamic = try lembra("evaluate l.safetensors rhyme.txt --dynamic --json").json()
    #expect(dynamic["nats"] is Double)
    let text = try lembra("generate l.safetensors --prompt the --count 20 --seed 4").output
    #expect(text.hasPrefix("the") && text.hasSuffix("\n"))
    #expect(text == (try lembra("generate l.safetensors --prompt the --count 20 --seed 4").output))
    let document = try lembra("generate l.safetensors --prompt the --count 5 --json").json()
    #expect(document["prompt"] as? String == "the" && document["text"] is String)
  }

  @Test(
    "reads words and pieces of words as tokens",
    arguments: ["word", "bpe --vocabulary 270", "unigram --vocabulary 20"])
  func units(unit: String) throws {
    let run = try lembra("\(language) --unit \(unit) -o l.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    let text = try lembra("generate l.safetensors --prompt the --count 4 --temperature 0").output
    #expect(text.hasPrefix("the"))
  }

  @Test("trains tokens that a language model then reads")
  func tokenizers() throws {
    let run = try lembra("train tokenizer rhyme.txt --vocabulary 270 -o tokens.json")
    #expect(
      run.status == 0 && run.output.contains("byte-pairs, 268 tokens"),
      "\(run.errors) \(run.output)")
    let model = try lembra("\(language) --tokenizer tokens.json -o l.safetensors")
    #expect(model.status == 0, "\(model.errors)")
    try folder.write("{}", to: "bad.json")
    let bad = try lembra("\(language) --tokenizer bad.json -o l2.safetensors")
    #expect(bad.status == 1 && bad.errors.contains("bad.json"))
  }

  @Test("an interrupted training goes on to the same bits")
  func interruption() throws {
    let long = language.replacing("--epochs 4", with: "--epochs 40 --threads 1")
    _ = try lembra("\(long) -o whole.safetensors")
    let run = try CommandRun(
      "\(long) -o l.safetensors".split(separator: " ").map(String.init), in: folder
    ) { running in
      try running.wait(for: "10%")
      running.interrupt()
    }
    guard run.status != 0 else { return }
    #expect(run.errors.contains("--resume") && folder.holds("l.safetensors.checkpoint"))
    let rest = try lembra("\(long) -o l.safetensors --resume")
    #expect(rest.status == 0, "\(rest.errors)")
    let prompt = "--prompt the --count 40 --seed 1"
    #expect(
      try lembra("generate l.safetensors \(prompt)").output
        == lembra("generate whole.safetensors \(prompt)").output)
  }

  @Test("a model for another task is told apart")
  func otherTasks() throws {
    _ = try lembra("\(language) -o l.safetensors")
    let predicted = try lembra("predict l.safetensors rhyme.txt")
    #expect(predicted.status == 2 && predicted.errors.contains("lembra generate"))
    _ = try lembra("\(classify) -o c.safetensors")
    let generated = try lembra("generate c.safetensors")
    #expect(generated.status == 1 && generated.errors.contains("classify"))
  }

  @Test("a closed pipe ends predict and generate quietly")
  func closedPipe() throws {
    _ = try lembra("\(language) -o l.safetensors")
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.currentDirectoryURL = folder.url
    process.arguments = [
      "-c", "\"$0\" generate l.safetensors --count 100000 2>errors | head -c 10 >/dev/null",
      CommandRun.executable.path(),
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(try folder.text("errors").isEmpty)
  }

  @Test("texts may have none of several labels")
  func noLabels() throws {
    let rows = (0..<30).map { index in
      ["fine plot\tgood|plot\n", "dull\tbad\n", "a film\t\n"][index % 3]
    }
    try folder.write("text\tlabels\n" + rows.joined(), to: "several.tsv")
    let options = "--label-separator | --hidden 4 --embedding 5 --epochs 2 --min-count 1"
    let run = try lembra(
      "train classify several.tsv --multi \(options) --average 1 -o m.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    #expect(try lembra("evaluate m.safetensors several.tsv --label-separator |").status == 0)
    let single = try lembra("train classify several.tsv \(options) -o n.safetensors")
    #expect(single.status != 0 && single.errors.contains("no label"), "\(single.errors)")
    let many = try lembra("predict m.safetensors several.tsv --n-best 2")
    #expect(many.status == 2 && many.errors.contains("--n-best"))
  }
}

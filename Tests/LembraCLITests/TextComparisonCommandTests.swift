import Foundation
import Testing

@Suite("Comparing models of texts from the command line", .timeLimit(.minutes(3)))
struct TextComparisonCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let telling = [["dull", "ugly", "cold"], ["fine", "warm", "kind"]]
    let reviews = (0..<60).map { index in
      "the film is \(telling[index % 2][index / 2 % 3])\t\(["bad", "good"][index % 2])"
    }
    try folder.write((["text\tlabel"] + reviews).joined(separator: "\n") + "\n", to: "reviews.tsv")
    let sentences = (0..<40).map { index in
      "sees V O\n\(["Ana", "Rui", "Eva"][index % 3]) N B-P\n"
    }
    try folder.write(sentences.joined(separator: "\n"), to: "words.txt")
    try folder.write(
      String(repeating: "the cat sat on the mat.\n", count: 40), to: "rhyme.txt")
  }

  private func lembra(_ line: String) throws -> CommandRun {
    try CommandRun(line.split(separator: " ").map(String.init), in: folder)
  }

  private let classify =
    "compare classify reviews.tsv --hidden 4 --embedding 5 --epochs 2 --min-count 1"
  private let tag = "compare tag words.txt --hidden 4 --embedding 5 --epochs 2 --spelling none"
  private let language =
    "compare language rhyme.txt --hidden 6 --embedding 5 --epochs 2 --batch 2 --steps 10"

  /// The scores of each model of a document.
  private func scores(_ document: [String: Any]) throws -> [String: [String: [String: Any]]] {
    let results = try #require(document["results"] as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: results.map {
        ($0["model"] as? String ?? "", $0["scores"] as? [String: [String: Any]] ?? [:])
      })
  }

  @Test("compares classifiers and writes a report")
  func classifiers() throws {
    let run = try lembra("\(classify) --models bilstm,CNN,mlp --seeds 2 --report r.html")
    #expect(run.status == 0, "\(run.errors)")
    for text in ["BiLSTM", "CNN", "MLP", "Accuracy", "Macro F1", "2 seeds"] {
      #expect(run.output.contains(text))
    }
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(run.errors.contains("wrote the report r.html"))
    let page = try folder.text("r.html")
    #expect(page.contains(">lembra compare classify reviews.tsv"))
    #expect(page.contains("<svg") && page.contains("Confusion"))
  }

  @Test("writes one JSON document about classifiers, the same again but for times")
  func classifierDocument() throws {
    let line = "\(classify) --models bigru,mlp --seeds 2 --test 20 --validation 10 --json"
    let document = try lembra(line).json()
    #expect(document["task"] as? String == "classify")
    let data = try #require(document["data"] as? [String: Any])
    #expect(data["training"] as? Int == 30 && data["validation"] as? Int == 10)
    #expect(data["test"] as? Int == 20)
    let scores = try scores(document)
    #expect(scores.keys.sorted() == ["bigru", "mlp"])
    let values = try #require(scores["bigru"]?["crossEntropy"]?["values"] as? [Double])
    #expect(values.count == 2)
    let again = try self.scores(lembra(line + " --threads 1").json())
    #expect(again["bigru"]?["crossEntropy"]?["values"] as? [Double] == values)
  }

  @Test("judges on the whole of another file")
  func otherFiles() throws {
    try folder.write("text\tlabel\nfine\tgood\nugly\tbad\nwarm\tgood\n", to: "test.tsv")
    let document = try lembra(
      "\(classify) --models mlp --seeds 1 --test test.tsv --validation test.tsv --json"
    ).json()
    let data = try #require(document["data"] as? [String: Any])
    #expect(data["training"] as? Int == 60 && data["test"] as? Int == 3)
  }

  @Test("compares taggers by cell, direction and output")
  func taggers() throws {
    let run = try lembra("\(tag) --models lstm,bigru-crf --seeds 1 --report r.html --json")
    #expect(run.status == 0, "\(run.errors)")
    let scores = try scores(run.json())
    #expect(scores.keys.sorted() == ["bigru-crf", "lstm"])
    #expect(scores["lstm"]?.keys.sorted() == ["accuracy", "f1", "precision", "recall"])
    #expect(try folder.text("r.html").contains("BiGRU-CRF"))
    let text = try lembra("\(tag) --models birnn --seeds 1").output
    #expect(text.contains("BiRNN") && text.contains("F1"))
  }

  @Test("compares language models with the same budget")
  func languageModels() throws {
    let run = try lembra("\(language) --models gru,rnn --seeds 1 --report r.html --json")
    #expect(run.status == 0, "\(run.errors)")
    let document = try run.json()
    #expect(document["judgedOn"] as? String == "test")
    let data = try #require(document["data"] as? [String: Any])
    // The last tenth of 960 characters, and the tenth of the rest before it.
    #expect(data["test"] as? Int == 96 && data["validation"] as? Int == 87)
    let held = try lembra("\(language) --models rnn --seeds 1 --test 0 --json").json()
    #expect(held["judgedOn"] as? String == "validation")
    let results = try #require(document["results"] as? [[String: Any]])
    #expect(results.map { $0["epochs"] as? [Int] } == [[2], [2]])
    let scores = try scores(document)
    let nats = try #require(scores["gru"]?["nats"]?["mean"] as? Double)
    let perplexity = try #require(scores["gru"]?["perplexity"]?["mean"] as? Double)
    #expect(abs(exp(nats) - perplexity) < 1e-9 * perplexity)
    #expect(try folder.text("r.html").contains("Samples"))
  }

  @Test(
    "explains wrong use before any training",
    arguments: [
      ("classify reviews.tsv --models lstn", 2, "did you mean 'lstm'?"),
      ("tag words.txt --models bilstm-crv", 2, "did you mean 'bilstm-crf'?"),
      ("language rhyme.txt --models cnn", 2, "there is no model 'cnn'"),
      ("classify reviews.tsv --test 0", 2, "there is no test part"),
      ("tag words.txt --test 0%", 2, "there is no test part"),
      ("language rhyme.txt --validation 0", 2, "there is no validation part"),
      ("classify reviews.tsv --report reviews.tsv", 2, "would be written over"),
      ("tag words.txt --test nowhere.txt", 1, "nowhere.txt"),
    ])
  func wrongUse(line: String, status: Int32, message: String) throws {
    let run = try lembra("compare \(line)")
    #expect(run.status == status, "\(run.errors)")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test("keeps what is finished after Control-C, and names the models that are left")
  func interruption() throws {
    let run = try CommandRun(
      """
      compare classify reviews.tsv --hidden 4 --models mlp,cnn,bilstm --seeds 1 --minutes 0.03 \
      --report r.html --json
      """.split(separator: " ").map(String.init), in: folder,
      whileRunning: { run in
        try run.wait(for: "CNN, seed 0")
        run.interrupt()
      })
    #expect(run.status == 1)
    #expect(run.errors.contains("of 3 trainings"), "\(run.errors)")
    #expect(run.errors.contains("--models cnn,bilstm") || run.errors.contains("--models bilstm"))
    let results = try #require(try run.json()["results"] as? [[String: Any]])
    #expect(results.first?["model"] as? String == "mlp")
    #expect(!folder.holds("r.html"))
  }
}

import Foundation
import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTraining
import Testing

/// Texts with one word that tells, of which the label is the kind.
private func reviews(_ range: Range<Int>, labels: [String] = ["bad", "good"]) -> LabelledTexts {
  let telling = [["dull", "cold", "ugly"], ["fine", "warm", "lovely"]]
  let plain = ["the film", "a story of two people", "it is", "people"]
  let texts = range.map { "\(plain[$0 % 4]) \(telling[$0 % 2][$0 / 2 % 3]) \(plain[$0 / 3 % 4])" }
  return LabelledTexts(
    texts: texts, labels: range.map { [labels[$0 % 2]] }, lines: Array(range), file: "reviews.tsv")
}

private func small(
  _ kind: ClassifierArchitecture.Kind, hiddenSize: Int = 4
) -> ClassifierArchitecture {
  ClassifierArchitecture(
    kind, embeddingSize: 6, hiddenSize: hiddenSize, kernelSizes: [1, 2], dropout: 0)
}

private let brief = TextTrainingOptions(learningRate: 0.02, epochs: 2, batchSize: 8)

private func classifying(
  test: LabelledTexts = reviews(40..<60)
) -> ClassifierComparisonTask {
  ClassifierComparisonTask(
    training: reviews(0..<30), validation: reviews(30..<40), test: test,
    options: ClassifierTrainingOptions(training: brief))
}

/// Sentences of two words, the second of which is a name.
private func sentences(_ range: Range<Int>, tags: [String] = ["O", "B-N"]) -> TaggedSentences {
  TaggedSentences(
    words: range.flatMap { [["sees", "hears"][$0 % 2], ["Ana", "Rui", "Eva"][$0 % 3]] },
    tags: range.flatMap { _ in tags },
    offsets: Array(stride(from: 0, through: 2 * range.count, by: 2)),
    columns: .init(word: 0, tag: 1))
}

private func tagging(_ tags: [String] = ["O", "B-N"]) throws -> TaggerComparisonTask {
  try TaggerComparisonTask(
    training: sentences(0..<24, tags: tags), validation: sentences(24..<30, tags: tags),
    test: sentences(30..<42, tags: tags), options: TaggerTrainingOptions(training: brief))
}

@Suite("Comparisons of models of texts")
struct TextComparisonTests {
  @Test("train every candidate with every seed and judge it on the test part")
  func trains() throws {
    var begun: [String] = []
    let task = classifying()
    let comparison = try TextComparison(
      of: [small(.bilstm), small(.mlp)], in: task, seeds: [3, 7],
      observer: .init(runBegins: { begun.append("\($0.title) \($1)") }))
    #expect(begun == ["BiLSTM 3", "BiLSTM 7", "MLP 3", "MLP 7"])
    #expect(!comparison.isInterrupted)
    #expect(comparison.results.map(\.candidate.name) == ["bilstm", "mlp"])
    #expect(
      comparison.measures.map(\.name) == [
        "accuracy", "macroF1", "crossEntropy", "calibrationError",
      ])
    for result in comparison.results {
      #expect(result.runs.map(\.seed) == [3, 7] && result.failures.isEmpty)
      #expect(result.runs[0].judged != nil && result.runs[1].judged == nil)
      #expect(result.runs.allSatisfy { $0.history.count == 2 && $0.seconds > 0 })
      #expect(result.epochs == 2)
      #expect(result.parameterCount == result.judged?.model.network.parameterCount)
    }
    let best = try #require(comparison.best?.spread("accuracy")?.mean)
    #expect(comparison.results.allSatisfy { ($0.spread("accuracy")?.mean ?? 2) <= best })
  }

  @Test("give the scores of training and judging by hand")
  func agrees() throws {
    let task = classifying()
    let comparison = try TextComparison(of: [small(.cnn)], in: task, seeds: [5])
    var options = task.options
    options.training.seed = 5
    let model = try TextClassifier.train(
      on: task.training, validation: task.validation, architecture: small(.cnn), options: options
    ).model
    let scores = try #require(try model.evaluate(task.test).scores)
    #expect(comparison.results[0].runs[0].scores["accuracy"] == scores.accuracy)
    #expect(comparison.results[0].runs[0].scores["crossEntropy"] == scores.crossEntropy)
  }

  @Test("name trainings that come to nothing beside those that succeed")
  func failures() throws {
    let comparison = try TextComparison(
      of: [small(.mlp), small(.cnn, hiddenSize: 0)], in: classifying(), seeds: [0, 1])
    #expect(comparison.results.map(\.runs.count) == [2, 0])
    #expect(comparison.results[1].failures.map(\.seed) == [0, 1])
    #expect(comparison.results[1].failures[0].error.code == .invalidOption)
    #expect(comparison.results[1].spread("accuracy") == nil)
    #expect(comparison.results[1].seconds == nil && comparison.results[1].parameterCount == nil)
    #expect(comparison.best?.title == "MLP")
  }

  @Test("throw what went wrong where no training succeeds")
  func failsAltogether() throws {
    let error = #expect(throws: LembraError.self) {
      try TextComparison(of: [small(.cnn, hiddenSize: 0)], in: classifying(), seeds: [0, 1])
    }
    #expect(error?.location.name == "hidden")
  }

  @Test("refuse a test part with unknown labels before training")
  func unknownLabels() throws {
    var begun = 0
    let error = #expect(throws: LembraError.self) {
      try TextComparison(
        of: [small(.mlp)], in: classifying(test: reviews(40..<44, labels: ["bad", "odd"])),
        seeds: [0], observer: .init(runBegins: { _, _ in begun += 1 }))
    }
    #expect(begun == 0)
    #expect(error?.location.line == 41)
  }

  @Test("keep the runs that are done when they are stopped")
  func interruption() throws {
    var begun = 0
    let comparison = try TextComparison(
      of: [small(.mlp), small(.cnn), small(.rnn)], in: classifying(), seeds: [0, 1],
      observer: .init(runBegins: { _, _ in begun += 1 }), shouldStop: { begun == 4 })
    #expect(comparison.isInterrupted && begun == 4)
    #expect(comparison.results.map(\.title) == ["MLP", "CNN"])
    #expect(comparison.results.map(\.runs.count) == [2, 1])
    let nothing = try TextComparison(
      of: [small(.mlp)], in: classifying(), seeds: [0], shouldStop: { true })
    #expect(nothing.isInterrupted && nothing.results.isEmpty && nothing.best == nil)
  }

  @Test("are documents with a spread of each score")
  func document() throws {
    let comparison = try TextComparison(
      of: [small(.mlp), small(.cnn, hiddenSize: 0)], in: classifying(), seeds: [0, 1])
    let data = try JSONEncoder().encode(comparison.document)
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(document["task"] as? String == "classify")
    #expect(document["judgedOn"] as? String == "test")
    #expect(document["best"] as? String == "mlp")
    #expect((document["options"] as? [String: Any])?["seed"] == nil)
    let parts = try #require(document["data"] as? [String: Any])
    #expect(parts["test"] as? Int == 20 && parts["file"] as? String == "reviews.tsv")
    let results = try #require(document["results"] as? [[String: Any]])
    let scores = try #require(results[0]["scores"] as? [String: [String: Any]])
    #expect((scores["accuracy"]?["values"] as? [Double])?.count == 2)
    #expect((results[0]["histories"] as? [[Any]])?.map(\.count) == [2, 2])
    #expect((results[1]["failures"] as? [[String: Any]])?.count == 2)
    #expect((results[1]["scores"] as? [String: Any])?.isEmpty == true)
  }

  // MARK: - Other tasks

  @Test("judge taggers by spans, and by tags where there are no spans")
  func taggers() throws {
    let candidates = [
      TaggerArchitecture(embeddingSize: 5, hiddenSize: 4, spelling: .none),
      TaggerArchitecture(
        cell: .gru, isBidirectional: false, embeddingSize: 5, hiddenSize: 4, spelling: .none,
        output: .softmax),
    ]
    #expect(candidates.map(\.name) == ["bilstm-crf", "gru"])
    let spans = try TextComparison(of: candidates, in: tagging(), seeds: [1])
    #expect(spans.measures.map(\.name) == ["f1", "precision", "recall", "accuracy"])
    #expect(spans.results[0].judged?.evaluation.tags.count == 12)
    let plain = try TextComparison(of: candidates, in: tagging(["V", "N"]), seeds: [1])
    #expect(plain.measures.map(\.name) == ["accuracy"])
    #expect(plain.task.validationTitle == "Share of wrong tags")
  }

  private func language(validation: Share) throws -> LanguageComparisonTask {
    let text = try TextFile(String(repeating: "the cat sat on the mat. ", count: 30))
    let (learnt, held) = try text.split(validation: validation)
    return LanguageComparisonTask(
      training: learnt, validation: held, tokenizer: try .characters(of: ["the cat sat on mat."]),
      options: brief, steps: 10, sample: .init(count: 30))
  }

  @Test("judge language models on the whole validation part, and let each write")
  func languageModels() throws {
    let task = try language(validation: .percent(20))
    let candidates = RecurrentEncoder.Cell.allCases.map {
      LanguageArchitecture(cell: $0, embeddingSize: 5, hiddenSize: 8)
    }
    let comparison = try TextComparison(of: candidates, in: task, seeds: [2])
    #expect(comparison.measures.map(\.name) == ["nats", "bits", "perplexity"])
    for result in comparison.results {
      let judged = try #require(result.judged)
      #expect(judged.evaluation.scores.tokens == task.validation.characterCount - 1)
      #expect(!judged.evaluation.sample.isEmpty)
      let again = try task.evaluate(judged.model)
      #expect(again.sample == judged.evaluation.sample)
      #expect(again.scores == judged.evaluation.scores)
    }
  }

  @Test("refuse a text without a validation part")
  func needsValidation() throws {
    #expect(throws: LembraError.self) {
      try TextComparison(
        of: [LanguageArchitecture(embeddingSize: 4, hiddenSize: 4)],
        in: language(validation: .none), seeds: [0])
    }
  }
}

import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining
import Testing

private let brief = TextTrainingOptions(learningRate: 0.02, epochs: 2, batchSize: 8)
private let hostile = "<script>&\"'"

@Suite("The report of a comparison of models of texts")
struct TextPageTests {
  private func elements(_ page: Page) throws -> [Element] { try XMLReader.elements(of: page.html) }

  private func headings(_ elements: [Element]) -> [String] {
    elements.filter { $0.name == "h2" }.map(\.text)
  }

  private func paragraphs(_ elements: [Element]) -> String {
    elements.filter { $0.name == "p" }.map(\.text).joined(separator: "\n")
  }

  // MARK: - Classifiers

  private func texts(_ range: Range<Int>, isMultiLabel: Bool = false) -> LabelledTexts {
    let telling = [["dull", "ugly"], ["fine", "warm"]]
    return LabelledTexts(
      texts: range.map { "the film \(hostile) is \(telling[$0 % 2][$0 / 2 % 2]) to see" },
      labels: range.map { index in
        let label = ["<bad>", "good & fine"][index % 2]
        return isMultiLabel && index % 3 == 0 ? [label, "long"] : [label]
      })
  }

  private func classifiers(
    _ kinds: [ClassifierArchitecture.Kind], pooling: SequencePooling = .attention,
    hiddenSize: Int = 4, isMultiLabel: Bool = false, wrong: Bool = false
  ) throws -> TextComparison<ClassifierComparisonTask> {
    let test = texts(30..<50, isMultiLabel: isMultiLabel)
    let task = ClassifierComparisonTask(
      training: texts(0..<24, isMultiLabel: isMultiLabel),
      validation: texts(24..<30, isMultiLabel: isMultiLabel),
      // The labels of the test part turned round: every text that was learnt is a mistake.
      test: wrong ? LabelledTexts(texts: test.texts, labels: texts(31..<51).labels) : test,
      options: ClassifierTrainingOptions(training: brief))
    return try TextComparison(
      of: kinds.map { kind in
        ClassifierArchitecture(
          kind, embeddingSize: 5, hiddenSize: kind == .cnn ? hiddenSize : 4, pooling: pooling,
          kernelSizes: [1], dropout: 0)
      }, in: task, seeds: [0, 1])
  }

  @Test("Classifiers have every section, and their texts are escaped")
  func classifierPage() throws {
    let comparison = try classifiers([.bilstm, .mlp], wrong: true)
    let page = comparison.page(command: "lembra compare <x>", version: "1")
    #expect(!page.html.contains("<script>"))
    let elements = try elements(page)
    #expect(
      headings(elements) == [
        "Result", "Labels", "Confusion", "Calibration", "Mistakes", "Attention", "Training",
        "Data and configuration",
      ])
    #expect(elements.contains { $0.name == "code" && $0.text == "lembra compare <x>" })
    #expect(elements.contains { $0.name == "th" && $0.text == "<bad>" })
    let text = paragraphs(elements)
    #expect(text.contains("the film \(hostile) is "))
    #expect(text.contains("true <bad>, given ") || text.contains("true good & fine, given "))
    #expect(text.contains("with a probability of "))
  }

  @Test("The heat map counts every text of the test part on a shade")
  func heatMap() throws {
    let elements = try elements(classifiers([.mlp]).page(command: "", version: "1"))
    let cells = elements.filter {
      ($0.attributes["style"] ?? "").hasPrefix("--w:") && $0.name == "td"
    }
    #expect(cells.count == 4)
    #expect(cells.compactMap { Int($0.text) }.reduce(0, +) == 20)
    let shades = cells.compactMap { Double(($0.attributes["style"] ?? "").dropFirst(4)) }
    #expect(abs(shades.reduce(0, +) - 2) < 0.005)
  }

  @Test("Words are shaded where a network weighs them, and only there")
  func attention() throws {
    let weighing = try elements(classifiers([.mlp, .gru]).page(command: "", version: "1"))
    let words = weighing.withClass("word")
    #expect(!words.isEmpty && words.contains { $0.attributes["style"] == "--w:1.000" })
    #expect(paragraphs(weighing).contains("most weight: "))
    let other = try classifiers([.mlp, .gru], pooling: .max).page(command: "", version: "1")
    #expect(!headings(try elements(other)).contains("Attention"))
  }

  @Test("Texts of several labels have no confusion and no calibration")
  func severalLabels() throws {
    let page = try classifiers([.mlp], isMultiLabel: true).page(command: "", version: "1")
    let headings = headings(try elements(page))
    #expect(headings.contains("Labels") && headings.contains("Training"))
    #expect(!headings.contains("Confusion") && !headings.contains("Calibration"))
  }

  @Test("Trainings that came to nothing are told of")
  func failures() throws {
    let comparison = try classifiers([.mlp, .cnn], hiddenSize: 0)
    #expect(comparison.scoreTable().caption.contains("failed: CNN with seeds 0, 1"))
    let elements = try elements(comparison.page(command: "", version: "1"))
    #expect(elements.contains { $0.name == "dt" && $0.text == "CNN, seed 0" })
  }

  @Test("The compact table fits into 80 columns in one block")
  func compact() throws {
    let comparison = try classifiers([.bilstm, .mlp, .cnn])
    let text = TextTable(comparison.scoreTable(isCompact: true), width: 80).description
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.count { $0.hasPrefix("MLP") } == 1, "\(text)")
  }

  // MARK: - Taggers

  @Test("Taggers have scores by type, and sentences with both tags where they differ")
  func taggerPage() throws {
    func sentences(_ range: Range<Int>, turned: Bool = false) -> TaggedSentences {
      TaggedSentences(
        words: range.flatMap { [hostile, ["Ana", "Rui"][$0 % 2]] },
        tags: range.flatMap { index in turned && index % 2 == 0 ? ["B-<N>", "O"] : ["O", "B-<N>"] },
        offsets: Array(stride(from: 0, through: 2 * range.count, by: 2)),
        columns: .init(word: 0, tag: 1))
    }
    let task = try TaggerComparisonTask(
      training: sentences(0..<20), validation: nil, test: sentences(0..<10, turned: true),
      options: TaggerTrainingOptions(training: brief))
    let comparison = try TextComparison(
      of: [
        TaggerArchitecture(embeddingSize: 5, hiddenSize: 4, spelling: .none),
        TaggerArchitecture(cell: .gru, embeddingSize: 5, hiddenSize: 4, spelling: .none),
      ], in: task, seeds: [0])
    let page = comparison.page(command: "lembra", version: "1")
    #expect(!page.html.contains("<script>"))
    let elements = try elements(page)
    #expect(
      headings(elements) == ["Result", "Spans", "Mistakes", "Training", "Data and configuration"])
    #expect(elements.contains { $0.name == "th" && $0.text == "<N>" })
    let wrong = elements.withClass("wrong")
    #expect(!wrong.isEmpty)
    #expect(elements.withClass("tag").contains { $0.text.hasPrefix("true ") })
    #expect(elements.withClass("given").contains { $0.text.hasPrefix("given ") })
    #expect(elements.withClass("token").contains { $0.text == hostile })
  }

  // MARK: - Language models

  @Test("Language models show what each of them writes")
  func languagePage() throws {
    let text = try TextFile(String(repeating: "<i>&amp; the cat</i>\n", count: 40))
    let (learnt, held) = try text.split(validation: .percent(20))
    let task = LanguageComparisonTask(
      training: learnt, validation: held,
      tokenizer: try .characters(of: ["<i>&amp; the cat</i>\n"]),
      options: brief, steps: 10, sample: .init(prompt: "<i>", count: 40))
    let comparison = try TextComparison(
      of: [RecurrentEncoder.Cell.lstm, .gru].map {
        LanguageArchitecture(cell: $0, embeddingSize: 5, hiddenSize: 8)
      }, in: task, seeds: [0])
    let elements = try elements(comparison.page(command: "lembra", version: "1"))
    #expect(headings(elements) == ["Result", "Samples", "Training", "Data and configuration"])
    let samples = elements.withClass("sample")
    #expect(samples.count == 2 && samples.allSatisfy { $0.text.hasPrefix("<i>") })
    #expect(paragraphs(elements).contains("LSTM, perplexity "))
    #expect(elements.contains { $0.name == "figcaption" && $0.text.contains("every token of") })
  }
}

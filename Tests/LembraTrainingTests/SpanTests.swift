import Foundation
import LembraTensor
import LembraTraining
import Testing

/// Sentences and what `Fixtures/make_span_counts.py` counts in them.
private struct SpanCounts: Decodable, CustomTestStringConvertible {
  struct Kind: Decodable {
    var correct: Int
    var predicted: Int
    var gold: Int
  }

  var name: String
  /// Of each sentence the true tags and the predicted ones, with spaces between.
  var sentences: [[String]]
  var kinds: [String: Kind]
  var tokens: Int
  var right: Int

  var testDescription: String { "\(name), \(kinds.keys.sorted())" }

  static func all() throws -> [SpanCounts] {
    let file = try #require(
      Bundle.module.url(forResource: "Fixtures/span_counts", withExtension: "json"))
    return try JSONDecoder().decode([SpanCounts].self, from: Data(contentsOf: file))
  }
}

private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

private func metrics(_ sentences: [(gold: String, predicted: String)]) -> SpanMetrics {
  var metrics = SpanMetrics()
  for sentence in sentences {
    metrics.add(predicted: words(sentence.predicted), gold: words(sentence.gold))
  }
  return metrics
}

@Suite("Scores of spans")
struct SpanTests {
  @Test(
    "are those that the rules of conlleval give for random tags", arguments: try SpanCounts.all())
  fileprivate func counts(_ counts: SpanCounts) {
    let metrics = metrics(counts.sentences.map { ($0[0], $0[1]) })
    #expect(metrics.tokenCount == counts.tokens)
    #expect(metrics.correctTokenCount == counts.right)
    #expect(
      metrics.byType
        == counts.kinds.mapValues {
          SpanScores(correct: $0.correct, predicted: $0.predicted, gold: $0.gold)
        })
  }

  @Test("agree with the spans that are in both, where tags keep to a scheme")
  func sets() throws {
    for counts in try SpanCounts.all() {
      for sentence in counts.sentences {
        let (gold, predicted) = (words(sentence[0]), words(sentence[1]))
        guard
          [TagScheme.bio, .bioes].contains(where: { scheme in
            scheme.firstFault(in: gold) == nil && scheme.firstFault(in: predicted) == nil
          })
        else { continue }
        let (a, b) = (TagSpan.spans(in: gold), TagSpan.spans(in: predicted))
        let scores = metrics([(sentence[0], sentence[1])]).overall
        #expect(scores.gold == a.count && scores.predicted == b.count)
        #expect(scores.correct == Set(a).intersection(b).count)
      }
    }
  }

  // True: PER 0-1, LOC 3. Predicted: PER 0-1, LOC 2-3 and ORG 4. One of three is right, of two.
  @Test("worked out by hand")
  func byHand() {
    let metrics = metrics([("B-PER I-PER O B-LOC O", "B-PER I-PER B-LOC I-LOC B-ORG")])
    #expect(metrics.overall == SpanScores(correct: 1, predicted: 3, gold: 2))
    #expect(metrics.overall.precision == 1.0 / 3)
    #expect(metrics.overall.recall == 0.5)
    #expect(metrics.overall.f1 == 0.4)
    #expect(metrics.byType["PER"] == SpanScores(correct: 1, predicted: 1, gold: 1))
    #expect(metrics.byType["LOC"] == SpanScores(correct: 0, predicted: 1, gold: 1))
    #expect(metrics.byType["ORG"] == SpanScores(correct: 0, predicted: 1, gold: 0))
    #expect(metrics.tokenAccuracy == 0.4)
  }

  @Test("a share of nothing is 0, and nothing has no accuracy")
  func nothing() {
    #expect(SpanMetrics().overall == SpanScores())
    #expect(SpanMetrics().tokenAccuracy == nil)
    let scores = metrics([("O O", "O O"), ("", "")])
    #expect(scores.overall.precision == 0 && scores.overall.recall == 0 && scores.overall.f1 == 0)
    #expect(scores.tokenAccuracy == 1)
    #expect(scores.byType.isEmpty)
  }

  @Test("an I after O or after another type begins a span; one of the same type goes on")
  func inside() {
    #expect(metrics([("O I-PER I-PER", "O B-PER I-PER")]).overall.correct == 1)
    #expect(metrics([("B-PER I-LOC", "B-PER B-LOC")]).overall.correct == 2)
    #expect(metrics([("B-PER I-PER", "B-PER B-PER")]).overall.correct == 0)
    #expect(metrics([("B-PER O", "B-PER I-PER")]).overall.correct == 0)
    // A sentence ends every span.
    #expect(metrics([("B-PER", "B-PER"), ("I-PER", "I-PER")]).overall.correct == 2)
  }

  @Test("spans of every kind of tag")
  func spans() {
    func spans(_ tags: String) -> [String] {
      TagSpan.spans(in: words(tags)).map {
        "\($0.type) \($0.range.lowerBound)-\($0.range.last ?? 0)"
      }
    }
    #expect(spans("B-X I-X B-X O I-X I-Y") == ["X 0-1", "X 2-2", "X 4-4", "Y 5-5"])
    #expect(spans("B-X E-X S-X S-X B-X E-X O") == ["X 0-1", "X 2-2", "X 3-3", "X 4-5"])
    #expect(spans("I-X E-X E-X O E-X") == ["X 0-1", "X 2-2", "X 4-4"])
    #expect(spans("[-X ]-X . O") == ["X 0-0", "X 1-1"])
    #expect(spans("B I O B-a-b I-a-b B-a-c") == [" 0-1", "a-b 3-4", "a-c 5-5"])
    #expect(spans("O O") == [] && spans("") == [])
  }

  @Test("sentences of different lengths cannot be compared")
  func trap() async {
    await #expect(processExitsWith: .failure) {
      var metrics = SpanMetrics()
      metrics.add(predicted: ["O"], gold: ["O", "O"])
    }
  }
}

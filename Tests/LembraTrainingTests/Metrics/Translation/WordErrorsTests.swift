import LembraTensor
import LembraTraining
import Testing

@Suite("Word errors")
struct WordErrorsTests {
  @Test(
    "count the fewest changes between words",
    arguments: [
      ("", "", 0, 0), ("a b c", "a b c", 0, 3), ("a b c", "", 3, 0), ("", "a b", 2, 2),
      ("a x c", "a b c", 1, 3), ("b c", "a b c", 1, 3), ("a b c d", "a c d", 1, 3),
      ("b a", "a b", 2, 2), ("  a\tb \n", "a b", 0, 2), ("A b", "a b", 1, 2),
    ])
  func counts(hypothesis: String, reference: String, changes: Int, words: Int) {
    let errors = WordErrors(hypothesis: hypothesis, reference: reference)
    #expect(errors.changes == changes && errors.words == words)
  }

  @Test("are as few as any sequence of changes can be")
  func distance() {
    /// All that is left of both, tried in every way.
    func fewest(_ a: ArraySlice<Int>, _ b: ArraySlice<Int>) -> Int {
      guard let first = a.first, let other = b.first else { return a.count + b.count }
      return min(
        fewest(a.dropFirst(), b.dropFirst()) + (first == other ? 0 : 1),
        fewest(a.dropFirst(), b) + 1, fewest(a, b.dropFirst()) + 1)
    }
    var generator = RandomGenerator(RandomKey(seed: 8))
    func drawn() -> [Int] {
      (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
        Int.random(in: 0..<3, using: &generator)
      }
    }
    for _ in 0..<200 {
      let (a, b) = (drawn(), drawn())
      let errors = WordErrors(
        hypothesis: a.map(String.init).joined(separator: " "),
        reference: b.map(String.init).joined(separator: " "))
      #expect(errors.changes == fewest(a[...], b[...]), "\(a) \(b)")
    }
  }

  @Test("of several texts are added up before they are divided")
  func sum() {
    let parts = [
      WordErrors(hypothesis: "a b", reference: "a c"),
      WordErrors(hypothesis: "a b c d e f", reference: "a b c d e f"),
    ]
    #expect(parts.reduce(WordErrors(), +).rate == 1.0 / 8)
    #expect(WordErrors(hypothesis: "a b", reference: "").rate == 2)
    #expect(WordErrors().rate == 0)
  }
}

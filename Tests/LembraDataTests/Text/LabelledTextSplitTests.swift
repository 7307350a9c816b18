import LembraData
import LembraTensor
import Testing

@Suite("A split of labelled texts")
struct LabelledTextSplitTests {
  /// So many texts of each label, in turn.
  static func texts(_ counts: [String: Int]) -> LabelledTexts {
    let labels = counts.sorted { $0.key < $1.key }.flatMap {
      Array(repeating: $0.key, count: $0.value)
    }
    return LabelledTexts(
      texts: labels.indices.map { "text \($0)" }, labels: labels.map { [$0] },
      lines: labels.indices.map { $0 + 2 })
  }

  @Test(
    "has every text once, in the order of the file, and every label in its share",
    arguments: [Share.percent(10), .percent(33.3), .rows(1), .rows(0), .rows(50), .percent(90)])
  func stratified(share: Share) throws {
    let texts = Self.texts(["a": 100, "b": 37, "c": 10, "d": 2, "e": 1])
    let (training, validation) = try texts.split(validation: share, key: RandomKey(seed: 3))
    #expect(validation.count == share.count(of: 150))
    #expect((training.lines + validation.lines).sorted() == texts.lines)
    for part in [training, validation] {
      #expect(part.lines == part.lines.sorted())
      #expect(part.texts == part.lines.map { "text \($0 - 2)" })
    }
    for (label, count) in [("a", 100), ("b", 37), ("c", 10), ("d", 2), ("e", 1)] {
      let held = validation.labels.count { $0 == [label] }
      let quota = Double(count * validation.count) / 150
      #expect(abs(Double(held) - quota) < 2, "\(label): \(held) of \(quota)")
      #expect(held < count)
    }
  }

  @Test("depends on the key alone")
  func keys() throws {
    let texts = Self.texts(["a": 50, "b": 50])
    func lines(_ seed: UInt64) throws -> [Int] {
      try texts.split(validation: .percent(20), key: RandomKey(seed: seed)).validation.lines
    }
    #expect(try lines(1) == lines(1))
    #expect(try lines(1) != lines(2))
    // Fixed for good, since a resumed training must see the part it began with.
    let few = Self.texts(["a": 6, "b": 4])
    let fixed = try few.split(validation: .rows(3), key: RandomKey(seed: 1)).validation
    #expect(fixed.lines == [3, 6, 8])
  }

  @Test("takes the last of a label only when there is nothing else")
  func rareLabels() throws {
    let texts = Self.texts(["a": 1, "b": 1, "c": 1, "d": 6])
    for count in 1...5 {
      let parts = try texts.split(validation: .rows(count), key: RandomKey(seed: 9))
      #expect(parts.validation.labels == Array(repeating: ["d"], count: count))
    }
    let parts = try texts.split(validation: .rows(8), key: RandomKey(seed: 9))
    #expect(parts.validation.count == 8 && parts.training.count == 1)
  }

  @Test("groups texts of several labels by all of them, in any order")
  func severalLabels() throws {
    let labels = (0..<40).map { $0 % 4 == 0 ? ["x", "y"] : $0 % 4 == 1 ? ["y", "x"] : ["x"] }
    let texts = LabelledTexts(texts: labels.indices.map { "\($0)" }, labels: labels)
    let (_, validation) = try texts.split(validation: .percent(50), key: RandomKey(seed: 1))
    #expect(validation.labels.count { $0 == ["x"] } == 10)
  }

  @Test("leaves something to train on")
  func tooMuch() throws {
    let texts = Self.texts(["a": 3])
    for share in [Share.rows(3), .rows(.max), .percent(100)] {
      let error = try lembraError {
        _ = try texts.split(validation: share, key: RandomKey(seed: 1))
      }
      #expect(error.code == .invalidOption)
      #expect(error.message.hasSuffix("is held back for validation, and there are 3 texts"))
    }
  }
}

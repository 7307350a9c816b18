import LembraLayers
import LembraTensor
import LembraTraining
import Testing

private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

/// The same spans in each scheme.
private let sentences: [[TagScheme: String]] = [
  [
    .iob1: "I-PER I-PER O I-PER I-LOC O", .bio: "B-PER I-PER O B-PER B-LOC O",
    .bioes: "B-PER E-PER O S-PER S-LOC O",
  ],
  [
    .iob1: "I-X B-X I-X I-X B-X", .bio: "B-X B-X I-X I-X B-X", .bioes: "S-X B-X I-X E-X S-X",
  ],
  [.iob1: "O O", .bio: "O O", .bioes: "O O"],
  [.iob1: "I B I O", .bio: "B B I O", .bioes: "S B E O"],
  [.iob1: "", .bio: "", .bioes: ""],
]

@Suite("Tag schemes")
struct TagSchemeTests {
  @Test("tags convert from each to each", arguments: TagScheme.allCases, TagScheme.allCases)
  func conversion(from: TagScheme, to: TagScheme) throws {
    for sentence in sentences {
      let (given, wanted) = (try #require(sentence[from]), try #require(sentence[to]))
      #expect(to.converting(words(given)) == words(wanted))
      #expect(from.firstFault(in: words(given)) == nil)
    }
  }

  @Test("random spans come back from their tags", arguments: TagScheme.allCases)
  func roundTrip(scheme: TagScheme) {
    var generator = RandomGenerator(RandomKey(seed: 8))
    for _ in 0..<200 {
      var (spans, end) = ([TagSpan](), 0)
      for _ in 0..<Int.random(in: 0...5, using: &generator) {
        let start = end + Int.random(in: 0...2, using: &generator)
        end = start + Int.random(in: 1...3, using: &generator)
        let type = ["PER", "LOC", "a-b"].randomElement(using: &generator) ?? ""
        spans.append(TagSpan(type: type, range: start..<end))
      }
      let tags = scheme.tags(for: spans, count: end + 1)
      #expect(TagSpan.spans(in: tags) == spans)
      #expect(scheme.firstFault(in: tags) == nil)
    }
  }

  @Test("a fault is found where it is")
  func faults() {
    #expect(TagScheme.bio.firstFault(in: words("O I-X")) == 1)
    #expect(TagScheme.bio.firstFault(in: words("B-X I-Y")) == 1)
    #expect(TagScheme.bio.firstFault(in: words("B-X I-X E-X")) == 2)
    #expect(TagScheme.iob1.firstFault(in: words("B-X")) == 0)
    #expect(TagScheme.iob1.firstFault(in: words("I-X B-X I-X B-Y")) == 3)
    #expect(TagScheme.bioes.firstFault(in: words("B-X O")) == 1)
    #expect(TagScheme.bioes.firstFault(in: words("O B-X I-X")) == 2)
    #expect(TagScheme.bioes.firstFault(in: words("S-X I-X E-X")) == 1)
    #expect(TagScheme.bioes.firstFault(in: words("B-X E-Y")) == 1)
    #expect(TagScheme.bioes.firstFault(in: words("B-X E-X NN")) == 2)
  }

  @Test("the scheme of tags is detected")
  func detection() throws {
    func detected(_ sentences: String...) throws -> TagScheme? {
      try TagScheme.detected(in: sentences.map(words))
    }
    #expect(try detected("O I-X I-X O", "I-X B-X") == .iob1)
    #expect(try detected("O B-X I-X O", "B-X B-X I-X") == .bio)
    #expect(try detected("O B-X E-X", "O") == .bioes)
    #expect(try detected("S-X") == .bioes)
    #expect(try detected("O O") == .bio && detected() == .bio)
    #expect(try detected("B I O") == .bio)
    #expect(try detected("NN VB", "DT") == nil)
    #expect(try detected("O B-X", "O Q-X") == nil)
  }

  @Test("spans that begin in two ways are refused, and both are named")
  func mixture() {
    let error = #expect(throws: LembraError.self) {
      try TagScheme.detected(in: [["O", "B-X"], ["O", "O", "I-Y"]])
    }
    #expect(error?.code == .invalidData)
    #expect(error?.message.contains("B-X at token 2 of sentence 1") == true)
    #expect(error?.message.contains("I-Y at token 3 of sentence 2") == true)
  }

  @Test("constraints allow the paths that the scheme does", arguments: TagScheme.allCases)
  func constraints(scheme: TagScheme) throws {
    let names = ["O", "B-X", "I-X", "B-Y", "I-Y", "E-X", "S-X", "E-Y"].filter {
      scheme == .bioes || !($0.hasPrefix("E") || $0.hasPrefix("S"))
    }
    let constraints = try scheme.constraints(for: names)
    // Every path of three tags.
    for path in 0..<names.count * names.count * names.count {
      let tags = [
        path % names.count, path / names.count % names.count, path / names.count / names.count,
      ]
      #expect(constraints.allows(tags) == (scheme.firstFault(in: tags.map { names[$0] }) == nil))
    }
  }

  @Test("a name that is no tag of the scheme is refused")
  func stranger() {
    let error = #expect(throws: LembraError.self) {
      try TagScheme.bio.constraints(for: ["O", "B-X", "S-X"])
    }
    #expect(error?.code == .invalidData && error?.location.name == "S-X")
    #expect(error?.remedy.contains("B-PER") == true)
  }

  @Test("a decoder with constraints keeps to the scheme")
  func decoding() throws {
    let names = ["O", "B-X", "I-X", "B-Y", "I-Y"]
    let crf = LinearChainCRF(
      tagCount: 5, constraints: try TagScheme.bio.constraints(for: names), key: RandomKey(seed: 1))
    let emissions = Tensor(uniformIn: -3...3, shape: [400, 5], key: RandomKey(seed: 2))
    let path = crf.decode(SequenceBatch([emissions]))[0].map { names[$0] }
    #expect(TagScheme.bio.firstFault(in: path) == nil)
    #expect(Set(path) == Set(names))
  }

  @Test("spans that overlap, leave the sentence or have no tokens trap")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      let spans = [TagSpan(type: "X", range: 0..<2), TagSpan(type: "Y", range: 1..<3)]
      _ = TagScheme.bio.tags(for: spans, count: 4)
    }
    await #expect(processExitsWith: .failure) {
      _ = TagScheme.bio.tags(for: [TagSpan(type: "X", range: 0..<2)], count: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = TagSpan(type: "X", range: 1..<1)
    }
  }
}

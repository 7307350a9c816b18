import LembraData
import LembraTensor

/// Sources and targets as a translator reads them.
struct EncodedPairs {
  /// The tokens of each source, with the token of its end.
  let sources: [[Int]]

  /// The tokens of each target, without start and end.
  let targets: [[Int]]

  private let start: Int
  private let end: Int

  init(_ texts: ParallelTexts, _ tokenizers: TranslatorTokenizers) {
    sources = tokenizers.encode(sources: texts.sources)
    targets = tokenizers.encode(targets: texts.targets)
    start = tokenizers.targetStart
    end = tokenizers.targetEnd
  }

  var count: Int { sources.count }

  /// The tokens of the longest target.
  var longestTarget: Int { targets.reduce(0) { max($0, $1.count) } }

  /// The steps of each target: its tokens and its end.
  var stepCounts: [Int] { targets.map { $0.count + 1 } }

  /// A text that changes, but for chance, with every token.
  var fingerprint: String { Fingerprint.text(of: sources + targets) }

  /// Some pairs as a batch.
  func batch(_ indices: some Sequence<Int>) -> TranslationBatch {
    let indices = Array(indices)
    let targets = indices.map { self.targets[$0] }
    let layout = SequenceLayout(lengths: targets.map { $0.count + 1 })
    return TranslationBatch(
      sources: indices.map { sources[$0] }, inputs: targets.map { [start] + $0 },
      targets: layout.interleaving(targets.map { $0 + [end] }), layout: layout)
  }
}

/// Some pairs: what the decoder reads, and what it is to write.
struct TranslationBatch: Codable {
  let sources: [[Int]]

  /// The tokens before each step of each target.
  var inputs: [[Int]]

  /// The token of each step, in the order of the layout's rows.
  let targets: [Int]

  let layout: SequenceLayout
}

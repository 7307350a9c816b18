import CLembraKernels
import LembraTestSupport
import Testing

/// Scores and emissions of a few sequences, longest first.
struct ChainProblem: CustomTestStringConvertible, Sendable {
  /// What is special about the scores.
  enum Kind: String, CaseIterable, Sendable {
    case small
    /// Half of all that can be forbidden is, by -inf.
    case forbidden
    /// Scores between -1000 and 1000.
    case huge
    /// Half of all that can be forbidden has a score of -10,000.
    case masked
    /// One path alone is possible, and each of its steps speaks against it: by 20, so that a float
    /// cannot hold its share beside the others' after some steps, or by 6.
    case losing, falling
    /// Scores about as far apart as the scaled passes can hold, and half of all forbidden.
    case edge
  }

  let kind: Kind
  let tags: Int
  let lengths: [Int]
  let seed: UInt64

  var testDescription: String { "\(kind.rawValue), \(tags) tags, lengths \(lengths)" }

  var steps: Int { lengths[0] }
  var counts: [Int] { (0..<steps).map { step in lengths.count { $0 > step } } }
  var offsets: [Int] { counts.indices.map { counts[..<$0].reduce(0, +) } }
  var rows: Int { lengths.reduce(0, +) }

  struct Scores {
    var transitions: [Float]
    var start: [Float]
    var end: [Float]
    var emissions: [Float]
  }

  var scores: Scores {
    let bound: Float = kind == .huge ? 1000 : kind == .edge ? 4 + Float(seed % 26) : 2
    let range = -bound...bound
    var scores = Scores(
      transitions: samples(
        tags * tags, in: kind == .edge ? -min(bound, 20)...min(bound, 20) : range, seed: seed),
      start: samples(tags, in: range, seed: seed + 1),
      end: samples(tags, in: range, seed: seed + 2),
      emissions: samples(rows * tags, in: range, seed: seed + 3))
    if kind == .forbidden || kind == .masked || kind == .edge {
      let least = kind == .masked ? -10_000 : -Float.infinity
      func mask(_ scores: inout [Float], _ seed: UInt64) {
        for (place, draw) in samples(scores.count, in: 0...1, seed: seed).enumerated()
        where draw < 0.5 {
          scores[place] = least
        }
      }
      mask(&scores.transitions, seed + 4)
      mask(&scores.start, seed + 5)
      mask(&scores.end, seed + 6)
    }
    if kind == .losing || kind == .falling {
      for row in 0..<rows {
        scores.emissions[row * tags + tags - 1] -= kind == .losing ? 20 : 6
      }
      for tag in 0..<tags - 1 {
        scores.transitions[tag * tags + tags - 1] = -.infinity
        scores.end[tag] = -.infinity
      }
    }
    return scores
  }

  var reference: ChainReference {
    let scores = scores
    return ChainReference(
      transitions: doubles(scores.transitions), start: scores.start.map(Double.init),
      end: scores.end.map(Double.init))
  }

  /// The emissions of a sequence, step by step.
  func emissions(_ position: Int) -> [[Double]] {
    let all = doubles(scores.emissions)
    return (0..<lengths[position]).map { all[offsets[$0] + position] }
  }

  private func doubles(_ rows: [Float]) -> [[Double]] {
    stride(from: 0, to: rows.count, by: tags).map { rows[$0..<$0 + tags].map(Double.init) }
  }

  /// Everything small enough to look at every path.
  static let all: [ChainProblem] = Kind.allCases.flatMap { kind in
    [
      (1, [3, 1]), (2, [5, 4, 4, 1]), (3, [5, 5, 2, 0]), (4, [5, 1, 1]), (4, [4, 3, 3, 3, 2, 1]),
    ]
    .enumerated().map { index, sizes in
      ChainProblem(kind: kind, tags: sizes.0, lengths: sizes.1, seed: 100 * UInt64(index + 1))
    }
  }
}

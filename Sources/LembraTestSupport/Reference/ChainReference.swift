public import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A linear chain of tags in `Double`, by looking at every path or by recursion.
public struct ChainReference: Sendable {
  /// The score of a tag, the column, after another, the row.
  public var transitions: [[Double]]
  public var start: [Double]
  public var end: [Double]

  public init(transitions: [[Double]], start: [Double], end: [Double]) {
    self.transitions = transitions
    self.start = start
    self.end = end
  }

  public var tagCount: Int { start.count }

  /// The score of `path` through the emissions of its steps.
  public func score(_ path: [Int], _ emissions: [[Double]]) -> Double {
    guard let first = path.first, let last = path.last else { return 0 }
    let steps = zip(path, emissions).reduce(0.0) { $0 + $1.1[$1.0] }
    let moves = zip(path, path.dropFirst()).reduce(0.0) { $0 + transitions[$1.0][$1.1] }
    return start[first] + steps + moves + end[last]
  }

  /// Every path there is, with its score.
  public func paths(_ emissions: [[Double]]) -> [(tags: [Int], score: Double)] {
    var paths: [[Int]] = [[]]
    for _ in emissions { paths = paths.flatMap { path in (0..<tagCount).map { path + [$0] } } }
    return paths.map { ($0, score($0, emissions)) }
  }

  /// The possible paths, best first, those of equal scores in no certain order.
  public func rankedPaths(_ emissions: [[Double]]) -> [(tags: [Int], score: Double)] {
    paths(emissions).filter { $0.score > -.infinity }.sorted { $0.score > $1.score }
  }

  /// Log partition, probabilities of the tags at each step, and how often each transition is
  /// expected, by looking at every path; zeros if none is possible.
  public func sums(
    _ emissions: [[Double]]
  ) -> (logPartition: Double, marginals: [[Double]], transitions: [[Double]]) {
    let all = paths(emissions)
    let logPartition = logSum(all.map(\.score))
    var marginals = emissions.map { $0.map { _ in 0.0 } }
    var expected = transitions.map { $0.map { _ in 0.0 } }
    for (tags, score) in all where score > -.infinity {
      let probability = exp(score - logPartition)
      for (step, tag) in tags.enumerated() { marginals[step][tag] += probability }
      for (from, to) in zip(tags, tags.dropFirst()) { expected[from][to] += probability }
    }
    return (logPartition, marginals, expected)
  }

  /// The log partition by the forward recursion.
  public func logPartition(_ emissions: [[Double]]) -> Double {
    emissions.isEmpty ? 0 : logSum(forward(emissions, logSum).last ?? [], end)
  }

  /// The score of the best path by Viterbi's recursion, which is the forward one with a maximum.
  public func bestScore(_ emissions: [[Double]]) -> Double {
    guard let last = forward(emissions, { $0.max() ?? 0 }).last else { return 0 }
    return zip(last, end).map { $0 + $1 }.max() ?? 0
  }

  /// What ``sums(_:)`` gives, by recursion, for a sequence with a possible path.
  public func sumsByRecursion(
    _ emissions: [[Double]]
  ) -> (logPartition: Double, marginals: [[Double]], transitions: [[Double]]) {
    let ahead = forward(emissions, logSum)
    var back = end
    var expected = transitions.map { $0.map { _ in 0.0 } }
    var marginals: [[Double]] = []
    for (step, states) in ahead.enumerated().reversed() {
      let total = logSum(states, back)
      marginals.append(zip(states, back).map { exp($0 + $1 - total) })
      guard step > 0 else { break }
      let arriving = zip(emissions[step], back).map { $0 + $1 }
      for (from, state) in ahead[step - 1].enumerated() {
        for (to, other) in arriving.enumerated() {
          expected[from][to] += exp(state + transitions[from][to] + other - total)
        }
      }
      back = transitions.map { logSum($0, arriving) }
    }
    return (logPartition(emissions), marginals.reversed(), expected)
  }

  /// The states of every step, in which `sum` puts together what comes from all tags.
  private func forward(_ emissions: [[Double]], _ sum: ([Double]) -> Double) -> [[Double]] {
    var all: [[Double]] = []
    for emission in emissions {
      let before = all.last
      let states = emission.indices.map { to -> Double in
        guard let before else { return start[to] + emission[to] }
        return sum(before.indices.map { before[$0] + transitions[$0][to] }) + emission[to]
      }
      all.append(states)
    }
    return all
  }

  /// The log partitions of sequences laid out as `layout`, less the scores of the paths `tags` of
  /// its rows if there are any; `[N]` in the caller's order.
  public func logPartitions(
    _ rows: Reference, _ layout: SequenceLayout, tags: [Int]? = nil
  ) -> Reference {
    let emissions = rows.rows
    let values = layout.positions.map { position in
      let places = layout.rows(ofSequence: position)
      let own = places.map { emissions[$0] }
      return logPartition(own) - (tags.map { tags in score(places.map { tags[$0] }, own) } ?? 0)
    }
    return Reference(values, shape: [values.count])
  }
}

extension ChainReference {
  public init(transitions: Reference, start: Reference, end: Reference) {
    self.init(transitions: transitions.rows, start: start.elements, end: end.elements)
  }

  /// The same chain without what the three functions do not allow.
  public func constrained(
    start allowsStart: (Int) -> Bool, end allowsEnd: (Int) -> Bool,
    transition allows: (Int, Int) -> Bool
  ) -> ChainReference {
    var result = self
    for from in 0..<tagCount {
      if !allowsStart(from) { result.start[from] = -.infinity }
      if !allowsEnd(from) { result.end[from] = -.infinity }
      for to in 0..<tagCount where !allows(from, to) { result.transitions[from][to] = -.infinity }
    }
    return result
  }
}

/// `log Σ exp(x)`.
private func logSum(_ x: [Double]) -> Double {
  let largest = x.max() ?? -.infinity
  guard largest > -.infinity else { return largest }
  return largest + log(x.reduce(0) { $0 + exp($1 - largest) })
}

/// `log Σ exp(x + y)`.
private func logSum(_ x: [Double], _ y: [Double]) -> Double { logSum(zip(x, y).map { $0 + $1 }) }

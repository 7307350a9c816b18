#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// All ways to put a word together from pieces.
struct UnigramLattice {
  /// A piece in the word.
  private struct Arc {
    var start: Int
    var end: Int
    var piece: Int
    var score: Double
  }

  /// The pieces, sorted by where they begin.
  private var arcs: [Arc] = []
  private var count = 0
  private var forward: [Double] = []
  private var backward: [Double] = []
  /// For each place the arc by which the best way comes there.
  private var best: [Int] = []

  /// Takes up a word, whose characters are all pieces.
  mutating func build(_ word: [UInt8], _ trie: ByteTrie, _ scores: [Double]) {
    arcs.removeAll(keepingCapacity: true)
    count = word.count
    let span = word.span
    var start = 0
    while start < count {
      trie.forEachPrefix(of: span, from: start) { end, piece in
        arcs.append(Arc(start: start, end: end, piece: piece, score: scores[piece]))
      }
      start += span.scalar(at: start).length
    }
  }

  /// Adds, for each piece, `weight` times how often it is expected in the word.
  ///
  /// With α(i) and β(i) the logarithms of the sums over all ways to and from i, a piece from i to j
  /// of score s is expected exp(α(i) + s + β(j) - α(n)) times.
  mutating func addExpectations(_ weight: Double, to expected: inout [Double]) {
    reset(&forward)
    reset(&backward)
    forward[0] = 0
    backward[count] = 0
    for arc in arcs {
      forward[arc.end] = logSum(forward[arc.end], forward[arc.start] + arc.score)
    }
    for arc in arcs.reversed() {
      backward[arc.start] = logSum(backward[arc.start], backward[arc.end] + arc.score)
    }
    let total = forward[count]
    for arc in arcs {
      let exponent = forward[arc.start] + arc.score + backward[arc.end] - total
      expected[arc.piece] += weight * exp(exponent)
    }
  }

  /// The pieces of the best way, from left to right, without the piece `excluded`.
  mutating func bestPath(without excluded: Int = -1) -> [Int] {
    reset(&forward)
    best.removeAll(keepingCapacity: true)
    best.append(contentsOf: repeatElement(-1, count: count + 1))
    forward[0] = 0
    for (index, arc) in arcs.enumerated() where arc.piece != excluded {
      let score = forward[arc.start] + arc.score
      if best[arc.end] < 0 || score > forward[arc.end] {
        forward[arc.end] = score
        best[arc.end] = index
      }
    }
    var path: [Int] = []
    var place = count
    while place > 0, best[place] >= 0 {
      path.append(arcs[best[place]].piece)
      place = arcs[best[place]].start
    }
    return path.reversed()
  }

  private func reset(_ values: inout [Double]) {
    values.removeAll(keepingCapacity: true)
    values.append(contentsOf: repeatElement(-.infinity, count: count + 1))
  }

  private func logSum(_ left: Double, _ right: Double) -> Double {
    let larger = max(left, right)
    guard larger > -.infinity else { return larger }
    return larger + log1p(exp(min(left, right) - larger))
  }
}

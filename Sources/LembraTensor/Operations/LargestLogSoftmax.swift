import CLembraKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension RepeatedAffine {
  /// The largest columns of each row of `log softmax(x Wᵀ + b)`.
  ///
  /// What stands in all columns is never held at once: it is made in pieces that stay near the
  /// processor, and of each piece only the largest and the sum of the exponentials are kept. A row
  /// gives the same bits whatever rows are beside it, and on any number of threads.
  ///
  /// - Precondition: `x` `[rows, I]` has a row for each of the query's, and the map the column that it
  ///   asks for.
  package func largestLogSoftmax(of x: Tensor, _ query: LargestColumnsQuery) -> [LargestColumns] {
    check(x)
    query.check(rows: x.shape[0], columns: outputSize)
    let pass = LargestPass(rows: x.shape[0], columns: outputSize, query)
    pass.run { rows, columns, out in multiply(x, rows: rows, columns: columns, into: out) }
    return (0..<x.shape[0]).map(pass.result)
  }
}

/// A way through the scores of some rows, some columns at a time.
private struct LargestPass {
  /// The columns that are scored at once, whole panels on every instruction set: with their weights
  /// they stay in the second cache.
  private static let width = 512

  /// The rows that are scored at once.
  private static let height = 192

  private let rows: Int
  private let columns: Int
  private let query: LargestColumnsQuery
  private let pieceCount: Int
  private let partCount: Int
  private let kept: KeptColumns

  /// For each piece and row the largest score, and the sum of the exponentials of what others are
  /// above it.
  private let largest: Storage
  private let sums: Storage

  /// For each row the score of the column that is asked for.
  private let asked: Storage

  init(rows: Int, columns: Int, _ query: LargestColumnsQuery) {
    self.rows = rows
    self.columns = columns
    self.query = query
    pieceCount = (columns + Self.width - 1) / Self.width
    partCount = min(pieceCount, Threads.limit)
    kept = KeptColumns(query, parts: partCount)
    largest = Storage(count: pieceCount * rows)
    sums = Storage(Double.self, count: pieceCount * rows)
    asked = Storage(count: rows)
  }

  /// Looks at all scores.
  ///
  /// - Parameter score: writes the scores of some rows and columns, one row after the other.
  func run(
    _ score: (_ rows: Range<Int>, _ columns: Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let work = Double(rows) * Double(columns)
    ThreadPool.shared.run(partCount, isShort: work < 200_000) { team in
      let room = Storage(count: min(rows, Self.height) * Self.width)
      for piece in team.share(of: pieceCount) {
        let own = piece * Self.width..<min((piece + 1) * Self.width, columns)
        for first in stride(from: 0, to: rows, by: Self.height) {
          let some = first..<min(first + Self.height, rows)
          flushingDenormals { score(some, own, room.base) }
          for (place, row) in some.enumerated() {
            look(at: room.base + place * own.count, piece, own, row: row, part: team.index)
          }
        }
      }
      withExtendedLifetime(room) {}
    }
  }

  private func look(
    at scores: UnsafePointer<Float>, _ piece: Int, _ columns: Range<Int>, row: Int, part: Int
  ) {
    let place = piece * rows + row
    sums.base(of: Double.self)[place] = kernels.rows.exponential_sum(
      scores, columns.count, largest.base + place)
    kept.take(scores, columns.count, first: columns.lowerBound, row: row, part: part)
    if columns.contains(query.asked) {
      asked.base[row] = scores[query.asked - columns.lowerBound]
    }
  }

  /// What was found in a row; the pieces are added up from the left to the right.
  func result(_ row: Int) -> LargestColumns {
    let places = (0..<pieceCount).map { $0 * rows + row }
    let most = places.map { largest.base[$0] }.max() ?? 0
    let sum = places.reduce(0.0) { sum, place in
      sum + sums.base(of: Double.self)[place] * exp(Double(largest.base[place] - most))
    }
    let total = Float(log(sum))
    func logarithm(_ score: Float) -> Float { (score - most) - total }
    return LargestColumns(
      largest: kept.all(ofRow: row).map { ($0.column, logarithm($0.value)) },
      asked: logarithm(asked.base[row]))
  }
}

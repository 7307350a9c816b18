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
    pass.run(costPerScore: x.shape[1]) { rows, columns, out in
      multiply(x, rows: rows, columns: columns, into: out)
    }
    return pass.results()
  }
}

/// A way through the scores of some rows, some columns and rows at a time.
private struct LargestPass {
  /// The columns that are scored at once: whole panels on every instruction set.
  ///
  /// Up to 512 inputs their weights take 1 MB, half of a second-level cache.
  private static let width = 512

  /// The most rows that are scored at once, whose scores take 384 KB.
  private static let most = 192

  private let rows: Int
  private let columns: Int
  private let query: LargestColumnsQuery
  private let kept: KeptColumns

  /// The rows that are scored at once.
  private let height: Int

  private let partCount = Threads.limit
  private let pieceCount: Int
  private let blockCount: Int

  /// For each piece of the columns and each row, the largest score and Σ exp(score − largest).
  private let largest: Storage
  private let sums: Storage

  /// For each row the score of the column that is asked for.
  private let asked: Storage

  init(rows: Int, columns: Int, _ query: LargestColumnsQuery) {
    self.rows = rows
    self.columns = columns
    self.query = query
    pieceCount = (columns + Self.width - 1) / Self.width
    // A few blocks for each thread, but enough rows to pay for reading the weights.
    height = max(16, min(Self.most, rows * pieceCount / (4 * partCount)))
    blockCount = (rows + height - 1) / height
    kept = KeptColumns(query, parts: partCount)
    largest = Storage(count: pieceCount * rows)
    sums = Storage(Double.self, count: pieceCount * rows)
    asked = Storage(count: rows)
  }

  /// Looks at all scores.
  ///
  /// - Parameters:
  ///   - costPerScore: the multiply-adds of one.
  ///   - score: writes the scores of some rows and columns, one row after the other.
  func run(
    costPerScore: Int,
    _ score: (_ rows: Range<Int>, _ columns: Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let work = Double(rows) * Double(columns) * Double(costPerScore)
    runTeam(work: work, most: partCount) { team in
      let room = Storage(count: min(rows, height) * Self.width)
      // A block has its pieces in ascending order, within a part and from one to the next.
      for index in team.share(of: pieceCount * blockCount) {
        let (piece, block) = index.quotientAndRemainder(dividingBy: blockCount)
        let some = block * height..<min((block + 1) * height, rows)
        let own = piece * Self.width..<min((piece + 1) * Self.width, columns)
        score(some, own, room.base)
        for (place, row) in some.enumerated() {
          look(at: room.base + place * own.count, piece, own, row: row, part: team.index)
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

  /// What was found in each row.
  func results() -> [LargestColumns] {
    withExtendedLifetime((kept, largest, sums, asked)) {
      mapInParallel(over: rows, cost: 500) { result($0) }
    }
  }

  /// What was found in a row, whose pieces are added up from the left to the right.
  private func result(_ row: Int) -> LargestColumns {
    let places = (0..<pieceCount).map { $0 * rows + row }
    let most = places.map { largest.base[$0] }.max() ?? 0
    let sum = places.reduce(0.0) { sum, place in
      sum + sums.base(of: Double.self)[place] * exp(Double(largest.base[place] - most))
    }
    let total = Float(log(sum))
    func logarithm(_ score: Float) -> Float { (score - most) - total }
    // A score that is no number, or is infinite, leaves no probabilities.
    let best = total.isFinite ? kept.all(ofRow: row) : []
    return LargestColumns(
      largest: best.map { ($0.column, logarithm($0.value)) }, asked: logarithm(asked.base[row]))
  }
}

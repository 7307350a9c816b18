import CLembraKernels

/// The columns of a row in which its largest numbers stand.
package struct LargestColumns {
  /// The columns and what stands in them, the largest first and of equal ones that of the smaller
  /// column; NaN and -∞ are never among them.
  package var largest: [(column: Int, value: Float)]

  /// What stands in the column that was asked for.
  package var asked: Float
}

/// What is looked for in each row of a matrix.
package struct LargestColumnsQuery {
  /// The most columns of a row.
  let wanted: Int

  /// For each row, the columns that do not count.
  let leftOut: [[Int32]]

  /// The column that is told whatever stands in it.
  let asked: Int

  /// - Precondition: `wanted` is above 0.
  package init(_ wanted: Int, leavingOut leftOut: [[Int]], asking asked: Int) {
    precondition(wanted > 0, "LargestColumnsQuery: \(wanted) columns")
    self.wanted = wanted
    self.leftOut = leftOut.map { $0.map(Int32.init) }
    self.asked = asked
  }

  func check(rows: Int, columns: Int) {
    precondition(
      rows == leftOut.count && (0..<columns).contains(asked),
      "LargestColumnsQuery: column \(asked) of \(leftOut.count) rows in [\(rows), \(columns)]")
  }
}

extension Tensor {
  /// The largest columns of each row.
  ///
  /// - Precondition: this is a matrix with a row for each of the query's, and the column it asks for.
  package func largestColumns(_ query: LargestColumnsQuery) -> [LargestColumns] {
    let (rows, columns) = (shape.rows, shape.columns)
    query.check(rows: rows, columns: columns)
    let kept = KeptColumns(query, parts: 1)
    return withElements { x in
      mapInParallel(over: rows, cost: Double(columns) / 8) { row in
        kept.take(x + row * columns, columns, first: 0, row: row, part: 0)
        return LargestColumns(
          largest: kept.all(ofRow: row), asked: x[row * columns + query.asked])
      }
    }
  }
}

/// The largest columns that were seen in each row, once for each part of a parallel region.
final class KeptColumns: Sendable {
  private let wanted: Int
  private let rows: Int
  private let parts: Int
  private let values: Storage
  private let columns: Storage
  private let counts: Storage
  private let leftOut: [Int32]
  private let leftOutStarts: [Int]

  init(_ query: LargestColumnsQuery, parts: Int) {
    wanted = query.wanted
    rows = query.leftOut.count
    self.parts = parts
    values = Storage(count: parts * rows * wanted)
    columns = Storage(Int32.self, count: parts * rows * wanted)
    counts = Storage(Int.self, count: parts * rows)
    counts.base(of: Int.self).update(repeating: 0, count: parts * rows)
    leftOut = query.leftOut.flatMap { $0 }
    leftOutStarts = query.leftOut.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
  }

  /// Looks at a piece of a row; a part looks at its pieces from the left to the right.
  func take(_ x: UnsafePointer<Float>, _ count: Int, first: Int, row: Int, part: Int) {
    let place = part * rows + row
    let counts = counts.base(of: Int.self)
    leftOut.withUnsafeBufferPointer { leftOut in
      var kept = lembra_largest(
        values: values.base + place * wanted,
        columns: columns.base(of: Int32.self) + place * wanted,
        count: counts[place], wanted: wanted,
        left_out: leftOut.baseAddress.map { $0 + leftOutStarts[row] },
        left_out_count: leftOutStarts[row + 1] - leftOutStarts[row])
      kernels.rows.keep_largest(x, count, first, &kept)
      // Threads whose counts lie side by side are not disturbed without need.
      if counts[place] != kept.count { counts[place] = kept.count }
    }
  }

  /// The largest of a row that any part has seen, the parts following each other from the left to
  /// the right.
  func all(ofRow row: Int) -> [(column: Int, value: Float)] {
    (0..<parts).reduce(into: []) { all, part in
      let own = seen(by: part, row)
      all = all.isEmpty ? own : merged(all, own)
    }
  }

  private func seen(by part: Int, _ row: Int) -> [(column: Int, value: Float)] {
    let place = part * rows + row
    let columns = columns.base(of: Int32.self) + place * wanted
    return (0..<counts.base(of: Int.self)[place]).map { rank in
      (column: Int(columns[rank]), value: values.base[place * wanted + rank])
    }
  }

  /// The largest of both; of equal ones those of `left` come first.
  private func merged(
    _ left: [(column: Int, value: Float)], _ right: [(column: Int, value: Float)]
  ) -> [(column: Int, value: Float)] {
    var (all, first, second) = (left[..<0], left[...], right[...])
    while all.count < wanted {
      guard let a = first.first else { break }
      if let b = second.first, b.value > a.value {
        all.append(second.removeFirst())
      } else {
        all.append(first.removeFirst())
      }
    }
    return Array(all + second.prefix(wanted - all.count))
  }
}

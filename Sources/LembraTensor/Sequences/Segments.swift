/// Groups of the rows of a matrix: the steps of each sequence, the words of each text, the source
/// words that each target word looks at.
///
/// Groups may differ in size, be empty, and share rows. Below, S is the number of segments and R
/// that of the matrix's rows. An entry is one row in one segment; entries are counted segment by
/// segment, and E is the number of all.
public struct Segments: Hashable, Sendable {
  /// The number of rows of the matrices that the segments are of, R.
  public let rowCount: Int

  /// The entries at which the segments begin, and E.
  let starts: [Int32]

  /// The row of each entry.
  let places: [Int32]

  /// Whether every row is in one segment and in only one.
  let isPartition: Bool

  /// Creates segments from the rows of each.
  ///
  /// - Precondition: every row is in `0 ..< rowCount`.
  public init(_ segments: [[Int]], rowCount: Int) {
    var starts: [Int32] = [0]
    starts.reserveCapacity(segments.count + 1)
    var places: [Int32] = []
    places.reserveCapacity(segments.reduce(0) { $0 + $1.count })
    for segment in segments {
      for row in segment {
        precondition(
          row >= 0 && row < rowCount, "Segments: there is no row \(row) among \(rowCount)")
        places.append(Int32(row))
      }
      starts.append(Int32(places.count))
    }
    self.init(
      starts: starts, places: places, rowCount: rowCount,
      isPartition: places.count == rowCount && Set(places).count == rowCount)
  }

  init(starts: [Int32], places: [Int32], rowCount: Int, isPartition: Bool) {
    self.starts = starts
    self.places = places
    self.rowCount = rowCount
    self.isPartition = isPartition
  }

  /// The number of segments, S.
  public var count: Int { starts.count - 1 }

  /// The number of entries of all segments together, E.
  public var entryCount: Int { places.count }

  /// The entries of a segment.
  ///
  /// - Precondition: `segment` is in `0 ..< count`.
  public func entries(of segment: Int) -> Range<Int> {
    precondition(
      segment >= 0 && segment < count, "Segments: there is no segment \(segment) among \(count)")
    return Int(starts[segment])..<Int(starts[segment + 1])
  }

  /// The row of each entry.
  public var rows: [Int] { places.map(Int.init) }

  /// The segment of each entry: what takes a row for each segment to its entries.
  public var segmentOfEntry: [Int] {
    (0..<count).flatMap { Array(repeating: $0, count: entries(of: $0).count) }
  }
}

// MARK: - Kernels

extension Segments {
  /// Traps unless `x` has a row, of any length, for each of the rows that the segments are of.
  func check(_ x: Tensor, operation: StaticString) {
    precondition(
      x.shape.rank == 2 && x.shape[0] == rowCount,
      "\(operation): segments of \(rowCount) rows for \(x.shape)")
  }

  /// Traps unless `x` has one number for each entry.
  func checkEntries(_ x: Tensor, operation: StaticString) {
    precondition(
      x.shape == [entryCount], "\(operation): segments of \(entryCount) entries for \(x.shape)")
  }

  /// Calls `body` with parts of the segments, on several threads when there is much to do.
  ///
  /// - Parameters:
  ///   - costPerEntry: the work of one entry, in nanoseconds.
  ///   - body: gets the segments of the part, the beginnings of the first and those after it, and
  ///     the rows of all entries.
  func inParallel(
    costPerEntry: Double,
    _ body: (_ part: Range<Int>, _ starts: UnsafePointer<Int32>, _ rows: UnsafePointer<Int32>?)
      -> Void
  ) {
    let cost = costPerEntry * Double(entryCount) / Double(max(count, 1))
    withPointers { starts, rows in
      LembraTensor.inParallel(over: count, cost: cost) { part in
        body(part, starts + part.lowerBound, rows)
      }
    }
  }

  /// Calls `body` with the beginnings of the segments and the rows of all entries.
  func withPointers(
    _ body: (_ starts: UnsafePointer<Int32>, _ rows: UnsafePointer<Int32>?) -> Void
  ) {
    starts.withUnsafeBufferPointer { starts in
      places.withUnsafeBufferPointer { places in
        guard let first = starts.baseAddress else { return }
        body(first, places.baseAddress)
      }
    }
  }
}

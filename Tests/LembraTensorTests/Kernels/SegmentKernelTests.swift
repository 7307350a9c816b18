import CLembraKernels
import Testing

extension InstructionSet {
  var segments: lembra_segments { kernels.pointee.segments }
}

/// Segments with none, one and several entries, and with shared rows, of 6 rows.
private let starts: [Int32] = [0, 3, 3, 4, 9]
private let rows: [Int32] = [4, 0, 2, 5, 1, 2, 3, 4, 0]
private let segmentCount = 4
private let entryCount = 9
private let rowCount = 6

@Suite("Segment kernels")
struct SegmentKernelTests {
  private func entries(_ segment: Int) -> Range<Int> {
    Int(starts[segment])..<Int(starts[segment + 1])
  }

  @Test("softmax over segments gives the bits of rows", arguments: InstructionSet.supported)
  func softmax(set: InstructionSet) {
    let x = samples(entryCount), g = samples(entryCount, seed: 2)
    let y = written(entryCount) { set.segments.softmax(x, starts, $0, segmentCount) }
    let pulled = written(entryCount) {
      set.segments.softmax_pullback(y, g, starts, $0, segmentCount)
    }
    for segment in 0..<segmentCount {
      let own = entries(segment)
      let row = written(own.count) { set.rows.softmax(Array(x[own]), $0, 1, own.count) }
      #expect(bits(row) == bits(Array(y[own])))
      let rowPulled = written(own.count) {
        set.rows.softmax_pullback(row, Array(g[own]), $0, 1, own.count)
      }
      #expect(bits(rowPulled) == bits(Array(pulled[own])))
    }
    #expect(updated(x) { set.segments.softmax($0, starts, $0, segmentCount) } == y)
  }

  @Test(
    "sums, products and spreading follow their references", arguments: InstructionSet.supported,
    [1, 3, 15, 16, 17, 33, 64, 100, 131, 300])
  func sums(set: InstructionSet, columns: Int) {
    for weighted in [true, false] { expectSums(set, columns, weighted: weighted) }
  }

  private func expectSums(_ set: InstructionSet, _ columns: Int, weighted: Bool) {
    let x = samples(rowCount * columns), queries = samples(segmentCount * columns, seed: 2)
    let weights = samples(entryCount, seed: 3)
    var sums: [Double] = [], products: [Double] = []
    var spread = [Double](repeating: 0, count: rowCount * columns)
    for segment in 0..<segmentCount {
      let own = entries(segment)
      func weight(_ entry: Int) -> Double {
        weighted ? Double(weights[entry]) : 1 / Double(own.count)
      }
      for c in 0..<columns {
        sums.append(own.reduce(0) { $0 + weight($1) * Double(x[Int(rows[$1]) * columns + c]) })
      }
      for entry in own {
        let (query, row) = (segment * columns, Int(rows[entry]) * columns)
        products.append(
          (0..<columns).reduce(0) { $0 + Double(queries[query + $1]) * Double(x[row + $1]) })
        for c in 0..<columns { spread[row + c] += weight(entry) * Double(queries[query + c]) }
      }
    }
    weights.withUnsafeBufferPointer { weights in
      let given = weighted ? weights.baseAddress : nil
      expectClose(
        written(segmentCount * columns) {
          set.segments.sums(x, given, starts, rows, $0, segmentCount, columns)
        }, sums)
      expectClose(
        updated([Float](repeating: 0, count: rowCount * columns)) {
          set.segments.spread(queries, given, starts, rows, 1, $0, columns, segmentCount, columns)
        }, spread)
    }
    expectClose(
      written(entryCount) {
        set.segments.products(x, queries, starts, rows, $0, segmentCount, columns)
      }, products)
  }

  @Test("parts of the segments or columns give the same bits", arguments: InstructionSet.supported)
  func parts(set: InstructionSet) {
    let columns = 37, x = samples(rowCount * columns)
    let queries = samples(segmentCount * columns, seed: 2).map { abs($0) < 0.2 ? -0.0 : $0 }
    let weights = samples(entryCount, seed: 3)
    let (cut, wide) = (3, 16)
    func inParts(_ body: (_ first: Int, _ count: Int) -> Void) {
      body(0, cut)
      body(cut, segmentCount - cut)
    }
    let sums = written(segmentCount * columns) {
      set.segments.sums(x, weights, starts, rows, $0, segmentCount, columns)
    }
    let products = written(entryCount) {
      set.segments.products(x, queries, starts, rows, $0, segmentCount, columns)
    }
    let cutSums = written(segmentCount * columns) { out in
      inParts { first, count in
        set.segments.sums(
          x, weights, Array(starts[first...]), rows, out + first * columns, count, columns)
      }
    }
    let cutProducts = written(entryCount) { out in
      inParts { first, count in
        set.segments.products(
          x, Array(queries[(first * columns)...]), Array(starts[first...]), rows, out, count,
          columns)
      }
    }
    #expect(bits(sums) == bits(cutSums) && bits(products) == bits(cutProducts))

    let zeros = [Float](repeating: 0, count: rowCount * columns)
    let spread = updated(zeros) {
      set.segments.spread(queries, weights, starts, rows, 1, $0, columns, segmentCount, columns)
    }
    let cutSpread = updated(zeros) {
      set.segments.spread(queries, weights, starts, rows, 1, $0, columns, segmentCount, wide)
      set.segments.spread(
        Array(queries[wide...]), weights, starts, rows, 1, $0 + wide, columns, segmentCount,
        columns - wide)
    }
    #expect(bits(spread) == bits(cutSpread))
    // Without shared rows nothing has to be added up.
    let own: [Int32] = [3, 1, 5, 0, 4, 2], ownStarts: [Int32] = [0, 2, 2, 3, 6]
    let added = updated(zeros) {
      set.segments.spread(queries, weights, ownStarts, own, 1, $0, columns, segmentCount, columns)
    }
    let stored = written(rowCount * columns) {
      set.segments.spread(queries, weights, ownStarts, own, 0, $0, columns, segmentCount, columns)
    }
    #expect(bits(added) == bits(stored))
  }

  @Test(
    "maxima are the first of the largest, a NaN being larger than all",
    arguments: InstructionSet.supported, [1, 3, 16, 17, 64, 100])
  func maxima(set: InstructionSet, columns: Int) {
    var x = samples(rowCount * columns).map { ($0 * 2).rounded() }
    x[2 * columns] = .nan
    x[3 * columns] = .nan
    for c in 0..<columns where c % 5 == 4 { x[5 * columns + c] = -.infinity }
    let gradient = samples(segmentCount * columns, seed: 2)
    var places: [Int32] = []
    let largest = written(segmentCount * columns) { out in
      places = written(segmentCount * columns, filledWith: Int32(-9)) { places in
        set.segments.maxima(x, starts, rows, out, places, segmentCount, columns)
      }
    }
    var spread = [Float](repeating: 0, count: rowCount * columns)
    for segment in 0..<segmentCount {
      for c in 0..<columns {
        let at = segment * columns + c
        let candidates = entries(segment).map { rows[$0] }
        guard var best = candidates.first else {
          #expect(largest[at] == 0 && places[at] == -1)
          continue
        }
        func value(_ row: Int32) -> Float { x[Int(row) * columns + c] }
        for row in candidates where !value(best).isNaN {
          if value(row) > value(best) || value(row).isNaN { best = row }
        }
        #expect(places[at] == best)
        #expect(largest[at].bitPattern == value(best).bitPattern)
        spread[Int(best) * columns + c] += gradient[at]
      }
    }
    let pulled = updated(spread.map { _ in 0 }) {
      set.segments.maxima_pullback(gradient, places, $0, columns, segmentCount, columns)
    }
    #expect(pulled == spread)
  }
}

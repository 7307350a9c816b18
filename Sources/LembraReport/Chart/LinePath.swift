/// The path of a line with gaps, thinned where there are more points than the eye can part.
struct LinePath {
  private struct Point {
    var x: Double
    var y: Double
  }

  /// What has been seen of one column of pixels.
  private struct Column {
    let number: Double
    var points: [Point]
    var low = 0
    var high = 0
    var count = 1

    init(_ point: Point) {
      number = point.x.rounded(.down)
      points = [point, point, point, point]
    }

    /// The first, the lowest, the highest and the last point, in the order in which they came.
    var ends: [Point] {
      let inner = low < high ? [points[1], points[2]] : [points[2], points[1]]
      return count == 1 ? [points[0]] : [points[0]] + inner + [points[3]]
    }

    mutating func add(_ point: Point) {
      if point.y > points[1].y {
        points[1] = point
        low = count
      }
      if point.y < points[2].y {
        points[2] = point
        high = count
      }
      points[3] = point
      count += 1
    }
  }

  /// The connected points.
  private(set) var strokes = PathData()
  /// The points between two gaps, which a line cannot show.
  private(set) var dots = PathData()

  private var run: [Point] = []
  private var column: Column?

  init(x xs: [Double], y ys: [Double], on x: Projection, _ y: Projection) {
    let isThinned = Double(xs.count) > 4 * (x.end - x.start)
    var last: Point?
    var missesOne = false
    for (xValue, yValue) in zip(xs, ys) {
      guard let left = x(xValue), let top = y(yValue) else {
        missesOne = true
        continue
      }
      let point = Point(x: left, y: top)
      if let last, missesOne, !isThinned || (point.x - last.x).magnitude >= 1 { endRun() }
      missesOne = false
      last = point
      if isThinned { collect(point) } else { run.append(point) }
    }
    endRun()
  }

  private mutating func collect(_ point: Point) {
    if column?.number == point.x.rounded(.down) {
      column?.add(point)
    } else {
      run += column?.ends ?? []
      column = Column(point)
    }
  }

  private mutating func endRun() {
    run += column?.ends ?? []
    column = nil
    if let first = run.first {
      if run.count == 1 {
        dots.dot(first.x, first.y)
      } else {
        strokes.move(first.x, first.y)
        for point in run.dropFirst() { strokes.line(point.x, point.y) }
      }
    }
    run.removeAll(keepingCapacity: true)
  }
}

/// The outline of a shaded band with gaps, one step for each column of pixels at most.
struct BandPath {
  private struct Slice {
    var x: Double
    var top: Double
    var bottom: Double
  }

  private(set) var outline = PathData()
  private var run: [Slice] = []

  init(_ band: Chart.Band, on x: Projection, _ y: Projection) {
    let isThinned = Double(band.x.count) > 2 * (x.end - x.start)
    var missesOne = false
    for index in band.x.indices {
      guard let left = x(band.x[index]), let lower = y(band.lower[index]),
        let upper = y(band.upper[index])
      else {
        missesOne = true
        continue
      }
      let slice = Slice(x: left, top: min(lower, upper), bottom: max(lower, upper))
      if let last = run.last {
        let isClose = isThinned && (slice.x - last.x).magnitude < 1
        if missesOne && !isClose { endRun() }
        if isClose {
          run[run.count - 1].top = min(last.top, slice.top)
          run[run.count - 1].bottom = max(last.bottom, slice.bottom)
        } else {
          run.append(slice)
        }
      } else {
        run.append(slice)
      }
      missesOne = false
    }
    endRun()
  }

  private mutating func endRun() {
    if let first = run.first {
      outline.move(first.x, first.top)
      for slice in run.dropFirst() { outline.line(slice.x, slice.top) }
      for slice in run.reversed() { outline.line(slice.x, slice.bottom) }
      outline.close()
    }
    run.removeAll(keepingCapacity: true)
  }
}

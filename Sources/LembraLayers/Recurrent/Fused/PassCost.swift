import CLembraKernels
package import LembraTensor

/// A model of what a pass costs on this machine, for choosing between ways to divide it.
///
/// It knows the rate of the multiply-adds, how fast weights come from each level of the caches, what
/// the activations cost, and what it takes threads to meet. The figures are those of a core of
/// AMD's Zen 4 and 5 and scale with the width of a vector; only their relations matter.
package struct PassCost {
  /// What one way to divide the pass costs.
  package struct Estimate: Hashable, Sendable {
    package let split: FusedPlan.Split
    package let threads: Int
    package let hoistsInput: [Bool]
    package let microseconds: Double
  }

  /// Every way that this pass can be divided, the one on a single thread first.
  package private(set) var estimates: [Estimate] = []

  private let cells: [lembra_cell]
  private let directions: Int
  private let steps: Int
  private let rows: Int
  private let batch: Int
  private let pass: FusedPlan.Pass

  /// Whether each cell's input product is computed ahead of the steps, unless rows are shared out.
  ///
  /// A step of four rows or more reads each weight for several rows at once, and fusing the input's
  /// product saves a pass through memory. With fewer rows, or with more than 16 MB of weights, a
  /// chunk of rows at a time reads the input's weights far less often.
  private let hoists: [Bool]

  private init(
    _ cells: [lembra_cell], directions: Int, steps: Int, rows: Int, batch: Int,
    _ pass: FusedPlan.Pass, threadLimit: Int
  ) {
    self.cells = cells
    self.directions = directions
    self.steps = steps
    self.rows = rows
    self.batch = batch
    self.pass = pass
    hoists = cells.map { cell in
      let isLarge = cell.gate_width * (cell.input + cell.hidden) > 4 << 20
      return pass != .backward && steps > 1 && cell.input > 8 && (batch < 4 || isLarge)
    }
    estimates.append(single)
    guard threadLimit > 1 else { return }
    estimates += [
      byRows(threadLimit), byDirections(threadLimit), byLayers(threadLimit), byUnits(threadLimit),
    ].compactMap(\.self)
  }

  package init(
    of network: FusedNetwork, _ layout: SequenceLayout, _ pass: FusedPlan.Pass,
    threadLimit: Int = Threads.limit
  ) {
    self.init(
      network.shapes, directions: network.directionCount, steps: layout.stepCount,
      rows: layout.rowCount, batch: layout.batchCount, pass, threadLimit: threadLimit)
  }

  /// The estimate of least cost; other threads have to save a tenth to be worth their wake-up.
  package var cheapest: Estimate {
    let best = estimates.dropFirst().min { $0.microseconds < $1.microseconds }
    guard let best, best.microseconds < 0.9 * single.microseconds else { return estimates[0] }
    return best
  }

  // MARK: - Ways to divide a pass

  private var single: Estimate {
    estimate(.single, threads: 1, Double(steps) * wholeStepTimes.reduce(0, +))
  }

  private func byRows(_ limit: Int) -> Estimate? {
    let threads = min(limit, batch / 3)
    guard threads > 1 else { return nil }
    // Every thread reads all weights, which the cores' common cache has to serve at once.
    let rowsEach = meanRows / Double(threads)
    var time = 0.0
    for cell in cells {
      time += stepTime(cell, hoists: false, rows: rowsEach, share: 1, readers: threads)
    }
    return estimate(.rows, threads: threads, Double(steps) * time)
  }

  private func byDirections(_ limit: Int) -> Estimate? {
    guard directions > 1 else { return nil }
    let both = Double(steps) * wholeStepTimes.reduce(0, +)
    let meetings = Double(cells.count / 2) * Self.meeting
    return estimate(.directions, threads: 2, both / 2 + meetings)
  }

  private func byLayers(_ limit: Int) -> Estimate? {
    let layers = cells.count
    guard directions == 1, layers > 1, steps > 1 else { return nil }
    let threads = min(limit, layers)
    let times = wholeStepTimes
    // The thread with most to do decides.
    var slowest = 0.0
    for thread in 0..<threads {
      let own = times[layers * thread / threads..<layers * (thread + 1) / threads]
      slowest = max(slowest, own.reduce(0, +))
    }
    // The first and the last wait for a chunk of every other.
    let chunks = max(1, Double(rows) / Double(max(FusedPlan.handoverRows, batch)))
    let waiting = 1 + Double(threads - 1) / chunks
    return estimate(
      .layers, threads: threads, Double(steps) * slowest * waiting + chunks * Self.meeting)
  }

  private func byUnits(_ limit: Int) -> Estimate? {
    let panels = cells.map(\.panels).min() ?? 1
    let threads = min(limit, panels)
    guard threads > 1 else { return nil }
    var step = 0.0
    for (cell, hoists) in zip(cells, hoists) {
      let panels = Double(cell.panels)
      let share = (panels / Double(threads)).rounded(.up) / panels
      step += Self.meeting + stepTime(cell, hoists: hoists, rows: meanRows, share: share)
    }
    return estimate(.units, threads: threads, Double(steps) * step)
  }

  private func estimate(_ split: FusedPlan.Split, threads: Int, _ time: Double) -> Estimate {
    Estimate(
      split: split, threads: threads,
      hoistsInput: split == .rows ? hoists.map { _ in false } : hoists,
      microseconds: time + (threads > 1 ? Self.region : 0))
  }

  /// The microseconds of a step of each cell, done by one thread.
  private var wholeStepTimes: [Double] {
    zip(cells, hoists).map { stepTime($0, hoists: $1, rows: meanRows, share: 1) }
  }

  /// Rows of a step, on average.
  private var meanRows: Double { Double(rows) / Double(max(steps, 1)) }

  // MARK: - One step

  /// What it takes two threads to meet, in microseconds, with the lines that they hand over.
  private static let meeting = 0.25

  /// What it costs to begin and end a region with threads that are awake.
  private static let region = 0.4

  /// The microseconds of one step of `rows` rows of a cell, or of a `share` of its units.
  ///
  /// It costs less if the input's product `hoists`, and more if several `readers` draw the same
  /// weights from the cores' common cache.
  private func stepTime(
    _ cell: lembra_cell, hoists: Bool, rows: Double, share: Double, readers: Int = 1
  ) -> Double {
    let gates = Double(cell.gates * cell.hidden) * share
    let (input, units) = (Double(cell.input), Double(cell.hidden))
    // The input's product belongs to the steps only on the way forward.
    let inside = pass == .backward ? units : hoists ? units : input + units
    let ahead = hoists && pass != .backward ? input : 0
    let lanes = Double(kernels.lanes)
    let peak = 7_500 * lanes  // multiply-adds a microsecond: 2 vectors a cycle
    let products = rows * gates * inside / peak
    let bytes = 4 * gates * inside
    let reading = bytes / Self.bandwidth(bytes: bytes, readers: readers)
    let activations = rows * gates * (pass == .inference ? 1 : 1.5) * 0.0028 / lanes
    return (products * products + reading * reading).squareRoot()
      + rows * gates * ahead / peak + activations + 0.03
  }

  /// The bytes a microsecond that a thread reads of weights of this size.
  private static func bandwidth(bytes: Double, readers: Int) -> Double {
    if bytes <= 40_000 { return 400_000 }
    if bytes <= 768_000 { return 190_000 }
    return 100_000 / (1 + 0.5 * Double(readers - 1))
  }
}

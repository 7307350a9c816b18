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
    package let microseconds: Double
  }

  private let network: FusedNetwork
  /// By layer and, within a layer, by direction.
  private let shapes: [lembra_cell]
  private let pass: FusedPlan.Pass
  private let steps: Int
  private let batch: Int
  private let threadLimit: Int
  private let costs = ThreadCosts.current

  /// Rows of a step, on average.
  private let meanRows: Double

  package init(
    _ network: FusedNetwork, _ layout: SequenceLayout, _ pass: FusedPlan.Pass,
    isIndexed: Bool = false, threadLimit: Int = Threads.limit
  ) {
    self.network = network
    shapes = network.cells.enumerated().map { index, cell in
      var shape = cell.shape
      // The products of a table are computed once.
      if isIndexed, index < network.directionCount { shape.input = 0 }
      return shape
    }
    self.pass = pass
    self.threadLimit = threadLimit
    steps = layout.stepCount
    batch = layout.batchCount
    meanRows = Double(layout.rowCount) / Double(max(steps, 1))
  }

  /// What one thread takes for everything.
  package var single: Estimate {
    Estimate(split: .single, threads: 1, microseconds: Double(steps) * wholeStepTime)
  }

  /// The estimate of least cost; other threads have to save a tenth to be worth their wake-up.
  package var cheapest: Estimate {
    let single = single
    var best = single
    for split in FusedPlan.Split.allCases where split != .single {
      guard let other = estimate(split), other.microseconds < 0.9 * single.microseconds else {
        continue
      }
      if other.microseconds < best.microseconds { best = other }
    }
    return best
  }

  /// What the pass costs by this split, or nil if it cannot be divided so.
  package func estimate(_ split: FusedPlan.Split) -> Estimate? {
    guard split != .single else { return single }
    let most =
      switch split {
      case .single: 1
      // A step of fewer rows reads its weights too often for them.
      case .rows: batch / 3
      case .directions: network.directionCount
      case .layers: network.readsOneWay && steps > 1 ? network.layerCount : 1
      case .units: shapes.map(\.panels).min() ?? 1
      }
    let threads = min(threadLimit, most)
    guard threads > 1 else { return nil }
    let time =
      switch split {
      case .single: 0.0
      case .rows: timeByRows(threads)
      case .directions: timeByDirections(threads)
      case .layers: timeByLayers(threads)
      case .units: timeByUnits(threads)
      }
    return Estimate(split: split, threads: threads, microseconds: time + costs.region)
  }

  // MARK: - Ways to divide a pass

  private func timeByRows(_ threads: Int) -> Double {
    // Every thread reads all weights, which the cores' common cache has to serve at once.
    let rows = meanRows / Double(threads)
    var step = 0.0
    for shape in shapes {
      step += stepTime(shape, hoists: false, rows: rows, share: 1, readers: threads)
    }
    return Double(steps) * step
  }

  private func timeByDirections(_ threads: Int) -> Double {
    let meetings = Double(network.layerCount) * costs.meeting
    return Double(steps) * wholeStepTime / Double(threads) + meetings
  }

  private func timeByLayers(_ threads: Int) -> Double {
    let layers = network.layerCount
    // The thread with most to do decides.
    var slowest = 0.0
    for thread in 0..<threads {
      var own = 0.0
      for layer in layers * thread / threads..<layers * (thread + 1) / threads {
        own += stepTime(shapes[layer])
      }
      slowest = max(slowest, own)
    }
    // The first and the last wait for a chunk of every other.
    let rows = Double(steps) * meanRows
    let chunks = max(1, rows / Double(max(FusedPlan.handoverRows, batch)))
    return Double(steps) * slowest * (1 + Double(threads - 1) / chunks) + chunks * costs.meeting
  }

  private func timeByUnits(_ threads: Int) -> Double {
    var step = 0.0
    for shape in shapes {
      let panels = Double(shape.panels)
      let share = (panels / Double(threads)).rounded(.up) / panels
      step += costs.meeting + stepTime(shape, share: share)
    }
    // Before the next step every thread fetches what the others have computed.
    return Double(steps) * step + Double(steps - 1) * Double(shapes.count) * handover
  }

  // MARK: - One step

  /// The microseconds in which a thread fetches the units of another from its cache: no less than two
  /// threads take to meet, which also sends a line of memory from one to the other and back.
  private var handover: Double { max(0.15, costs.meeting) }

  /// A step of all cells, done by one thread.
  private var wholeStepTime: Double {
    var time = 0.0
    for shape in shapes { time += stepTime(shape) }
    return time
  }

  private func stepTime(_ cell: lembra_cell, share: Double = 1) -> Double {
    let hoists = FusedPlan.mayHoist(cell, pass, hasSteps: steps > 1, batch: batch)
    return stepTime(cell, hoists: hoists, rows: meanRows, share: share, readers: 1)
  }

  /// The microseconds of one step of `rows` rows of a cell, or of a `share` of its units.
  ///
  /// It costs less if the input's product `hoists`, and more if several `readers` draw the same
  /// weights from the cores' common cache.
  private func stepTime(
    _ cell: lembra_cell, hoists: Bool, rows: Double, share: Double, readers: Int
  ) -> Double {
    let gates = Double(cell.gates * cell.hidden) * share
    let (input, units) = (Double(cell.input), Double(cell.hidden))
    // The input's product belongs to the steps only on the way forward.
    let inside = pass == .backward || hoists ? units : input + units
    let lanes = Double(kernels.lanes)
    let peak = 7_500 * lanes  // multiply-adds a microsecond: 2 vectors a cycle
    // With fewer bits an instruction multiplies as many more numbers.
    let saving = 32 / Double(network.precision.bitCount)
    let products = rows * gates * inside / (peak * saving)
    let bytes = 4 * gates * inside / saving
    let reading = bytes / Self.bandwidth(bytes: bytes, readers: readers)
    let activations = rows * gates * (pass == .inference ? 1 : 1.5) * 0.0028 / lanes
    let ahead = hoists ? rows * gates * input / (peak * saving) : 0
    return (products * products + reading * reading).squareRoot() + ahead + activations + 0.03
  }

  /// The bytes a microsecond that a thread reads of weights of this size.
  private static func bandwidth(bytes: Double, readers: Int) -> Double {
    if bytes <= 40_000 { return 400_000 }
    if bytes <= 768_000 { return 190_000 }
    return 100_000 / (1 + 0.5 * Double(readers - 1))
  }
}

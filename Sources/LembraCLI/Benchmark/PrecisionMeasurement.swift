import LembraLayers

/// How long a step takes at a precision, and how much faster it is than at float32.
struct PrecisionMeasurement: Encodable {
  var mode: RecurrentMode
  var kind: RecurrentKind
  var hidden: Int
  var input: Int
  var batch: Int
  var steps: Int
  var precision: Precision
  var threads: Int

  /// The medians of the microseconds of a step.
  var microseconds: Double
  var float32Microseconds: Double

  /// The median of the ratios of a call at float32 to the call beside it.
  var ratio: Double

  /// Times both in turn on at most `threads` threads, to which `Threads.limit` is set.
  init(
    _ workload: Workload, kind: RecurrentKind, mode: RecurrentMode, _ precision: Precision,
    threads: Int, budget: Double
  ) {
    func call(_ precision: Precision) -> () -> Void {
      RecurrentSubject(
        workload, kind: kind, mode: mode, ragged: false, precision: precision
      ).call
    }
    self.mode = mode
    self.kind = kind
    hidden = workload.hidden
    input = workload.input
    batch = workload.batch
    steps = workload.time
    self.precision = precision
    self.threads = threads
    // A matrix unit that has not been used for some milliseconds begins slowly, as no program finds it
    // that computes on: the two take turns before it falls asleep.
    let pairs = Stopwatch().pairs(
      budget: budget, sampleSeconds: 0.001, call(.float32), call(precision))
    func microseconds(_ seconds: [Double]) -> Double {
      (Stopwatch.median(of: seconds) / Double(workload.time) * 1e9).rounded() / 1e3
    }
    self.microseconds = microseconds(pairs.map(\.second))
    float32Microseconds = microseconds(pairs.map(\.first))
    ratio = (Stopwatch.median(of: pairs.map { $0.first / $0.second }) * 1000).rounded() / 1000
  }
}

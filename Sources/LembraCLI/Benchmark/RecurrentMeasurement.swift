/// How long a call of a recurrent network took.
struct RecurrentMeasurement: Encodable {
  let engine = "lembra"
  var kind: RecurrentKind
  var workload: String
  var mode: RecurrentMode
  var threads: Int
  /// The median of the seconds of one call.
  var seconds: Double
  /// Billions of floating-point operations a second, to one decimal.
  var gflops: Double
  /// True where sequences have different lengths, nil where they have one.
  var ragged: Bool?

  /// Times a network on at most `threads` threads, to which `Threads.limit` is set.
  init(
    _ workload: Workload, kind: RecurrentKind, mode: RecurrentMode, ragged: Bool, threads: Int,
    budget: Double
  ) {
    let subject = RecurrentSubject(workload, kind: kind, mode: mode, ragged: ragged)
    self.kind = kind
    self.workload = workload.id
    self.mode = mode
    self.threads = threads
    seconds = Stopwatch().medianSeconds(budget: budget, subject.call)
    gflops = (subject.flops / seconds / 1e8).rounded() / 10
    // One sequence, or sequences of one step, are as long as they can be.
    let isRagged = workload.lengths(ragged: ragged) != workload.lengths(ragged: false)
    self.ragged = isRagged ? true : nil
  }
}

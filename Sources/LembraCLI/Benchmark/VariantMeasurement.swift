/// How much longer a call takes with a variant of a cell than with the plain one.
struct VariantMeasurement: Encodable {
  var kind: RecurrentKind
  var variant: String
  var workload: String
  var mode: RecurrentMode
  var threads: Int

  /// The median of the seconds of one call.
  var seconds: Double

  /// The median of the ratios to a call of the plain cell beside it.
  var ratio: Double

  /// Times both in turn on at most `threads` threads, to which `Threads.limit` is set.
  init(
    _ workload: Workload, kind: RecurrentKind, _ variant: CellVariant, mode: RecurrentMode,
    ragged: Bool, threads: Int, budget: Double
  ) {
    func call(_ variant: CellVariant) -> () -> Void {
      RecurrentSubject(workload, kind: kind, mode: mode, ragged: ragged, variant: variant).call
    }
    self.kind = kind
    self.variant = variant.name
    self.workload = workload.id
    self.mode = mode
    self.threads = threads
    let pairs = Stopwatch().pairs(budget: budget, call(.plain), call(variant))
    seconds = Stopwatch.median(of: pairs.map(\.second))
    ratio = (Stopwatch.median(of: pairs.map { $0.second / $0.first }) * 1000).rounded() / 1000
  }
}

import Synchronization

/// How many threads Lembra computes with.
///
/// Results never depend on it: every element is computed in one fixed order by one thread.
public enum Threads {
  /// The number of processors that this process can keep busy.
  public static var available: Int { ProcessorQuota.count }

  /// The most threads that one operation uses; at first ``available``.
  ///
  /// - Precondition: a new value is at least 1.
  public static var limit: Int {
    get { stored.load(ordering: .relaxed) }
    set {
      precondition(newValue >= 1, "Threads: \(newValue) threads cannot compute anything")
      stored.store(newValue, ordering: .relaxed)
    }
  }

  private static let stored = Atomic(ProcessorQuota.count)
}

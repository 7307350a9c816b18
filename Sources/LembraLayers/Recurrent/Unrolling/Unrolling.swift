import LembraTensor

/// How backpropagation goes back through the steps of sequences, where not all of it is kept.
///
/// Backpropagation through time needs what every step computed. Within a memory budget most of it is
/// computed again on the way back, from states that were kept here and there; the gradients are the
/// same to the bit. Where it is truncated, they are others: those that flow within parts of the
/// sequences.
///
///     let all = Unrolling(memory: try MemoryBudget("128MB"))
///     let state = layer.finalState(of: batch, unrolling: all)
///
/// - Note: Gruslys, Munos, Danihelka, Lanctot and Graves, "Memory-efficient backpropagation through
///   time", 2016; Williams and Peng, "An efficient gradient-based algorithm for on-line training of
///   recurrent network trajectories", 1990.
public struct Unrolling: Hashable, Sendable {
  /// How much of what the steps compute may be in memory at once; nil for all of it.
  ///
  /// It does not count the input, the outputs that are asked for and their gradients. No less than a
  /// few hundred rows are kept, and the states of some dozen steps.
  public var memory: MemoryBudget?

  /// Through how many steps gradients flow back at most; nil for all of them.
  ///
  /// The state is carried on, but its gradient ends at every step whose number, counted from the
  /// beginning of its sequence, is a multiple of this: in both directions, so that it does not depend on
  /// what else is in the batch.
  public var truncation: Int?

  /// - Precondition: `truncation` is above 0.
  public init(memory: MemoryBudget? = nil, truncation: Int? = nil) {
    precondition(truncation.map { $0 > 0 } ?? true, "Unrolling: \(truncation ?? 0) steps")
    self.memory = memory
    self.truncation = truncation
  }

  /// Everything is kept, and gradients flow through all steps.
  public static let whole = Unrolling()

  /// This for each of several layers that are unrolled at the same time.
  func shared(by count: Int) -> Unrolling {
    Unrolling(
      memory: memory.map { MemoryBudget(bytes: max(1, $0.bytes / count)) }, truncation: truncation)
  }
}

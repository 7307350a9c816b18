import LembraTensor

/// A cell's weights as the forward kernels read them, kept for as long as the weights stay the same.
///
/// Packing costs as much as a few steps. It is remembered which contents were packed, so a copy of
/// the weights that is trained further never meets what was packed for another.
final class PackedWeights: Sendable {
  /// What tells the contents of one cell's weights from all others.
  struct Stamps: Equatable {
    let input: UInt64
    let hidden: UInt64
    let inputBias: UInt64
    let hiddenBias: UInt64
  }

  /// What tells one way to pack weights from another.
  struct Form: Hashable {
    let precision: Precision
    /// The most vectors side by side, which depend on the rows that the cell's shape is for.
    let vectors: Int
  }

  private let last = Locked<[Form: (stamps: Stamps, storage: Storage)]>([:])

  /// The storage made for these contents, which is `pack`ed now unless it was by the last call for
  /// this form.
  func storage(for stamps: Stamps, _ form: Form, pack: () -> Storage) -> Storage {
    if let last = last.withLock({ $0[form] }), last.stamps == stamps { return last.storage }
    let storage = pack()
    last.withLock {
      // What was packed of other contents in another form would only be in the way.
      $0 = $0.filter { $0.value.stamps == stamps }
      $0[form] = (stamps, storage)
    }
    return storage
  }
}

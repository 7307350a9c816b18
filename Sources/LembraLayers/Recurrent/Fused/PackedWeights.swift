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

  private let last = Locked<[Precision: (stamps: Stamps, storage: Storage)]>([:])

  /// The storage made for these contents, which is `pack`ed now unless it was by the last call for
  /// this precision.
  func storage(for stamps: Stamps, _ precision: Precision, pack: () -> Storage) -> Storage {
    if let last = last.withLock({ $0[precision] }), last.stamps == stamps { return last.storage }
    let storage = pack()
    last.withLock { $0[precision] = (stamps, storage) }
    return storage
  }
}

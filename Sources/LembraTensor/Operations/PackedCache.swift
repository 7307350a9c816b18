/// The last matrix that was packed, for weights that many runs read and few change.
///
/// It is remembered which contents were packed, so whoever changes a weight, in place or in a copy, meets
/// what was packed for that weight or packs anew.
package final class PackedCache: Sendable {
  private let last = Locked<(stamp: UInt64, packed: PackedMatrix)?>(nil)

  package init() {}

  /// The transpose of a matrix, packed now unless it was by the last call.
  package func transposed(_ matrix: Tensor) -> PackedMatrix {
    let stamp = matrix.contentStamp
    if let last = last.withLock({ $0 }), last.stamp == stamp { return last.packed }
    let packed = PackedMatrix(matrix, isTransposed: true, work: 64 * Double(matrix.shape.count))
    last.withLock { $0 = (stamp, packed) }
    return packed
  }
}

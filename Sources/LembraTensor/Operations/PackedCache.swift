/// The last matrix that was packed, for weights that many runs read and few change.
///
/// It is remembered which contents were packed, so whoever changes a weight, in place or in a copy, meets
/// what was packed for that weight or packs anew.
package final class PackedCache: Sendable {
  private struct Packing {
    let stamp: UInt64
    let rows: [Range<Int>]
    let parts: [PackedMatrix]
  }

  private let last = Locked<Packing?>(nil)

  package init() {}

  /// The transpose of a matrix, packed now unless it was by the last call.
  package func transposed(_ matrix: Tensor) -> PackedMatrix {
    transposed(matrix, rows: [0..<matrix.shape[0]])[0]
  }

  /// The transpose of each of these parts of a matrix, packed now unless they were by the last call.
  package func transposed(_ matrix: Tensor, rows: [Range<Int>]) -> [PackedMatrix] {
    let stamp = matrix.contentStamp
    if let last = last.withLock({ $0 }), last.stamp == stamp, last.rows == rows {
      return last.parts
    }
    let parts = rows.map { rows in
      PackedMatrix(
        matrix, rows: rows, isTransposed: true,
        work: 64 * Double(rows.count) * Double(matrix.shape[1]))
    }
    last.withLock { $0 = Packing(stamp: stamp, rows: rows, parts: parts) }
    return parts
  }
}

/// A batch of sequences whose rows are rows of a table, such as embedded characters.
///
/// Where few rows recur often, a recurrent layer multiplies each row of the table by its weights
/// once, instead of every row of every step. The results are the same to the bit; the gradients,
/// which are summed up row by row of the table first, are the same to rounding.
public struct IndexedSequenceBatch: Sendable {
  public let layout: SequenceLayout

  /// The rows that occur, `[V, features]`.
  public let table: Tensor

  /// The row of the table for each step of every sequence, in the layout's order.
  package let indices: RowIndices

  /// Creates a batch from a table and the row of it that each step of every sequence is.
  ///
  /// - Parameters:
  ///   - table: the rows that occur, `[V, features]`.
  ///   - indices: one for each of the layout's rows, in the layout's order.
  ///   - layout: how the sequences are laid out.
  /// - Precondition: there are as many indices as rows, and each is that of a row of the table.
  public init(table: Tensor, indices: [Int], layout: SequenceLayout) {
    precondition(
      table.shape.rank == 2 && indices.count == layout.rowCount,
      "IndexedSequenceBatch: \(indices.count) indices into a table of shape \(table.shape) for "
        + "\(layout.rowCount) steps")
    self.table = table
    self.layout = layout
    self.indices = RowIndices(indices, below: table.shape[0])
  }

  /// The number of features of a row.
  public var featureCount: Int { table.shape[1] }

  /// The same batch with a row of its own for every step.
  public var expanded: SequenceBatch {
    SequenceBatch(rows: table.gatheringRows(indices.array), layout: layout)
  }

  /// Whether rows recur often enough for the table to be worth projecting by itself.
  package var recurs: Bool { 2 * table.shape[0] <= layout.rowCount }
}

/// Indices of rows, in memory that kernels can read for as long as this object lives.
package final class RowIndices: @unchecked Sendable {
  package let base: UnsafePointer<Int32>
  package let count: Int
  private let memory: UnsafeMutablePointer<Int32>

  /// - Precondition: every index is in `0 ..< limit`.
  init(_ indices: [Int], below limit: Int) {
    count = indices.count
    memory = .allocate(capacity: max(count, 1))
    base = UnsafePointer(memory)
    for (place, index) in indices.enumerated() {
      precondition(
        index >= 0 && index < limit, "RowIndices: there is no row \(index) among \(limit)")
      memory[place] = Int32(index)
    }
  }

  deinit {
    memory.deallocate()
  }

  package var array: [Int] { (0..<count).map { Int(base[$0]) } }
}

import LembraTensor

/// A matrix that steps write a few rows of at a time, several of them at once.
final class StepRows: @unchecked Sendable {
  /// What was written, to be read when no step is being taken.
  let tensor: Tensor

  private let base: UnsafeMutablePointer<Float>
  private let width: Int

  /// A matrix, in its own place if nobody else has it.
  init(_ matrix: consuming Tensor) {
    base = matrix.unsafeMutableBase()
    width = matrix.shape[1]
    tensor = matrix
  }

  convenience init(rows: Int, width: Int) {
    self.init(Tensor(shape: [rows, width]) { _ in })
  }

  /// A matrix that begins as a copy of `first`, or as zeros.
  convenience init(rows: Int, width: Int, first: Tensor?) {
    self.init(rows: rows, width: width)
    guard let first else {
      base.update(repeating: 0, count: rows * width)
      return
    }
    first.withElements { base.update(from: $0, count: rows * width) }
  }

  subscript(row: Int) -> UnsafeMutablePointer<Float> { base + row * width }
}

/// A matrix with a row for each row of a run or, where nothing has to last for longer than a step, for each
/// sequence.
struct StepMatrix: Sendable {
  let rows: StepRows
  let lasts: Bool

  init(width: Int, rows count: Int, sequences: Int, lasts: Bool) {
    rows = StepRows(rows: lasts ? count : sequences, width: width)
    self.lasts = lasts
  }

  init(lasting rows: StepRows) {
    self.rows = rows
    lasts = true
  }

  subscript(step: GatedStep) -> UnsafeMutablePointer<Float> {
    rows[lasts ? step.place : step.sequences.lowerBound]
  }
}

/// The mean and the inverse deviation of rows that were normalised.
struct RowNorm: Sendable {
  let mean: StepRows
  let inverse: StepRows

  init(rows: Int) {
    mean = StepRows(rows: rows, width: 1)
    inverse = StepRows(rows: rows, width: 1)
  }
}

/// What the steps of a run leave behind, a row for each row of the batch or for each sequence.
final class GatedRoom: Sendable {
  /// The state before, `[·, P]`, and what of it is multiplied, which noise may have changed.
  let before: StepRows
  let read: StepRows

  /// The vectors before that the way back needs, `[·, H]`: the cell vector and, of exponential gates, the
  /// normalizer.
  let vectorsBefore: [StepRows]

  /// What a gate has left of the state for a second product, `[·, H]`.
  let kept: StepRows?

  /// The derivatives of the logarithm of an exponential cell's sigmoid forget gate, `[·, H]`.
  let slopes: StepRows?

  /// The gates, `[·, G·H]`.
  let gates: StepRows

  /// The products of the state, `[·, G·H]`, which last if they are normalised.
  let products: StepMatrix

  /// What the products of the state and of the input are normalised to, of a step.
  private let normalizedSums: StepMatrix?
  let normalizedProducts: StepMatrix?

  /// What the new state got from the state, `[·, H]`, where it knows that apart from the rest.
  let newSums: StepRows?

  /// An LSTM's cell vector before it was normalised, `[·, H]`.
  let candidate: StepRows?

  /// What is projected, `[·, H]`.
  let unprojected: StepRows?

  /// The mean and the inverse deviation of the cell vector and, by group, of the products.
  let cellNorm: RowNorm
  let inputNorms: [RowNorm]
  let hiddenNorms: [RowNorm]

  /// - Parameters:
  ///   - cell: the cell.
  ///   - rows: how many rows there are to keep.
  ///   - sequences: how many sequences.
  ///   - gates: where the gates have their place; nil for one of their own.
  init(_ cell: GatedRecurrence, rows: Int, sequences: Int, gates: StepRows?) {
    let (units, wide) = (cell.units, cell.gateCount * cell.units)
    func matrix(_ width: Int) -> StepRows { StepRows(rows: rows, width: width) }
    before = matrix(cell.outputSize)
    read = cell.noise?.recurrent == nil ? before : matrix(cell.outputSize)
    vectorsBefore = (0..<min(cell.vectorCount, 2)).map { _ in matrix(units) }
    kept = cell.products.count == 1 ? nil : matrix(units)
    if case .slstm(.sigmoid) = cell.kind { slopes = matrix(units) } else { slopes = nil }
    self.gates = gates ?? matrix(wide)
    let isNormalized = cell.hiddenGain != nil
    func sums(lasts: Bool) -> StepMatrix {
      StepMatrix(width: wide, rows: rows, sequences: sequences, lasts: lasts)
    }
    products = sums(lasts: isNormalized)
    normalizedProducts = isNormalized ? sums(lasts: false) : nil
    normalizedSums = isNormalized ? sums(lasts: false) : nil
    newSums = cell.addsSums ? nil : matrix(units)
    candidate = cell.cellGain == nil ? nil : matrix(units)
    unprojected = cell.projection == nil ? nil : matrix(units)
    let groups = isNormalized ? cell.normalizedGroups.count : 0
    inputNorms = (0..<groups).map { _ in RowNorm(rows: rows) }
    hiddenNorms = (0..<groups).map { _ in RowNorm(rows: rows) }
    cellNorm = RowNorm(rows: rows)
  }

  /// What the gates get from the state in a step.
  func sums(_ step: GatedStep) -> UnsafeMutablePointer<Float> {
    (normalizedSums ?? products)[step]
  }
}

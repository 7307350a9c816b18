import LembraTensor

/// A matrix that steps write a few rows of at a time, several of them at once.
final class StepRows: @unchecked Sendable {
  /// What was written, to be read when no step is being taken.
  let tensor: Tensor

  private let base: UnsafeMutablePointer<Float>
  private let width: Int

  init(rows: Int, width: Int) {
    var tensor = Tensor(shape: [rows, width]) { _ in }
    base = tensor.unsafeMutableBase()
    self.tensor = tensor
    self.width = width
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

  /// The products of the state, `[·, G·H]`; of the last step alone unless the way back needs them.
  private let products: StepRows
  private let keepsProducts: Bool

  /// What they are normalised to; of the last step alone unless the way back needs them.
  private let normalizedSums: StepRows?
  private let keepsSums: Bool

  /// What the products of the input are normalised to, of the last step.
  let normalizedProducts: StepRows?

  /// An LSTM's cell vector before zoneout, `[·, H]`, where the way back needs it.
  let candidate: StepRows?

  /// What is projected, `[·, H]`.
  let unprojected: StepRows?

  /// The mean and the inverse deviation of the cell vector and, by group, of the products.
  let cellNorm: RowNorm
  let inputNorms: [RowNorm]
  let hiddenNorms: [RowNorm]

  init(_ cell: GatedRecurrence, rows: Int, sequences: Int) {
    let (units, wide) = (cell.units, cell.gateCount * cell.units)
    func matrix(_ width: Int) -> StepRows { StepRows(rows: rows, width: width) }
    before = matrix(cell.outputSize)
    read = cell.noise?.recurrent == nil ? before : matrix(cell.outputSize)
    vectorsBefore = (0..<min(cell.vectorCount, 2)).map { _ in matrix(units) }
    kept = cell.products.count == 1 ? nil : matrix(units)
    if case .slstm(.sigmoid) = cell.kind { slopes = matrix(units) } else { slopes = nil }
    gates = matrix(wide)
    keepsProducts = cell.hiddenGain != nil || !cell.addsSums
    products = keepsProducts ? matrix(wide) : StepRows(rows: sequences, width: wide)
    keepsSums = !cell.addsSums
    let isNormalized = cell.hiddenGain != nil
    normalizedProducts = isNormalized ? StepRows(rows: sequences, width: wide) : nil
    normalizedSums =
      isNormalized ? keepsSums ? matrix(wide) : StepRows(rows: sequences, width: wide) : nil
    candidate = cell.cellGain == nil && cell.peepholes == nil ? nil : matrix(units)
    unprojected = cell.projection == nil ? nil : matrix(units)
    let groups = isNormalized ? cell.normalizedGroups.count : 0
    inputNorms = (0..<groups).map { _ in RowNorm(rows: rows) }
    hiddenNorms = (0..<groups).map { _ in RowNorm(rows: rows) }
    cellNorm = RowNorm(rows: rows)
  }

  /// The products of the state in a step, before they are normalised.
  func products(_ step: GatedStep) -> UnsafeMutablePointer<Float> {
    products[keepsProducts ? step.place : step.sequences.lowerBound]
  }

  /// Those of all rows, where they are kept.
  var allProducts: Tensor { products.tensor }

  /// What the gates get from the state in a step.
  func sums(_ step: GatedStep) -> UnsafeMutablePointer<Float> {
    guard let normalizedSums else { return products(step) }
    return normalizedSums[keepsSums ? step.place : step.sequences.lowerBound]
  }
}

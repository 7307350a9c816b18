import CLembraKernels
import LembraTensor

/// One run of a gated recurrence over whole sequences, forward and back.
///
/// The state of every sequence stands in one place and moves on as its steps are taken, in either
/// direction. What a step begins with is kept for the way back, on which the gates turn into their
/// gradients in place.
final class GatedRun: Sendable {
  let cell: GatedRecurrence
  let steps: SequenceSteps
  let isTraining: Bool

  /// What the gates got from the input, where the way back has to know it: before it was normalised.
  let inputProducts: Tensor?

  /// `R` and the projection, as the kernels read them.
  let forwardHidden: PackedMatrix
  let forwardProjection: PackedMatrix?

  /// Everything a step leaves behind; of every row when training, and otherwise of a step.
  let room: GatedRoom

  var layout: SequenceLayout { steps.layout }

  init(
    _ cell: GatedRecurrence, products: Tensor, _ steps: SequenceSteps, isTraining: Bool
  ) {
    let (rows, width) = (steps.layout.rowCount, cell.gateCount * cell.units)
    precondition(
      products.shape == [rows, width],
      "GatedRun: products of \(products.shape) for \(rows) rows of \(width)")
    self.cell = cell
    self.steps = steps
    self.isTraining = isTraining
    inputProducts = isTraining && cell.inputGain != nil ? products.detached : nil
    func packed(_ matrix: Tensor) -> PackedMatrix {
      PackedMatrix(matrix, isTransposed: true, work: Double(rows) * Double(matrix.shape.count))
    }
    forwardHidden = isTraining ? packed(cell.hidden) : cell.packedHidden
    forwardProjection = cell.projection.map(packed)
    room = GatedRoom(
      cell, rows: isTraining ? rows : steps.layout.batchCount,
      sequences: steps.layout.batchCount)
  }

  /// Calls `body` with the steps of one thread's sequences, the first in the direction's own order
  /// or the last.
  func forEachStep(of sequences: Range<Int>, reversed: Bool, _ body: (GatedStep) -> Void) {
    steps.forEach(of: sequences, reversed: reversed) { rows, own in
      body(
        GatedStep(
          sequences: own, row: rows.lowerBound,
          place: isTraining ? rows.lowerBound : own.lowerBound))
    }
  }

  /// Calls `body` with the sequences of each thread.
  func runTeam(_ body: (Range<Int>) -> Void) {
    // A step of few rows reads its weights too often for them.
    steps.runTeam(
      work: Double(layout.rowCount) * Double(cell.hidden.shape.count), leastSequences: 3, body)
  }
}

/// A step of some sequences.
struct GatedStep {
  let sequences: Range<Int>

  /// Its first row in the batch.
  let row: Int

  /// Where it leaves what is kept: ``row``, or the first of ``sequences`` where nothing has to last.
  let place: Int

  var count: Int { sequences.count }
}

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

  /// An LSTM's cell vector before, `[·, H]`.
  let cellBefore: StepRows?

  /// The gates, `[·, G·H]`.
  let gates: StepRows

  /// The products of the state, `[·, G·H]`; of the last step alone unless the way back needs them.
  private let products: StepRows
  private let keepsProducts: Bool

  /// What they are normalised to; of an LSTM, which needs them no more, of the last step alone.
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
    cellBefore = cell.hasCell ? matrix(units) : nil
    gates = matrix(wide)
    keepsProducts = cell.hiddenGain != nil || !cell.hasCell
    products = keepsProducts ? matrix(wide) : StepRows(rows: sequences, width: wide)
    keepsSums = !cell.hasCell
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

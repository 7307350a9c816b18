import CLembraKernels
import LembraTensor

/// One run of a gated recurrence over whole sequences, forward and back.
///
/// The state of every sequence stands in one place and moves on as its steps are taken, in either
/// direction. What a step begins with is kept for the way back, on which the gates turn into their
/// gradients in place.
final class GatedRun: Sendable {
  let cell: GatedRecurrence
  let products: Tensor
  let layout: SequenceLayout
  let first: [Tensor]
  let direction: Direction
  let isTraining: Bool

  /// `R` and the projection, as the kernels read them.
  let forwardHidden: PackedMatrix
  let forwardProjection: PackedMatrix?

  /// Everything a step leaves behind; of every row when training, and otherwise of a step.
  let room: GatedRoom

  init(
    _ cell: GatedRecurrence, _ products: Tensor, _ layout: SequenceLayout, _ first: [Tensor],
    _ direction: Direction, isTraining: Bool
  ) {
    let width = cell.gateCount * cell.units
    precondition(
      products.shape == [layout.rowCount, width],
      "GatedRun: products of \(products.shape) for \(layout.rowCount) rows of \(width)")
    for (state, size) in zip(first, [cell.outputSize, cell.units]) {
      precondition(
        state.shape == [layout.batchCount, size],
        "a state of shape \(state.shape) for \(layout.batchCount) sequences and \(size) numbers")
    }
    self.cell = cell
    self.products = products
    self.layout = layout
    self.first = first
    self.direction = direction
    self.isTraining = isTraining
    let work = Double(layout.rowCount)
    forwardHidden = PackedMatrix(cell.hidden, isTransposed: true, work: work)
    forwardProjection = cell.projection.map { PackedMatrix($0, isTransposed: true, work: work) }
    room = GatedRoom(cell, rows: isTraining ? layout.rowCount : layout.batchCount)
  }

  /// Calls `body` with the steps of one thread's sequences, the first in the direction's own order
  /// or the last.
  func forEachStep(
    of sequences: Range<Int>, reversed: Bool, _ body: (GatedStep) -> Void
  ) {
    let order =
      direction == .forward ? Array(0..<layout.stepCount) : (0..<layout.stepCount).reversed()
    for step in reversed ? order.reversed() : order {
      let own = sequences.clamped(to: 0..<layout.activeCounts[step])
      if own.isEmpty { continue }
      body(
        GatedStep(
          sequences: own, row: layout.offsets[step] + own.lowerBound,
          place: isTraining ? layout.offsets[step] + own.lowerBound : own.lowerBound))
    }
  }

  /// Calls `body` with the sequences of each thread.
  func runTeam(_ body: (Range<Int>) -> Void) {
    // A step of few rows reads its weights too often for them.
    let threads = max(1, min(Threads.limit, layout.batchCount / 3))
    let work = Double(layout.rowCount) * Double(cell.hidden.shape.count)
    ThreadPool.shared.run(work < 200_000 ? 1 : threads, isShort: work < 20_000_000) { team in
      flushingDenormals { body(layout.sequences(share: team.index, of: team.count)) }
    }
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

/// What the steps of a run leave behind, a row for each row of the batch or for each sequence.
final class GatedRoom: Sendable {
  /// The state before, `[·, P]`, and what of it is multiplied, which noise may have changed.
  let before: StepRows
  let read: StepRows

  /// An LSTM's cell vector before, `[·, H]`.
  let cellBefore: StepRows?

  /// The gates, `[·, G·H]`.
  let gates: StepRows

  /// The products of the state, `[·, G·H]`, and what they are normalised to.
  let sums: StepRows
  let normalized: StepRows?

  /// An LSTM's cell vector before zoneout, `[·, H]`, where the way back needs it.
  let candidate: StepRows?

  /// What is projected, `[·, H]`.
  let unprojected: StepRows?

  /// For each normalised group, and for the cell vector, the mean and the inverse deviation.
  let groups: [(mean: StepRows, inverse: StepRows)]
  let cellNorm: (mean: StepRows, inverse: StepRows)

  init(_ cell: GatedRecurrence, rows: Int) {
    let (units, wide) = (cell.units, cell.gateCount * cell.units)
    func matrix(_ width: Int) -> StepRows { StepRows(rows: rows, width: width) }
    before = matrix(cell.outputSize)
    read = cell.noise?.recurrent == nil ? before : matrix(cell.outputSize)
    cellBefore = cell.hasCell ? matrix(units) : nil
    gates = matrix(wide)
    sums = matrix(wide)
    normalized = cell.hiddenGain == nil ? nil : matrix(wide)
    candidate = cell.cellGain == nil && cell.peepholes == nil ? nil : matrix(units)
    unprojected = cell.projection == nil ? nil : matrix(units)
    groups =
      cell.hiddenGain == nil ? [] : cell.normalizedGroups.map { _ in (matrix(1), matrix(1)) }
    cellNorm = (matrix(1), matrix(1))
  }
}

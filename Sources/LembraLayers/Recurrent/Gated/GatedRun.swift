import LembraTensor

/// One run of a gated recurrence over whole sequences, forward and back.
///
/// The state of every sequence stands in one place and moves on as its steps are taken, in either
/// direction. What a step begins with is kept for the way back, on which gates, or the products that
/// were normalised, turn into their gradients in place.
final class GatedRun: Sendable {
  let cell: GatedRecurrence
  let steps: SequenceSteps
  let isTraining: Bool

  /// What the gates get from the input, before it is normalised.
  ///
  /// Where it is not, gates that have to last take its place.
  let inputProducts: StepRows

  /// `R`, by products, and the projection, as the kernels read them.
  let forwardProducts: [PackedBlocks]
  let forwardProjection: PackedMatrix?

  /// Everything a step leaves behind; of every row when training, and otherwise of a step.
  let room: GatedRoom

  var layout: SequenceLayout { steps.layout }

  init(
    _ cell: GatedRecurrence, products: consuming Tensor, _ steps: SequenceSteps, isTraining: Bool
  ) {
    let (rows, width) = (steps.layout.rowCount, cell.gateCount * cell.units)
    precondition(
      products.shape == [rows, width],
      "GatedRun: products of \(products.shape) for \(rows) rows of \(width)")
    self.cell = cell
    self.steps = steps
    self.isTraining = isTraining
    inputProducts = StepRows(products)
    forwardProducts =
      isTraining
      ? cell.products.map { $0.packed(cell.hidden, isTransposed: true, rows: rows) }
      : cell.packedProducts
    forwardProjection = cell.projection.map {
      PackedMatrix($0, isTransposed: true, work: Double(rows) * Double($0.shape.count))
    }
    room = GatedRoom(
      cell, rows: isTraining ? rows : steps.layout.batchCount,
      sequences: steps.layout.batchCount,
      gates: isTraining && cell.inputGain == nil ? inputProducts : nil)
  }

  /// Calls `body` with the steps of one thread's sequences, the first in the direction's own order
  /// or the last.
  func forEachStep(of sequences: Range<Int>, reversed: Bool, _ body: (GatedStep) -> Void) {
    steps.forEach(of: sequences, reversed: reversed) { index, rows, own in
      body(
        GatedStep(
          index: index, sequences: own, row: rows.lowerBound,
          place: isTraining ? rows.lowerBound : own.lowerBound))
    }
  }

  /// Calls `body` with the sequences of each thread, so many of which, counted from the first, stay
  /// together.
  func runTeam(together: Int = 1, _ body: (Range<Int>) -> Void) {
    // A step of few rows reads its weights too often for them.
    steps.runTeam(
      work: Double(layout.rowCount) * Double(cell.hidden.shape.count), leastSequences: 3,
      together: together, body)
  }
}

/// A step of some sequences.
struct GatedStep {
  /// Its place in the layout.
  let index: Int

  let sequences: Range<Int>

  /// Its first row in the batch.
  let row: Int

  /// Where it leaves what is kept: ``row``, or the first of ``sequences`` where nothing has to last.
  let place: Int

  var count: Int { sequences.count }
}

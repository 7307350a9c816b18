import CLembraKernels
import LembraTensor

/// What one cell reads and writes during a run.
struct CellRun {
  let cell: lembra_cell
  let direction: Direction
  /// `W`, `R` and the biases, packed for the forward pass; when training, before its steps.
  let weights: UnsafeMutablePointer<Float>
  let input: UnsafePointer<Float>
  let inputStride: Int
  /// The columns of this direction, a row for each step of each sequence.
  let output: UnsafeMutablePointer<Float>
  let outputStride: Int
  let firstHidden: UnsafePointer<Float>?
  let firstCell: UnsafePointer<Float>?
  /// The cell vectors of an LSTM: of every row when training; otherwise of every sequence, which
  /// begin as the first ones and are updated in place.
  let cells: UnsafeMutablePointer<Float>?
  /// The gates of every row when training; otherwise of the rows of a chunk or, with a table, of one
  /// step; or nil.
  let gates: UnsafeMutablePointer<Float>?
  /// Where input rows recur: room for the products of the rows of the input, which is a table, and
  /// which of them each row of the batch is.
  let table: UnsafeMutablePointer<Float>?
  let indices: UnsafePointer<Int32>?
  let isTraining: Bool
  /// Which way the first step takes the units, 0 or 1 as in `lembra_forward_step`.
  var firstTurn: Int32 = 0
  let cellKernels: CellKernels

  /// Advances sequences by some steps.
  ///
  /// - Parameters:
  ///   - steps: the steps, counted in the direction's own order.
  ///   - rows: the sequences to advance, as long as they run.
  ///   - panels: the units to compute; of a single step if they are not all.
  ///   - layout: where the rows of each step are.
  ///   - chunk: the steps whose input products are in `gates`, or nil if the steps have to compute
  ///     their own.
  ///   - thread: the number of this thread in its team.
  ///   - team: those who compute the other units, and are waited for after every step.
  func advance(
    _ steps: Range<Int>, _ rows: Range<Int>, _ panels: Range<Int>, _ layout: SequenceLayout,
    projected chunk: StepChunk?, thread: Int, meeting team: Team? = nil
  ) {
    withUnsafePointer(to: cell) { cell in
      layout.withUnsafeSteps { offsets, counts in
        var run = lembra_forward_run(
          cell: cell, weights: weights, steps: layout.stepCount, offsets: offsets, counts: counts,
          reverse: direction == .backward ? 1 : 0, keeps_all: isTraining ? 1 : 0,
          projected: chunk == nil ? 0 : 1, first_turn: firstTurn, input: input,
          input_stride: inputStride,
          first_hidden: firstHidden, first_cell: firstCell, output: output,
          output_stride: outputStride, cells: cells,
          gates: isTraining || chunk != nil || table != nil ? gates : nil,
          gate_row: isTraining ? 0 : chunk?.firstRow ?? 0, table: table, indices: indices)
        guard let team else {
          cellKernels.forwardRun(&run, steps, rows, panels, thread: thread)
          return
        }
        for step in steps {
          cellKernels.forwardRun(&run, step..<step + 1, rows, panels, thread: thread)
          team.synchronize()
        }
      }
    }
  }

  /// Computes the input's products of a chunk of steps.
  func project(_ chunk: StepChunk, _ panels: Range<Int>, thread: Int) {
    guard let gates else { return }
    project(
      chunk.rows, panels, into: isTraining ? gates + chunk.firstRow * cell.gate_width : gates,
      thread)
  }

  /// Computes the products of some rows of the table.
  func projectTable(_ rows: Range<Int>, thread: Int) {
    guard let table else { return }
    project(rows, 0..<cell.panels, into: table + rows.lowerBound * cell.gate_width, thread)
  }

  private func project(
    _ rows: Range<Int>, _ panels: Range<Int>, into target: UnsafeMutablePointer<Float>,
    _ thread: Int
  ) {
    withUnsafePointer(to: cell) { cell in
      var call = lembra_input_projection(
        cell: cell, weights: weights, input: input + rows.lowerBound * inputStride,
        input_stride: inputStride, projected: target)
      cellKernels.projectInput(&call, rows: rows.count, panels, thread: thread)
    }
  }
}

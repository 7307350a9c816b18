import CLembraKernels
import LembraTensor

/// What one cell reads and writes during a run.
struct CellRun {
  let cell: lembra_cell
  let direction: Direction
  /// `W`, `R` and the biases, packed for the forward pass.
  let weights: UnsafePointer<Float>
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
  /// The gates of every row when training; otherwise of the rows of a chunk, or nil.
  let gates: UnsafeMutablePointer<Float>?
  let isTraining: Bool

  /// Advances the rows of one step.
  ///
  /// - Parameters:
  ///   - step: the step.
  ///   - rows: the sequences to advance, where they have this step.
  ///   - panels: the units to compute.
  ///   - layout: where the rows of each step are.
  ///   - chunk: the steps whose input products are in `gates`, or nil if the step has to compute its
  ///     own.
  func advance(
    _ step: Int, _ rows: Range<Int>, _ panels: Range<Int>, _ layout: SequenceLayout,
    projected chunk: StepChunk?
  ) {
    // Rows that continue a sequence are a prefix; the rows after them begin one.
    let previous = layout.step(before: step, direction)
    let end = min(rows.upperBound, layout.activeCounts[step])
    let start = rows.lowerBound
    let middle = max(start, min(end, previous.map { layout.activeCounts[$0] } ?? 0))
    let row = layout.offsets[step]
    let before = previous.map { layout.offsets[$0] }
    if middle > start { advance(start..<middle, panels, row, after: before, chunk) }
    if end > middle { advance(middle..<end, panels, row, after: nil, chunk) }
  }

  /// Advances rows of the step at row `row`, which all continue the step at `before` or all begin.
  private func advance(
    _ rows: Range<Int>, _ panels: Range<Int>, _ row: Int, after before: Int?, _ chunk: StepChunk?
  ) {
    let width = cell.hidden
    let isLSTM = cell.kind == .lstm
    let gateRow = isTraining ? row : row - (chunk?.firstRow ?? row)
    let rowGates = gates.map { $0 + gateRow * cell.gate_width }
    let firstCell = isTraining ? firstCell : cells.map { UnsafePointer($0) }
    withUnsafePointer(to: cell) { cell in
      var call = lembra_forward_step(
        cell: cell, weights: weights, input: input + row * inputStride, input_stride: inputStride,
        projected: chunk == nil ? nil : rowGates.map { UnsafePointer($0) },
        previous: before.map { UnsafePointer(output + $0 * outputStride) } ?? firstHidden,
        previous_stride: before == nil ? width : outputStride,
        previous_cell: before.flatMap { before in
          cells.map { UnsafePointer(isTraining ? $0 + before * width : $0) }
        } ?? firstCell,
        previous_cell_stride: width, output: output + row * outputStride,
        output_stride: outputStride,
        cell_state: isLSTM ? cells.map { isTraining ? $0 + row * width : $0 } : nil,
        cell_state_stride: width, gates: isTraining ? rowGates : nil)
      kernels.recurrent.forward_step(
        &call, rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound)
    }
  }

  /// Computes the input's products of a chunk of steps.
  func project(_ chunk: StepChunk, _ panels: Range<Int>) {
    guard let gates else { return }
    withUnsafePointer(to: cell) { cell in
      var call = lembra_input_projection(
        cell: cell, weights: weights, input: input + chunk.firstRow * inputStride,
        input_stride: inputStride,
        projected: isTraining ? gates + chunk.firstRow * self.cell.gate_width : gates)
      kernels.recurrent.project_input(
        &call, 0, chunk.rowCount, panels.lowerBound, panels.upperBound)
    }
  }
}

import CLembraKernels
import LembraTensor

/// One run over the steps, shared by the threads of a team.
struct ForwardPass {
  let cell: lembra_cell
  let direction: Direction
  let input: FusedLayer.Input
  let plan: FusedPlan
  let weights: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>
  let cells: UnsafeMutablePointer<Float>
  let gates: UnsafeMutablePointer<Float>
  let isTraining: Bool

  func run(_ team: Team) {
    let layout = input.layout
    let part = plan.part(of: team, layout: layout, panels: cell.panels)
    withUnsafePointer(to: cell) { cell in
      var hoisted = HoistedSteps()
      for step in layout.steps(direction) {
        if plan.hoistsInput, !hoisted.contains(step) {
          hoisted = HoistedSteps(from: step, direction, layout)
          project(hoisted, cell, part.panels)
        }
        // Rows that continue a sequence are a prefix; the rows after them begin one.
        let previous = layout.step(before: step, direction)
        let end = min(part.rows.upperBound, layout.activeCounts[step])
        let start = part.rows.lowerBound
        let middle = max(start, min(end, previous.map { layout.activeCounts[$0] } ?? 0))
        let first = hoisted.firstRow
        if middle > start {
          advance(cell, start..<middle, part.panels, step, after: previous, first)
        }
        if end > middle { advance(cell, middle..<end, part.panels, step, after: nil, first) }
        if plan.split == .units { team.synchronize() }
      }
    }
  }

  /// Advances rows of one step, which all continue the step before or all begin.
  private func advance(
    _ cell: UnsafePointer<lembra_cell>, _ rows: Range<Int>, _ panels: Range<Int>, _ step: Int,
    after previous: Int?, _ firstHoistedRow: Int
  ) {
    let (row, width) = (input.layout.offsets[step], cell.pointee.hidden)
    let before = previous.map { input.layout.offsets[$0] }
    // Gates are kept for every row when training, for the rows of a chunk otherwise.
    let gateRow = isTraining ? row : row - firstHoistedRow
    let rowGates = gates + gateRow * cell.pointee.gate_width
    let isLSTM = cell.pointee.kind == .lstm
    let firstCell = isTraining ? input.cell?.unsafeBase : UnsafePointer(cells)
    var call = lembra_forward_step(
      cell: cell, weights: weights, input: input.rows.unsafeBase + row * cell.pointee.input,
      input_stride: cell.pointee.input,
      projected: plan.hoistsInput ? UnsafePointer(rowGates) : nil,
      previous: before.map { UnsafePointer(output + $0 * width) } ?? input.hidden?.unsafeBase,
      previous_stride: width,
      previous_cell: before.map { UnsafePointer(isTraining ? cells + $0 * width : cells) }
        ?? firstCell,
      previous_cell_stride: width, output: output + row * width, output_stride: width,
      cell_state: isLSTM ? (isTraining ? cells + row * width : cells) : nil,
      cell_state_stride: width, gates: isTraining ? rowGates : nil)
    kernels.recurrent.forward_step(
      &call, rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound)
  }

  /// Computes the input's products of a chunk of steps.
  private func project(
    _ chunk: HoistedSteps, _ cell: UnsafePointer<lembra_cell>, _ panels: Range<Int>
  ) {
    let target = isTraining ? gates + chunk.firstRow * cell.pointee.gate_width : gates
    var call = lembra_input_projection(
      cell: cell, weights: weights,
      input: input.rows.unsafeBase + chunk.firstRow * cell.pointee.input,
      input_stride: cell.pointee.input, projected: target)
    kernels.recurrent.project_input(
      &call, 0, chunk.rowCount, panels.lowerBound, panels.upperBound)
  }
}

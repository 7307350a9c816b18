import CLembraKernels
import Testing

/// Gradients of small whole numbers, whose products and sums are exact at bf16 as at single precision.
@Suite struct `Gradients with products of bf16 numbers` {
  // More than one slice of a product of gates has.
  private static let wide = RecurrentProblem(.lstm, inputs: 3, units: 530, lengths: [2, 1])

  @Test(arguments: ReducedTable.supported, RecurrentProblem.problems + [wide])
  func `are those of single precision where nothing is rounded`(
    table: ReducedTable, problem: RecurrentProblem
  ) throws {
    let set = try #require(
      InstructionSet.supported.first { $0.lanes == Int(table.table.pointee.lanes) })
    for cut in [1000, 1] {
      let exact = GradientDriver(problem, set.recurrent, nil, cut: cut)
      let reduced = GradientDriver(problem, set.recurrent, table.table.pointee, cut: cut)
      #expect(reduced.states.values == exact.states.values)
      #expect(reduced.dx.values == exact.dx.values)
      #expect(reduced.dw.values == exact.dw.values)
      #expect(reduced.dr.values == exact.dr.values)
      #expect(reduced.bias.values == exact.bias.values)
      if problem.kind == .relu { #expect(reduced.gates.values == exact.gates.values) }
    }
  }

  // A run back through relu multiplies again and again, and would round more than what it is given.
  @Test(arguments: ReducedTable.supported, RecurrentProblem.kinds.filter { $0 != .relu })
  func `are those of rounded operands`(table: ReducedTable, kind: lembra_cell_kind) throws {
    let set = try #require(
      InstructionSet.supported.first { $0.lanes == Int(table.table.pointee.lanes) })
    let problem = RecurrentProblem(kind, inputs: 19, units: 37, lengths: [3, 3, 2])
    func driver(_ table: lembra_reduced?, _ scale: GradientDriver.Scale) -> GradientDriver {
      GradientDriver(problem, set.recurrent, table, scale: scale)
    }
    // 257 needs nine bits, and becomes 256; so do 1, 2 and 4 times as much.
    let (nine, eight) = (Float(257), Float(256))
    for (scale, rounded) in [
      (GradientDriver.Scale(weights: nine), GradientDriver.Scale(weights: eight)),
      (.init(gates: nine), .init(gates: eight)), (.init(operands: nine), .init(operands: eight)),
    ] {
      let reduced = driver(table.table.pointee, scale)
      let exact = driver(nil, rounded)
      #expect(reduced.dx.values == exact.dx.values)
      #expect(reduced.states.values == exact.states.values)
      #expect(reduced.dw.values == exact.dw.values)
      #expect(reduced.dr.values == exact.dr.values)
      // A bias has no operand but the gates, which are added up as they are.
      #expect(reduced.bias.values == driver(nil, scale).bias.values)
    }
  }
}

/// The gradients of one problem, whose gates hold whole numbers.
private struct GradientDriver {
  /// What weights, gates, and inputs and states are multiples of.
  struct Scale {
    var weights: Float = 1
    var gates: Float = 1
    var operands: Float = 1
  }

  let gates: GuardedRows
  let states: GuardedRows
  let dx: GuardedRows
  let dw: GuardedRows
  let dr: GuardedRows
  let bias: GuardedRows

  /// With the kernels of single precision or those of a table, in calls of at most `cut` rows, panels, blocks
  /// or groups.
  init(
    _ problem: RecurrentProblem, _ plain: lembra_recurrent, _ table: lembra_reduced?,
    cut: Int = 1000, scale: Scale = Scale()
  ) {
    let cell = plain.describe(problem.kind, problem.inputs, problem.units, 1)
    let shape = table?.describe(problem.kind, problem.inputs, problem.units, .bf16)
    let width = problem.gates * problem.units
    func whole(_ row: Int, _ column: Int) -> Float { Float((row * 7 + column * 3) % 5 - 2) }
    func operand(_ row: Int, _ column: Int) -> Float { scale.operands * whole(row, column) }
    // Few weights, lest numbers grow from step to step.
    let w = GuardedRows(width, problem.inputs, gap: 0) {
      scale.weights * Float(($0 + 2 * $1) % 3 - 1)
    }
    let r = GuardedRows(width, problem.units, gap: 0) {
      $1 == (7 * $0 + 3) % problem.units ? scale.weights : 0
    }
    let (x, y) = (
      GuardedRows(problem.rows, problem.inputs, whole),
      GuardedRows(problem.rows, problem.units, whole)
    )
    let first = GuardedRows(problem.lengths.count, problem.units, gap: 0, operand)
    let gates = GuardedRows(nan: problem.rows, cell.gate_width, gap: 0)
    let (packedInput, packedHidden) = (
      GuardedRows(scratch: shape?.backward_input_floats ?? cell.backward_input_floats),
      GuardedRows(scratch: shape?.backward_hidden_floats ?? cell.backward_hidden_floats)
    )
    let room = GuardedRows(scratch: shape?.backward_scratch_floats ?? 0)
    states = GuardedRows(nan: problem.rows, problem.units)
    dx = GuardedRows(nan: problem.rows, problem.inputs)
    dw = GuardedRows(nan: width, problem.inputs, gap: 0)
    dr = GuardedRows(nan: width, problem.units, gap: 0)
    bias = GuardedRows(nan: 1, width)
    self.gates = gates
    let (states, dx, dw, dr, bias) = (states, dx, dw, dr, bias)
    withUnsafePointer(to: cell) { cell in
      var packing = lembra_cell_weights(
        cell: cell, input_weights: w.constant, hidden_weights: r.constant, input_bias: nil,
        hidden_bias: nil, forward: nil, backward_input: packedInput.pointer,
        backward_hidden: packedHidden.pointer)
      for blocks in pieces(0..<cell.pointee.blocks, of: cut) {
        let pack = table?.pack_backward ?? plain.pack_backward
        pack(&packing, blocks.lowerBound, blocks.upperBound)
      }
      problem.offsets.withUnsafeBufferPointer { offsets in
        problem.counts.withUnsafeBufferPointer { counts in
          guard let offsets = offsets.baseAddress, let counts = counts.baseAddress else { return }
          if problem.kind == .relu {
            var run = lembra_backward_run(
              cell: cell, weights: packedHidden.constant, steps: problem.counts.count,
              offsets: offsets, counts: counts, reverse: problem.reverse ? 1 : 0,
              output_gradient: y.constant, output_gradient_stride: y.stride,
              arriving: problem.states ? first.constant : nil, output: y.constant,
              output_stride: y.stride, first_hidden: nil, first_cell: nil, cells: nil,
              gates: gates.pointer, carry: nil)
            for step in problem.counts.indices.reversed() {
              for rows in pieces(0..<problem.lengths.count, of: cut) {
                for panels in pieces(0..<cell.pointee.backward_panels, of: cut) {
                  if let table {
                    table.backward_run(
                      &run, room.pointer, step, step + 1, rows.lowerBound, rows.upperBound,
                      panels.lowerBound, panels.upperBound)
                  } else {
                    plain.backward_run(
                      &run, step, step + 1, rows.lowerBound, rows.upperBound, panels.lowerBound,
                      panels.upperBound)
                  }
                }
              }
            }
          } else {
            for row in 0..<problem.rows {
              for column in 0..<cell.pointee.gate_width {
                gates.row(row)[column] = scale.gates * whole(row, column + 1)
              }
            }
          }
          var state = lembra_state_gradient(
            cell: cell, weights: packedHidden.constant, gates: gates.constant, carry: nil,
            carry_stride: 0, gradient: states.pointer, gradient_stride: states.stride)
          var input = lembra_input_gradient(
            cell: cell, weights: packedInput.constant, gates: gates.constant, accumulate: 0,
            gradient: dx.pointer, gradient_stride: dx.stride)
          for rows in pieces(0..<problem.rows, of: cut) {
            let panels = cell.pointee.backward_panels
            if let table {
              table.state_gradient(
                &state, room.pointer, rows.lowerBound, rows.upperBound, 0, panels)
              table.input_gradient(&input, room.pointer, rows.lowerBound, rows.upperBound)
            } else {
              plain.state_gradient(&state, rows.lowerBound, rows.upperBound, 0, panels)
              plain.input_gradient(&input, rows.lowerBound, rows.upperBound)
            }
          }
          var weights = lembra_weight_gradient(
            cell: cell, gates: gates.constant, input: x.constant, input_stride: x.stride,
            output: y.constant, output_stride: y.stride,
            initial: problem.states ? first.constant : nil, initial_stride: first.stride,
            rows: problem.rows, steps: problem.counts.count, offsets: offsets, counts: counts,
            reverse: problem.reverse ? 1 : 0, accumulate: 0, input_weights: dw.pointer,
            hidden_weights: dr.pointer, input_bias: bias.pointer, hidden_bias: nil)
          let scratch = GuardedRows(scratch: cell.pointee.scratch_floats)
          let sum = table?.weight_gradient ?? plain.weight_gradient
          for groups in pieces(0..<cell.pointee.gradient_groups, of: cut) {
            sum(&weights, scratch.pointer, groups.lowerBound, groups.upperBound)
          }
          #expect(scratch.gapsAreIntact)
        }
      }
    }
    for rows in [gates, states, dx, dw, dr, bias, packedInput, packedHidden, room] {
      #expect(rows.gapsAreIntact)
    }
  }
}

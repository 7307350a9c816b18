import CLembraKernels
import Testing

/// The walk over time that the kernels leave to their caller, cut into small calls on request.
struct RecurrentDriver {
  /// How many rows, panels, blocks or groups a call takes, and how the input product is computed.
  struct Cut: Sendable {
    var rows = 1000
    var parts = 1000
    /// The rows that the panels suit.
    var panelRows = 1
    var projected = false
    /// Whether the forward pass saves what the backward pass needs.
    var training = true
    /// Which of every two steps takes the panels from the last to the first, if any.
    var descending: Int?
  }

  let problem: RecurrentProblem
  let data: RecurrentProblem.Data
  let set: InstructionSet
  let cut: Cut
  let cell: lembra_cell
  let y: GuardedRows
  let c: GuardedRows
  let gates: GuardedRows
  private let forward: GuardedRows
  private let backwardInput: GuardedRows
  private let backwardHidden: GuardedRows

  init(_ problem: RecurrentProblem, on set: InstructionSet, cut: Cut = Cut()) {
    self.problem = problem
    self.set = set
    self.cut = cut
    data = problem.data
    cell = set.recurrent.describe(problem.kind, problem.inputs, problem.units, cut.panelRows)
    y = GuardedRows(nan: problem.rows, problem.units)
    c = GuardedRows(nan: problem.rows, problem.units)
    gates = GuardedRows(nan: problem.rows, cell.gate_width, gap: 0)
    forward = GuardedRows(scratch: cell.forward_floats)
    backwardInput = GuardedRows(scratch: cell.backward_input_floats)
    backwardHidden = GuardedRows(scratch: cell.backward_hidden_floats)
    pack()
  }

  private func pack() {
    withUnsafePointer(to: cell) { cell in
      var weights = lembra_cell_weights(
        cell: cell, input_weights: data.w.constant, hidden_weights: data.r.constant,
        input_bias: problem.bias ? data.inputBias.constant : nil,
        hidden_bias: problem.bias ? data.hiddenBias.constant : nil, forward: forward.pointer,
        backward_input: backwardInput.pointer, backward_hidden: backwardHidden.pointer)
      for range in pieces(0..<cell.pointee.panels, of: cut.parts) {
        set.recurrent.pack_forward(&weights, range.lowerBound, range.upperBound)
      }
      for range in pieces(0..<cell.pointee.blocks, of: cut.parts) {
        set.recurrent.pack_backward(&weights, range.lowerBound, range.upperBound)
      }
    }
    for packed in [forward, backwardInput, backwardHidden] {
      #expect(packed.gapsAreIntact && packed.values.allSatisfy(\.isFinite))
    }
  }

  private var steps: [Int] {
    let steps = Array(problem.counts.indices)
    return problem.reverse ? steps.reversed() : steps
  }

  private func turn(_ step: Int) -> Int32 { cut.descending == step & 1 ? 1 : 0 }

  /// Calls `body` for all pieces of the rows and panels.
  private func each(
    _ rows: Range<Int>, _ panels: Int, _ body: (Int, Int, Int, Int) -> Void
  ) {
    for rows in pieces(rows, of: cut.rows) {
      for panels in pieces(0..<panels, of: cut.parts) {
        body(rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound)
      }
    }
  }

  func runForward() {
    // Gates that are saved overwrite the projections in place.
    let projected =
      cut.training ? gates : GuardedRows(nan: problem.rows, cell.gate_width, gap: 0)
    // What is not saved passes through one row a sequence, the cell state in place.
    let state = GuardedRows(problem.lengths.count, problem.units) {
      problem.states ? Float(data.c0[$0, $1]) : 0
    }
    withUnsafePointer(to: cell) { cell in
      if cut.projected {
        var projection = lembra_input_projection(
          cell: cell, weights: forward.constant, input: data.x.constant,
          input_stride: data.x.stride, projected: projected.pointer)
        each(0..<problem.rows, cell.pointee.panels) {
          set.recurrent.project_input(&projection, $0, $1, $2, $3)
        }
      }
      var step = lembra_make_forward_step(cell, forward.constant, y.pointer, y.stride)
      step.input_stride = data.x.stride
      step.cell_state_stride = cut.training ? c.stride : state.stride
      var before: Int?
      for (i, t) in steps.enumerated() {
        let first = problem.offsets[t]
        step.turn = turn(i)
        step.input = cut.projected ? nil : UnsafePointer(data.x.row(first))
        step.projected = cut.projected ? UnsafePointer(projected.row(first)) : nil
        step.output = y.row(first)
        step.cell_state = cut.training ? c.row(first) : state.pointer
        step.gates = cut.training ? gates.row(first) : nil
        let continuing = before.map { min(problem.counts[$0], problem.counts[t]) } ?? 0
        if let before {
          step.previous = UnsafePointer(y.row(problem.offsets[before]))
          step.previous_stride = y.stride
          step.previous_cell = UnsafePointer(
            cut.training ? c.row(problem.offsets[before]) : state.pointer)
          step.previous_cell_stride = step.cell_state_stride
          each(0..<continuing, cell.pointee.panels) {
            set.recurrent.forward_step(&step, $0, $1, $2, $3)
          }
        }
        step.previous = problem.states ? data.h0.constant : nil
        step.previous_stride = data.h0.stride
        step.previous_cell = problem.states ? data.c0.constant : nil
        step.previous_cell_stride = data.c0.stride
        each(continuing..<problem.counts[t], cell.pointee.panels) {
          set.recurrent.forward_step(&step, $0, $1, $2, $3)
        }
        before = t
      }
    }
    #expect(y.gapsAreIntact && c.gapsAreIntact && gates.gapsAreIntact && state.gapsAreIntact)
  }

  struct Gradients {
    let dx, dw, dr, inputBias, hiddenBias, dh0, dc0: GuardedRows
  }

  /// After `runForward`; with `accumulate` on top of ones.
  func runBackward(accumulate: Bool = false) -> Gradients {
    let sequences = problem.lengths.count
    let width = problem.gates * problem.units
    func target(_ rows: Int, _ columns: Int, gap: Int = 0) -> GuardedRows {
      GuardedRows(rows, columns, gap: gap) { _, _ in accumulate ? 1 : .nan }
    }
    let lstm = problem.kind == .lstm
    let gradients = Gradients(
      dx: target(problem.rows, problem.inputs, gap: 3), dw: target(width, problem.inputs),
      dr: target(width, problem.units), inputBias: target(1, width), hiddenBias: target(1, width),
      dh0: GuardedRows(nan: sequences, problem.units),
      dc0: GuardedRows(sequences, problem.units) {
        lstm && problem.states ? Float(data.dc[$0, $1]) : 0
      })
    withUnsafePointer(to: cell) { cell in
      walkBack(cell, carry: gradients.dc0, dh0: gradients.dh0)
      var input = lembra_input_gradient(
        cell: cell, weights: backwardInput.constant, gates: gates.constant,
        accumulate: accumulate ? 1 : 0, gradient: gradients.dx.pointer,
        gradient_stride: gradients.dx.stride)
      for rows in pieces(0..<problem.rows, of: cut.rows) {
        set.recurrent.input_gradient(&input, rows.lowerBound, rows.upperBound)
      }
      addWeightGradients(cell, gradients, accumulate: accumulate)
    }
    for rows in [gradients.dx, gradients.dh0, gradients.dc0, gradients.dw, gradients.dr, gates] {
      #expect(rows.gapsAreIntact)
    }
    return gradients
  }

  private func walkBack(
    _ cell: UnsafePointer<lembra_cell>, carry: GuardedRows, dh0: GuardedRows
  ) {
    var step = lembra_make_backward_step(cell, backwardHidden.constant, gates.pointer)
    step.output_gradient_stride = data.dy.stride
    step.arriving_stride = data.dh.stride
    step.output_stride = y.stride
    step.cell_state_stride = c.stride
    step.carry = carry.pointer
    step.carry_stride = carry.stride
    for (i, t) in steps.enumerated().reversed() {
      let first = problem.offsets[t]
      let count = problem.counts[t]
      step.turn = turn(i)
      let before = i > 0 ? steps[i - 1] : nil
      let after = i + 1 < steps.count ? steps[i + 1] : nil
      step.output_gradient = problem.everyStep ? UnsafePointer(data.dy.row(first)) : nil
      step.output = UnsafePointer(y.row(first))
      step.cell_state = UnsafePointer(c.row(first))
      step.gates = gates.row(first)
      let withBefore = min(count, before.map { problem.counts[$0] } ?? 0)
      let withAfter = min(count, after.map { problem.counts[$0] } ?? 0)
      let bounds = [0, min(withBefore, withAfter), max(withBefore, withAfter), count]
      for (begin, end) in zip(bounds, bounds.dropFirst()) where begin < end {
        if let after, begin < withAfter {
          step.next_gates = UnsafePointer(gates.row(problem.offsets[after]))
          step.arriving = nil
        } else {
          step.next_gates = nil
          step.arriving = problem.states ? data.dh.constant : nil
        }
        if let before, begin < withBefore {
          step.previous = UnsafePointer(y.row(problem.offsets[before]))
          step.previous_stride = y.stride
          step.previous_cell = UnsafePointer(c.row(problem.offsets[before]))
          step.previous_cell_stride = c.stride
        } else {
          step.previous = problem.states ? data.h0.constant : nil
          step.previous_stride = data.h0.stride
          step.previous_cell = problem.states ? data.c0.constant : nil
          step.previous_cell_stride = data.c0.stride
        }
        each(begin..<end, cell.pointee.backward_panels) {
          set.recurrent.backward_step(&step, $0, $1, $2, $3)
        }
      }
      var state = lembra_state_gradient(
        cell: cell, weights: backwardHidden.constant, gates: UnsafePointer(gates.row(first)),
        carry: problem.kind == .gru ? carry.constant : nil,
        carry_stride: carry.stride, gradient: dh0.pointer, gradient_stride: dh0.stride)
      each(withBefore..<count, cell.pointee.backward_panels) {
        set.recurrent.state_gradient(&state, $0, $1, $2, $3)
      }
    }
  }

  private func addWeightGradients(
    _ cell: UnsafePointer<lembra_cell>, _ gradients: Gradients, accumulate: Bool
  ) {
    let scratch = GuardedRows(scratch: cell.pointee.scratch_floats)
    problem.offsets.withUnsafeBufferPointer { offsets in
      problem.counts.withUnsafeBufferPointer { counts in
        guard let offsets = offsets.baseAddress, let counts = counts.baseAddress else { return }
        var weights = lembra_weight_gradient(
          cell: cell, gates: gates.constant, input: data.x.constant, input_stride: data.x.stride,
          output: y.constant, output_stride: y.stride,
          initial: problem.states ? data.h0.constant : nil, initial_stride: data.h0.stride,
          rows: problem.rows, steps: problem.counts.count, offsets: offsets, counts: counts,
          reverse: problem.reverse ? 1 : 0, accumulate: accumulate ? 1 : 0,
          input_weights: gradients.dw.pointer, hidden_weights: gradients.dr.pointer,
          input_bias: problem.bias ? gradients.inputBias.pointer : nil,
          hidden_bias: problem.bias ? gradients.hiddenBias.pointer : nil)
        for groups in pieces(0..<cell.pointee.gradient_groups, of: cut.parts) {
          set.recurrent.weight_gradient(
            &weights, scratch.pointer, groups.lowerBound, groups.upperBound)
        }
      }
    }
    #expect(scratch.gapsAreIntact)
  }
}

import CLembraKernels
import Testing

/// The table of one way to compute products of fewer bits that this processor has.
struct ReducedTable: CustomTestStringConvertible, @unchecked Sendable {
  let table: UnsafePointer<lembra_reduced>

  var testDescription: String { String(cString: table.pointee.name) }

  static let supported = (0..<lembra_reduced_count())
    .map { ReducedTable(table: lembra_reduced_at($0)) }
    .filter { lembra_reduced_supported($0.table) != 0 }

  static let formats: [lembra_number_format] = [.bf16, .int8]
}

/// A run of a problem with products of fewer bits, cut into small calls on request.
struct ReducedDriver {
  /// How many rows and panels a call takes, and how the input product is computed.
  struct Cut: Sendable {
    var rows = 1000
    var parts = 1000
    var projected = false
    /// Which way the first step takes the panels.
    var firstTurn: Int32 = 0
  }

  let problem: RecurrentProblem
  let data: RecurrentProblem.Data
  let y: GuardedRows
  private let cells: GuardedRows
  private let shape: lembra_reduced_cell
  private let table: lembra_reduced
  private let cut: Cut
  private let packed: GuardedRows
  private let scratch: GuardedRows
  private let h0: GuardedRows

  init(
    _ problem: RecurrentProblem, _ format: lembra_number_format, on table: ReducedTable,
    cut: Cut = Cut(), change: (RecurrentProblem.Data) -> Void = { _ in }
  ) {
    self.problem = problem
    self.cut = cut
    self.table = table.table.pointee
    let data = problem.data
    change(data)
    self.data = data
    shape = self.table.describe(problem.kind, problem.inputs, problem.units, format)
    y = GuardedRows(nan: problem.rows, problem.units)
    // A run has the states of all sequences without gaps, and updates those of cells in place.
    let count = problem.lengths.count
    h0 = GuardedRows(count, problem.units, gap: 0) { Float(data.h0[$0, $1]) }
    cells = GuardedRows(count, problem.units, gap: 0) {
      problem.states ? Float(data.c0[$0, $1]) : 0
    }
    packed = GuardedRows(scratch: shape.weight_floats)
    scratch = GuardedRows(scratch: shape.scratch_floats)
    pack()
    run()
  }

  private func pack() {
    withUnsafePointer(to: shape) { shape in
      withUnsafePointer(to: shape.pointee.cell) { cell in
        var weights = lembra_cell_weights(
          cell: cell, input_weights: data.w.constant, hidden_weights: data.r.constant,
          input_bias: problem.bias ? data.inputBias.constant : nil,
          hidden_bias: problem.bias ? data.hiddenBias.constant : nil, forward: packed.pointer,
          backward_input: nil, backward_hidden: nil)
        for range in pieces(0..<cell.pointee.panels, of: cut.parts) {
          table.pack(shape, &weights, range.lowerBound, range.upperBound)
        }
      }
    }
    #expect(packed.gapsAreIntact)
  }

  private func run() {
    let gates = GuardedRows(nan: problem.rows, shape.cell.gate_width, gap: 0)
    withUnsafePointer(to: shape) { shape in
      withUnsafePointer(to: shape.pointee.cell) { cell in
        if cut.projected {
          var projection = lembra_input_projection(
            cell: cell, weights: packed.constant, input: data.x.constant,
            input_stride: data.x.stride, projected: gates.pointer)
          each(0..<problem.rows, cell.pointee.panels) {
            table.project_input(shape, &projection, scratch.pointer, $0, $1, $2, $3)
          }
        }
        problem.offsets.withUnsafeBufferPointer { offsets in
          problem.counts.withUnsafeBufferPointer { counts in
            guard let offsets = offsets.baseAddress, let counts = counts.baseAddress else { return }
            var run = lembra_forward_run(
              cell: cell, weights: packed.constant, steps: problem.counts.count,
              offsets: offsets, counts: counts, reverse: problem.reverse ? 1 : 0, keeps_all: 0,
              projected: cut.projected ? 1 : 0, first_turn: cut.firstTurn,
              input: data.x.constant, input_stride: data.x.stride,
              first_hidden: problem.states ? h0.constant : nil,
              first_cell: nil, output: y.pointer, output_stride: y.stride,
              cells: problem.kind == .lstm ? cells.pointer : nil,
              gates: cut.projected ? gates.pointer : nil, gate_row: 0, table: nil, indices: nil)
            for step in problem.counts.indices {
              each(0..<problem.lengths.count, cell.pointee.panels) {
                table.forward_run(shape, &run, scratch.pointer, step, step + 1, $0, $1, $2, $3)
              }
            }
          }
        }
      }
    }
    #expect(y.gapsAreIntact && gates.gapsAreIntact && cells.gapsAreIntact)
    #expect(scratch.gapsAreIntact)
  }

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
}

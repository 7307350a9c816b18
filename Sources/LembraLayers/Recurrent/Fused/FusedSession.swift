import CLembraKernels
import LembraTensor

/// A network of fused cells that advances streams by one step at a time.
struct FusedSession: Sendable {
  private struct Cell: Sendable {
    /// With the panels that suit the plan, and the weights packed in them.
    var shape: lembra_cell
    var packed: Storage
    var hidden: Tensor
    /// The cell vectors of an LSTM, updated in place; empty for other cells.
    var vectors: Tensor
  }

  private var cells: [Cell]
  private let network: FusedNetwork
  /// The shapes of the cells whose products have fewer bits; none at single precision.
  private let reducedShapes: [lembra_reduced_cell]
  /// A row for each stream.
  private var layout = SequenceLayout(count: 1, length: 1)
  private var plan: FusedPlan
  private var trial: SplitTrials.Trial?
  /// 0 or 1, in turn: every second step takes the units from the last to the first, so as to begin with
  /// the weights that the one before it has read last.
  private var turn: Int32 = 0
  /// The limit of threads that the plan was made for.
  private var threadLimit = Threads.limit

  /// - Precondition: the network has one direction, forward.
  init(_ network: FusedNetwork, _ state: [Tensor]) {
    precondition(
      network.cells.allSatisfy { $0.direction == .forward } && network.directionCount == 1,
      "a layer that reads backward cannot go step by step")
    self.network = network
    let plan = FusedPlan(network, layout, .inference)
    self.plan = plan
    let shapes = network.reducedShapes
    reducedShapes = shapes
    let empty = Tensor(zeros: [0])
    cells = network.cells.enumerated().map { index, cell in
      let shape = plan.shape(of: cell)
      return Cell(
        shape: shape,
        packed: cell.weights.packedForward(
          shape, shapes.isEmpty ? nil : shapes[index], network.precision),
        hidden: empty, vectors: empty)
    }
    replaceState(state)
  }

  /// The tensors of every cell's state.
  var state: [Tensor] {
    cells.flatMap { $0.shape.kind == .lstm ? [$0.hidden, $0.vectors] : [$0.hidden] }
  }

  mutating func replaceState(_ tensors: [Tensor]) {
    precondition(
      tensors.count == network.stateTensorCount,
      "a state of \(tensors.count) tensors for a network that has \(network.stateTensorCount)")
    var rest = tensors[...]
    for index in cells.indices {
      let (cell, shape) = (network.cells[index], cells[index].shape)
      let own = Array(rest.prefix(cell.stateTensorCount))
      rest = rest.dropFirst(cell.stateTensorCount)
      precondition(
        own.allSatisfy { $0.shape == [tensors[0].shape[0], shape.hidden] },
        "a state of shapes \(own.map(\.shape)) for a cell of \(shape.hidden) units")
      cells[index].hidden = own[0].detached
      if cell.hasCellVector { cells[index].vectors = own[1].detached }
    }
    makePlan()
  }

  private mutating func makePlan() {
    threadLimit = Threads.limit
    layout = SequenceLayout(count: max(1, cells[0].hidden.shape[0]), length: 1)
    plan = FusedPlan(network, layout, .inference, threadLimit: threadLimit)
    trial = SplitTrials.trial(of: PassKind(plan, network, layout, isIndexed: false))
    for (index, cell) in network.cells.enumerated() {
      let shape = plan.shape(of: cell)
      guard shape.tile_vectors != cells[index].shape.tile_vectors else { continue }
      cells[index].shape = shape
      cells[index].packed = cell.weights.packedForward(
        shape, reducedShapes.isEmpty ? nil : reducedShapes[index], network.precision)
    }
  }

  /// Advances every stream by a row.
  mutating func step(_ rows: Tensor) -> Tensor {
    if threadLimit != Threads.limit { makePlan() }
    let tried = TriedPlan(plan, trial)
    return tried.run(rows: cells[0].hidden.shape[0]) { step(rows, tried.plan) }
  }

  private mutating func step(_ rows: Tensor, _ plan: FusedPlan) -> Tensor {
    let count = cells[0].hidden.shape[0]
    var input = rows
    let room = ReducedRoom(reducedShapes, .inference, threads: plan.threads)
    for index in cells.indices {
      if let room {
        input = advanceReduced(index, input, count, room, plan)
      } else {
        input = Self.advance(&cells[index], input, count, plan, turn)
      }
    }
    turn ^= 1
    return input
  }

  /// Advances a cell whose products have fewer bits: a run of one step.
  private mutating func advanceReduced(
    _ index: Int, _ input: Tensor, _ count: Int, _ room: ReducedRoom, _ plan: FusedPlan
  ) -> Tensor {
    let (shape, packed, first) = (cells[index].shape, cells[index].packed, cells[index].hidden)
    let vectors = shape.kind == .lstm ? cells[index].vectors.unsafeMutableBase() : nil
    let layout = layout
    let next = Tensor(shape: Shape(rows: count, columns: shape.hidden)) { output in
      withExtendedLifetime((packed, first, input, room)) {
        let run = CellRun(
          cell: shape, direction: .forward, weights: packed.base, input: input.unsafeBase,
          inputStride: shape.input, output: output, outputStride: shape.hidden,
          firstHidden: first.unsafeBase, firstCell: nil, cells: vectors, gates: nil, table: nil,
          indices: nil, isTraining: false, firstTurn: turn,
          cellKernels: CellKernels(reduced: room.reduced(cell: index)))
        plan.run { team in
          let isByRows = plan.split == .rows
          run.advance(
            0..<1, isByRows ? team.share(of: count) : 0..<count,
            isByRows ? 0..<shape.panels : team.share(of: shape.panels), layout, projected: nil,
            thread: team.index)
        }
      }
    }
    cells[index].hidden = next
    return next
  }

  private static func advance(
    _ cell: inout Cell, _ input: Tensor, _ count: Int, _ plan: FusedPlan, _ turn: Int32
  ) -> Tensor {
    let shape = cell.shape
    let units = shape.hidden
    let vectors = shape.kind == .lstm ? cell.vectors.unsafeMutableBase() : nil
    let next = Tensor(shape: Shape(rows: count, columns: units)) { output in
      withExtendedLifetime((cell.packed, cell.hidden, input)) {
        withUnsafePointer(to: shape) { shape in
          let call = lembra_forward_step(
            cell: shape, weights: cell.packed.base, input: input.unsafeBase,
            input_stride: shape.pointee.input, projected: nil, previous: cell.hidden.unsafeBase,
            previous_stride: units, previous_cell: vectors.map { UnsafePointer($0) },
            previous_cell_stride: units, output: output, output_stride: units,
            cell_state: vectors, cell_state_stride: units, gates: nil, turn: turn)
          withUnsafePointer(to: call) { call in
            plan.run { team in
              let isByRows = plan.split == .rows
              let rows = isByRows ? team.share(of: count) : 0..<count
              let panels =
                isByRows ? 0..<shape.pointee.panels : team.share(of: shape.pointee.panels)
              kernels.recurrent.forward_step(
                call, rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound)
            }
          }
        }
      }
    }
    cell.hidden = next
    return next
  }
}

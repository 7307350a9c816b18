import CLembraKernels
import LembraTensor
import Synchronization

/// Backpropagation through all layers of one run, shared by the threads of a team.
struct BackwardPass {
  let layout: SequenceLayout
  let plan: FusedPlan
  /// By layer and, within a layer, by direction.
  let runs: [CellBackwardRun]
  let directionCount: Int
  /// Where the gradient of each layer's input rows goes, if it is wanted.
  let inputGradients: [UnsafeMutablePointer<Float>?]
  /// How far each layer has come, when they run at the same time.
  let progress: LayerProgress?

  /// The layers that need gradients, or that others below them need theirs from.
  let layers: Range<Int>

  func run() {
    if let progress {
      plan.runSteps { runLayersTogether($0, progress) }
      let rest = RowQueue(layout.rowCount)
      plan.run { team in
        for layer in layers {
          collect(layer, team, inputRows: layer > layers.lowerBound ? nil : rest)
        }
      }
      if let lowest = layers.first { collectTable(lowest) }
      return
    }
    for layer in layers.reversed() {
      plan.runSteps { runSteps(layer, $0) }
      let rest = RowQueue(layout.rowCount)
      plan.run { collect(layer, $0, inputRows: rest) }
      collectTable(layer)
    }
  }

  /// Turns the gates of every row of a layer into the gradient before the activations.
  private func runSteps(_ layer: Int, _ team: Team) {
    for index in 0..<directionCount where plan.includes(direction: index, team) {
      let run = runs[layer * directionCount + index]
      let part = plan.part(of: team, layout: layout, panels: run.cell.backward_panels)
      run.stepBack(
        0..<layout.stepCount, part.rows, part.panels, layout, thread: team.index,
        meeting: plan.split == .units ? team : nil)
    }
  }

  /// Every thread runs some of the layers, a chunk of steps behind the layer above.
  private func runLayersTogether(_ team: Team, _ progress: LayerProgress) {
    let share = team.share(of: layers.count)
    let direction = runs[0].direction.reversed
    var (next, done) = (0, 0)
    while next < layout.stepCount {
      let chunk = StepChunk(from: next, direction, layout, limit: FusedPlan.handoverRows)
      let steps = layout.stepCount - chunk.steps.upperBound..<layout.stepCount - next
      done += 1
      for layer in share.reversed().map({ layers.lowerBound + $0 }) {
        if layer + 1 < layers.upperBound { progress.wait(for: layer + 1, toReach: done) }
        let run = runs[layer]
        run.stepBack(
          steps, 0..<layout.batchCount, 0..<run.cell.backward_panels, layout, thread: team.index)
        if layer > layers.lowerBound, let target = inputGradients[layer] {
          run.collectInput(into: target, chunk.rows, accumulating: false, thread: team.index)
        }
        progress.advance(layer, to: done)
      }
      next = chunk.steps.upperBound
    }
  }

  /// Computes the gradients of a layer's first state, weights and, unless they are there already, input
  /// rows: last, since they can be taken in small pieces by whichever thread is ready.
  private func collect(_ layer: Int, _ team: Team, inputRows rest: RowQueue?) {
    let directions = layer * directionCount..<(layer + 1) * directionCount
    for run in runs[directions] {
      run.collectFirstHidden(team.share(of: layout.batchCount), layout, thread: team.index)
      run.collectWeights(team.share(of: run.cell.gradient_groups), layout)
    }
    guard let rest, let target = inputGradients[layer], runs[directions.lowerBound].indices == nil
    else { return }
    while let rows = rest.take(for: team) {
      for index in directions {
        runs[index].collectInput(
          into: target, rows, accumulating: index > directions.lowerBound, thread: team.index)
      }
    }
  }

  /// Computes the gradient of the rows of a layer's table, for which the sums of all its columns
  /// have to be there.
  private func collectTable(_ layer: Int) {
    guard runs[layer * directionCount].indices != nil, let target = inputGradients[layer] else {
      return
    }
    plan.run { team in
      for index in 0..<directionCount {
        let run = runs[layer * directionCount + index]
        run.collectInput(
          into: target, team.share(of: run.tableRows), accumulating: index > 0,
          thread: team.index)
      }
    }
  }
}

/// Rows that the threads of a team take piece by piece, so that none waits for a slower one.
private final class RowQueue: Sendable {
  private let count: Int
  private let taken = Atomic(0)

  /// Rows of a piece: those that pass a panel of weights before the next panel is taken.
  private static let piece = max(48, 6 * Int(kernels.lanes))

  init(_ count: Int) { self.count = count }

  /// The next rows, all of them if there is no other thread; nil if none are left.
  func take(for team: Team) -> Range<Int>? {
    let piece = team.count == 1 ? count : Self.piece
    let first = taken.add(piece, ordering: .relaxed).oldValue
    return first < count ? first..<min(first + piece, count) : nil
  }
}

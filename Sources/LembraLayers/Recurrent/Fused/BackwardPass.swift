import CLembraKernels
import LembraTensor

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
      plan.run { team in
        for layer in layers { collect(layer, team, isInputDone: layer > layers.lowerBound) }
      }
      if let lowest = layers.first { collectTable(lowest) }
      return
    }
    for layer in layers.reversed() {
      plan.runSteps { runSteps(layer, $0) }
      plan.run { collect(layer, $0, isInputDone: false) }
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

  /// Computes the gradients of a layer's first state, input rows and weights.
  private func collect(_ layer: Int, _ team: Team, isInputDone: Bool) {
    for index in 0..<directionCount {
      let run = runs[layer * directionCount + index]
      run.collectFirstHidden(team.share(of: layout.batchCount), layout, thread: team.index)
      if !isInputDone, run.indices == nil, let target = inputGradients[layer] {
        run.collectInput(
          into: target, team.share(of: layout.rowCount), accumulating: index > 0,
          thread: team.index)
      }
      run.collectWeights(team.share(of: run.cell.gradient_groups), layout)
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

import CLembraKernels
import LembraTensor

/// One run over the steps of all layers, shared by the threads of a team.
struct ForwardPass {
  let layout: SequenceLayout
  let plan: FusedPlan
  /// By layer and, within a layer, by direction.
  let runs: [CellRun]
  let directionCount: Int
  /// How far each layer has come, when they run at the same time.
  let progress: LayerProgress?

  private var layerCount: Int { runs.count / directionCount }

  func run(_ team: Team) {
    if let progress {
      runLayersTogether(team, progress)
      return
    }
    for layer in 0..<layerCount {
      for index in 0..<directionCount where plan.includes(direction: index, team) {
        let cell = layer * directionCount + index
        run(runs[cell], team)
      }
      // Rows are independent through all layers; any other split meets between them.
      if plan.split == .directions { team.synchronize() }
    }
  }

  private func run(_ run: CellRun, _ team: Team) {
    let hoistsInput = hoistsInput(run)
    let part = plan.part(of: team, layout: layout, panels: run.cell.panels)
    var next = 0
    while next < layout.stepCount {
      var steps = next..<layout.stepCount
      var chunk: StepChunk?
      if hoistsInput {
        let ahead = StepChunk(from: next, run.direction, layout, limit: FusedPlan.chunkRows)
        run.project(ahead, part.panels, thread: team.index)
        (steps, chunk) = (ahead.steps, ahead)
      }
      run.advance(
        steps, part.rows, part.panels, layout, projected: chunk, thread: team.index,
        meeting: plan.split == .units ? team : nil)
      next = steps.upperBound
    }
  }

  /// Whether the products of a chunk of rows are computed ahead; those of a table are there already.
  private func hoistsInput(_ run: CellRun) -> Bool {
    run.table == nil && plan.hoistsInput(run.cell)
  }

  /// Every thread runs some of the layers, a chunk of steps behind the layer below.
  private func runLayersTogether(_ team: Team, _ progress: LayerProgress) {
    let layers = team.share(of: layerCount)
    var (next, done) = (0, 0)
    while next < layout.stepCount {
      let chunk = StepChunk(
        from: next, runs[0].direction, layout, limit: FusedPlan.handoverRows)
      done += 1
      for layer in layers {
        if layer > 0 { progress.wait(for: layer - 1, toReach: done) }
        let run = runs[layer]
        let projected = hoistsInput(run) ? chunk : nil
        if let projected { run.project(projected, 0..<run.cell.panels, thread: team.index) }
        run.advance(
          chunk.steps, 0..<layout.batchCount, 0..<run.cell.panels, layout, projected: projected,
          thread: team.index)
        progress.advance(layer, to: done)
      }
      next = chunk.steps.upperBound
    }
  }
}

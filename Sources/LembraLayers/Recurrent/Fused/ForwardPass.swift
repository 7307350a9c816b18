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
        run(runs[cell], hoistsInput: plan.hoistsInput[cell], team)
      }
      // Rows are independent through all layers; any other split meets between them.
      if plan.split == .directions { team.synchronize() }
    }
  }

  private func run(_ run: CellRun, hoistsInput: Bool, _ team: Team) {
    let part = plan.part(of: team, layout: layout, panels: run.cell.panels)
    var chunk: StepChunk?
    for step in layout.steps(run.direction) {
      if hoistsInput, !(chunk?.contains(step) ?? false) {
        let next = StepChunk(from: step, run.direction, layout, limit: FusedPlan.chunkRows)
        run.project(next, part.panels)
        chunk = next
      }
      run.advance(step, part.rows, part.panels, layout, projected: chunk)
      if plan.split == .units { team.synchronize() }
    }
  }

  /// Every thread runs some of the layers, a chunk of steps behind the layer below.
  private func runLayersTogether(_ team: Team, _ progress: LayerProgress) {
    let layers = team.share(of: layerCount)
    let direction = runs[0].direction
    var position = layout.firstStep(direction)
    var done = 0
    while let start = position {
      let chunk = StepChunk(from: start, direction, layout, limit: FusedPlan.handoverRows)
      done += 1
      for layer in layers {
        if layer > 0 { progress.wait(for: layer - 1, toReach: done) }
        let run = runs[layer]
        let projected = plan.hoistsInput[layer] ? chunk : nil
        if let projected { run.project(projected, 0..<run.cell.panels) }
        for step in chunk.steps(direction) {
          run.advance(
            step, 0..<layout.batchCount, 0..<run.cell.panels, layout, projected: projected)
        }
        progress.advance(layer, to: done)
      }
      position = chunk.next(direction, layout)
    }
  }
}

import CAllocationCounter
import LembraLayers
import LembraTensor
import Testing

/// Guards against becoming slower.
///
/// Nothing here depends on how fast the machine is, or how busy: allocations are counted, and times
/// are compared with those of other work at the same moment. What is measured runs in processes of
/// its own, on one thread.
@Suite("Performance", .serialized)
enum PerformanceTests {}

/// How often `body` allocates memory from the heap, on this thread.
func allocations(in body: () -> Void) -> Int {
  let before = counter_allocations()
  body()
  return Int(counter_allocations() - before)
}

/// A module whose parameters are those of a layer and the rows it reads, so that both get gradients.
struct LayerWithInput<Layer: SequenceLayer>: Module {
  var layer: Layer
  var rows: Tensor
  let layout: SequenceLayout

  init(_ layer: Layer, _ batch: SequenceBatch) {
    self.layer = layer
    rows = batch.rows
    layout = batch.layout
  }

  var batch: SequenceBatch { SequenceBatch(rows: rows, layout: layout) }

  /// One call without a tape.
  func infer() { _ = layer(batch).output }

  /// One forward and backward pass.
  func train() { _ = valueAndGradients(of: self) { $0.layer($0.batch).output.rows.sum() } }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("layer", &layer)
    walk("rows", &rows)
  }
}

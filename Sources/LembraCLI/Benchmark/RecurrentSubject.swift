import LembraLayers
import LembraTensor

/// A recurrent network that is used as a program would, one call at a time.
struct RecurrentSubject {
  let workload: Workload
  private let kind: RecurrentKind
  private let mode: RecurrentMode
  private let input: SequenceBatch
  private let variant: CellVariant
  private let precision: Precision

  private static let key = RandomKey(seed: 0).folding("benchmark")

  /// Prepares the network's input.
  ///
  /// - Precondition: cells of this kind have what the variant asks for, and run at the precision.
  init(
    _ workload: Workload, kind: RecurrentKind, mode: RecurrentMode, ragged: Bool,
    variant: CellVariant = .plain, precision: Precision = .float32
  ) {
    self.workload = workload
    self.variant = variant
    self.precision = precision
    self.kind = kind
    self.mode = mode
    let layout = SequenceLayout(lengths: workload.lengths(ragged: ragged))
    input = SequenceBatch(
      rows: Tensor(
        normalWithMean: 0, shape: [layout.rowCount, workload.input],
        key: Self.key.folding("input")),
      layout: layout)
  }

  /// The floating-point operations of a call: those of the matrix products, for the rows there are.
  var flops: Double {
    workload.flopsPerRow(kind) * Double(input.layout.rowCount) * mode.passes
  }

  /// One call, of a network that was made before.
  var call: () -> Void {
    variant.drawn(kind, hidden: workload.hidden, for: CallOfCells(subject: self))
  }

  fileprivate func call<Cell: RecurrentCell>(
    of cell: (_ inputs: Int, _ key: RandomKey) -> Cell
  ) -> () -> Void {
    guard workload.bidirectional else {
      return call { index, inputs in Recurrent(cell(inputs, Self.key.folding(index))) }
    }
    return call { index, inputs in
      Bidirectional(
        forward: cell(inputs, Self.key.folding(index)),
        backward: cell(inputs, Self.key.folding(index).folding("backward")))
    }
  }

  private func call<Layer: SequenceLayer>(
    stacking layer: (_ index: Int, _ inputs: Int) -> Layer
  ) -> () -> Void {
    guard workload.layers > 1 else { return call(of: layer(0, workload.input)) }
    return call(of: Stack(count: workload.layers, inputSize: workload.input, layer))
  }

  private func call(of layer: some SequenceLayer) -> () -> Void {
    let layer = layer.running(at: precision)
    let input = input
    switch mode {
    case .training:
      let module = LayerWithInput(
        layer: layer, rows: input.rows, layout: input.layout, weightDrop: variant.weightDrop,
        key: variant == .plain ? nil : Self.key.folding("noise"))
      return { _ = valueAndGradients(of: module) { $0.loss } }
    case .inference:
      // A network that reads backward has to have its whole sequence.
      if workload.isStream, let layer = layer as? any StreamingLayer {
        return step(layer)
      }
      return { _ = layer(input).output }
    }
  }

  /// One step that goes on from where the call before left off.
  private func step(_ layer: some StreamingLayer) -> () -> Void {
    let rows = input.rows
    var session = Session(layer, streamCount: input.layout.batchCount)
    return { _ = session.step(rows) }
  }
}

/// One call of a network of whatever cells.
private struct CallOfCells: CellUse {
  let subject: RecurrentSubject

  func callAsFunction<Cell: RecurrentCell>(
    _ draw: (_ inputs: Int, _ key: RandomKey) -> Cell
  ) -> () -> Void {
    subject.call(of: draw)
  }
}

/// A layer and the rows that it reads, of which both get gradients.
private struct LayerWithInput<Layer: SequenceLayer>: Module {
  var layer: Layer
  var rows: Tensor
  let layout: SequenceLayout
  let weightDrop: Float
  let key: RandomKey?

  var loss: Tensor {
    layer.droppingWeights(weightDrop, key: key)(
      SequenceBatch(rows: rows, layout: layout), dropoutKey: key
    ).output.rows.sum()
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("layer", &layer)
    walk("rows", &rows)
  }
}

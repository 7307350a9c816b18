import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private func key(_ index: Int) -> RandomKey { RandomKey(seed: 71).folding(index) }

/// Layers with a place in a module.
private struct Reader: Module {
  var encoder: RecurrentEncoder

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("encoder", &encoder)
  }
}

/// The rest of a run from some step on, whose first state is what gradients are asked for.
private struct Rest<Cell: RecurrentCell>: Module {
  var cell: Cell
  var state: Cell.State

  mutating func visitParameters(_ walk: inout ParameterWalk) { walk("state", &state) }
}

@Suite("A look into recurrent layers")
struct ProbeTests {
  private let lengths = [3, 5, 1]

  private func batch(_ features: Int) -> SequenceBatch {
    let layout = SequenceLayout(lengths: lengths)
    return SequenceBatch(
      rows: Tensor(uniformIn: -1...1, shape: [layout.rowCount, features], key: key(1)),
      layout: layout)
  }

  private func loss(_ output: (output: SequenceBatch, finalState: [Tensor], summary: Tensor))
    -> Tensor
  {
    output.output.rows.squared().sum() + output.summary.sum()
  }

  static let configurations: [RecurrentEncoder.Configuration] =
    RecurrentEncoder.Cell.allCases.flatMap { cell in
      [false, true].map {
        RecurrentEncoder.Configuration(
          cell, hiddenSize: 4, layerCount: 2, isBidirectional: $0, dropout: 0.2)
      }
    } + [
      .init(
        .lstm, hiddenSize: 4,
        variant: .init(
          hasPeepholes: true, couplesGates: true, projectionSize: 3, isNormalized: true,
          recurrentDropout: 0.2, zoneout: Zoneout(hidden: 0.2, cell: 0.3))),
      .init(
        .gru, hiddenSize: 4,
        variant: .init(isNormalized: true, recurrentDropout: 0.4, zoneout: Zoneout(hidden: 0.3))),
    ]

  @Test("changes neither values nor gradients", arguments: configurations, [false, true])
  func changesNothing(configuration: RecurrentEncoder.Configuration, dropsOut: Bool) {
    let reader = Reader(encoder: RecurrentEncoder(configuration, inputSize: 3, key: key(2)))
    let dropoutKey = dropsOut ? key(3) : nil
    let (value, gradients) = valueAndGradients(of: reader) {
      loss($0.encoder(batch(3), dropoutKey: dropoutKey))
    }
    let probe = RecurrentProbe()
    let (seen, own) = valueAndGradients(of: reader.probed(by: probe)) {
      loss($0.encoder(batch(3), dropoutKey: dropoutKey))
    }
    #expect(abs(value - seen) <= 1e-5 * max(1, abs(value)))
    for (a, b) in zip(gradients.values, own.values) {
      #expect(relativeError(a ?? Tensor(0), b ?? Tensor(0)) < 1e-5)
    }
    let directions = configuration.isBidirectional ? ["forward", "backward"] : ["forward"]
    #expect(
      probe.runs.map(\.layer)
        == (0..<configuration.layerCount).flatMap { layer in
          directions.map { "encoder.l\(layer).\($0)" }
        })
    // The rows that the first layer reads are constants.
    let others = probe.records.filter { $0.part != .reading }
    #expect(others.allSatisfy { $0.gradient?.shape == $0.value.shape })
    #expect(probe.runs.allSatisfy { $0.order == [1, 0, 2] })
  }

  @Test("shows every gate of a step in the order of computation")
  func gates() {
    let parts: [RecurrentEncoder.Cell: [String]] = [
      .rnn: ["reading", "hidden"],
      .lstm: ["reading", "forget", "input", "candidate", "cell", "output", "hidden"],
      .gru: ["reading", "reset", "update", "new", "hidden"],
      .mgu: ["reading", "forget", "new", "hidden"],
      .mingru: ["reading", "update", "new", "hidden"],
      .minlstm: ["reading", "forget", "input", "new", "hidden"],
      .indrnn: ["reading", "hidden"],
      .slstm: [
        "reading", "stabilizer", "input", "forget", "candidate", "cell", "normalizer", "output",
        "hidden",
      ],
    ]
    for cell in RecurrentEncoder.Cell.allCases {
      let encoder = RecurrentEncoder(.init(cell, hiddenSize: 4), inputSize: 3, key: key(2))
      let probe = RecurrentProbe()
      let output = encoder.probed(by: probe)(batch(3)).output
      let own = parts[cell] ?? []
      #expect(probe.records.map(\.part.name) == (0..<5).flatMap { _ in own })
      #expect(
        probe.records.map(\.step) == (0..<5).flatMap { Array(repeating: $0, count: own.count) })
      let hidden = probe.records.filter { $0.part == .hidden }.map(\.value)
      #expect(sameBits(Tensor(stacking: hidden), output.rows))
      for record in probe.records where record.squashing == .sigmoid {
        #expect(record.value.array.allSatisfy { (0...1).contains($0) })
      }
      #expect(probe.records.allSatisfy { $0.gradient == nil } && probe.firstNotFinite == nil)
    }
  }

  @Test("sees the gradients of states as a run from those states has them")
  func gradients() {
    func check<Cell: RecurrentCell>(_ cell: Cell) {
      let layout = SequenceLayout(count: 2, length: 6)
      let rows = Tensor(uniformIn: -1...1, shape: [12, 3], key: key(4))
      func loss(_ output: SequenceBatch) -> Tensor {
        let last = output.rows.shape[0] - 2
        return output.rows.rows(last..<last + 2).squared().sum()
      }
      let probe = RecurrentProbe()
      _ = valueAndGradients(of: Recurrent(cell).probed(by: probe)) {
        loss($0(SequenceBatch(rows: rows, layout: layout)).output)
      }
      for step in 0..<5 {
        func part(_ steps: Range<Int>) -> SequenceBatch {
          SequenceBatch(
            rows: rows.rows(2 * steps.lowerBound..<2 * steps.upperBound),
            layout: SequenceLayout(count: 2, length: steps.count))
        }
        let state = cell.run(part(0..<step + 1), from: nil, direction: .forward).finalState
        let (_, expected) = valueAndGradients(of: Rest(cell: cell, state: state)) {
          loss($0.cell.run(part(step + 1..<6), from: $0.state, direction: .forward).output)
        }
        let seen = probe.records.first { $0.step == step && $0.part == .hidden }
        #expect(
          relativeError(seen?.gradient ?? Tensor(0), expected.values[0] ?? Tensor(1)) < 1e-4)
      }
    }
    check(RNNCell(inputSize: 3, hiddenSize: 4, key: key(5)))
    check(GRUCell(inputSize: 3, hiddenSize: 4, key: key(5)))
    check(GRUCell(inputSize: 3, hiddenSize: 4, reset: .beforeProduct, key: key(5)))
    check(MGUCell(inputSize: 3, hiddenSize: 4, key: key(5)))
    // Of a cell of one's own the state is seen.
    check(MinGRUCell(inputSize: 3, hiddenSize: 4, key: key(5)))
  }

  @Test("sees a decoder that writes step by step")
  func decoder() {
    let decoder = AttentionDecoder(
      .init(
        .lstm, context: .additive, embeddingSize: 3, hiddenSize: 4, memorySize: 2, outputSize: 5),
      key: key(6))
    let probe = RecurrentProbe()
    let layout = SequenceLayout(lengths: [3, 2])
    let tokens = SequenceBatch(
      rows: Tensor(uniformIn: -1...1, shape: [5, 3], key: key(7)), layout: layout)
    let memory = SequenceBatch(
      rows: Tensor(uniformIn: -1...1, shape: [5, 2], key: key(8)), layout: layout)
    func outputs(_ decoder: AttentionDecoder) -> Tensor {
      let zeros = Tensor(zeros: [2, 4])
      return decoder.outputs(
        tokens,
        from: decoder.state([[zeros, zeros]], segments: [0, 1], summary: Tensor(zeros: [2, 2])),
        reading: memory)
    }
    let seen = outputs(decoder.probed(by: probe))
    #expect(relativeError(seen, outputs(decoder)) < 1e-5)
    #expect(probe.runs.map(\.layer) == ["cells.0", "context"])
    let hidden = probe.records.filter { $0.part == .hidden }
    #expect(hidden.map(\.step) == [0, 0, 1, 1, 2, 2])
    #expect(hidden.map { $0.value.shape[0] } == [2, 2, 2, 2, 1, 1])
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

private func key(_ index: Int) -> RandomKey { RandomKey(seed: 71).folding(index) }

extension SLSTMCell.State: ListedState {
  /// This state with positive weights, as reading leaves them.
  fileprivate var positive: SLSTMCell.State {
    var state = self
    state.normalizer = Tensor(uniformIn: 0.5...3, shape: normalizer.shape, key: key(1))
    return state
  }
}

@Suite("LSTM with exponential gates")
struct SLSTMCellTests {
  static let gates: [SLSTMCell.ForgetGate] = [.sigmoid, .exponential]

  @Test(
    "a run equals the scan of its step, values and gradients",
    arguments: [[1], [5, 3, 1], [4, 4, 2, 0, 3], [0]], [Direction.forward, .backward])
  func runs(lengths: [Int], direction: Direction) {
    for gate in Self.gates {
      for (units, heads, hasBias) in [(5, 1, true), (17, 1, true), (6, 2, false), (36, 4, true)] {
        let cell = SLSTMCell(
          inputSize: 3, hiddenSize: units, heads: heads, forgetGate: gate, hasBias: hasBias,
          key: key(0))
        // A state that has read something, and the zeros that sequences begin with.
        for state in [{ drawn($0).positive }, { $0 }] as [(SLSTMCell.State) -> SLSTMCell.State] {
          checkRun(
            cell, lengths, direction, isNoisy: false, "\(gate), \(heads) heads", state: state)
        }
      }
    }
  }

  /// The outputs and the last state of one sequence, by the equations without a stabilizer.
  private func reference(
    _ p: [Reference], _ gate: SLSTMCell.ForgetGate, units: Int
  ) -> Reference {
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    var hidden = p[1]
    // What is multiplied by exp(m) is written out.
    var (cell, weight) = (p[2] * p[4].map(exp), p[3] * p[4].map(exp))
    var rows: [[Double]] = []
    for row in p[0].rows {
      let sums =
        Reference(rows: [row]).affine(p[5], p[7]) + hidden.affine(p[6], p[8])
      func part(_ index: Int) -> Reference {
        Reference(rows: [Array(sums.rows[0][index * units..<(index + 1) * units])])
      }
      let enter = part(0).map(exp)
      let keep = gate == .sigmoid ? part(1).map(sigmoid) : part(1).map(exp)
      cell = keep * cell + enter * part(2).map(tanh)
      weight = keep * weight + enter
      hidden = part(3).map(sigmoid) * (cell / weight)
      rows += hidden.rows
    }
    return Reference(rows: rows + (cell / weight).rows)
  }

  @Test("it computes its equations, and gradients by finite differences", arguments: gates)
  func equations(gate: SLSTMCell.ForgetGate) {
    let cell = SLSTMCell(inputSize: 2, hiddenSize: 3, forgetGate: gate, key: key(0))
    let state = drawn(cell.zeroState(batch: 1)).positive
    let inputs =
      [random([5, 2], seed: 1)] + state.parameters.map(\.value)
      + cell.parameters.map(\.value)
    let faults = checkGradients(of: inputs) { inputs in
      var cell = cell
      var parameters = inputs[5...]
      cell.updateParameters { _, parameter in parameter = parameters.removeFirst() }
      let (output, last) = Recurrent(cell)(
        SequenceBatch([inputs[0]]),
        from: SLSTMCell.State(
          hidden: inputs[1], cell: inputs[2], normalizer: inputs[3], stabilizer: inputs[4]))
      return Tensor(stacking: [output.rows, last.cell / last.normalizer])
    } matching: {
      reference($0, gate, units: 3)
    }
    #expect(faults == [])
  }

  @Test("the gradient of every tensor of the last state is that of its step")
  func lastState() {
    let cell = SLSTMCell(inputSize: 2, hiddenSize: 3, key: key(0))
    let batch = SequenceBatch([random([4, 2], seed: 1)])
    for place in 0..<4 {
      func gradients(
        _ run: (SLSTMCell) -> SLSTMCell.State
      ) -> [Tensor] {
        valueAndGradients(of: drawn(cell)) { run($0).parameters[place].value.sum() }.gradients
          .values.map { $0 ?? Tensor(zeros: [1]) }
      }
      let own = gradients { $0.run(batch, from: nil, direction: .forward).finalState }
      let wanted = gradients { $0.scan(batch, from: nil, direction: .forward).finalState }
      for (own, wanted) in zip(own, wanted) { #expect(relativeError(own, wanted) < 1e-4) }
    }
  }

  @Test("gates far beyond the range of exp give finite outputs and gradients", arguments: gates)
  func extremes(gate: SLSTMCell.ForgetGate) {
    var cell = SLSTMCell(inputSize: 1, hiddenSize: 2, forgetGate: gate, key: key(0))
    // The input gate is the input, whatever it is; the forget gate its opposite.
    cell.weights.input = Tensor([1, 1, -1, -1, 0, 0, 0, 0], shape: [8, 1])
    let inputs: [Float] = [-400, -390, 300, 300, -500, 0, 90, -90]
    let batch = SequenceBatch([Tensor(inputs, shape: [8, 1])])
    let (_, gradients) = valueAndGradients(of: cell) {
      let (output, last) = SLSTM($0)(batch)
      #expect(output.rows.firstNotFinite == nil)
      #expect(last.parameters.allSatisfy { $0.value.firstNotFinite == nil })
      // The larger gate is 1, so that nothing is divided by less.
      #expect(last.normalizer.array.allSatisfy { $0 >= 1 })
      return output.rows.sum()
    }
    #expect(gradients.values.compactMap(\.self).allSatisfy { $0.firstNotFinite == nil })
    // The first step knows nothing but itself.
    let alone = cell.step(batch.rows.rows(0..<1), cell.zeroState(batch: 1))
    #expect(alone.normalizer.array == [1, 1])
    #expect(alone.hidden.array.allSatisfy { $0 != 0 })
  }
}

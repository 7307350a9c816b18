import CLembraKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct `Recurrent kernels` {
  @Test(arguments: RecurrentProblem.problems, [1, 16])
  func `outputs and gradients agree with the equations in Double`(
    problem: RecurrentProblem, panelRows: Int
  ) {
    let reference = RecurrentReference(problem)
    for set in InstructionSet.supported {
      let name = Comment(rawValue: set.testDescription)
      let driver = RecurrentDriver(problem, on: set, cut: .init(panelRows: panelRows))
      driver.runForward()
      let gradients = driver.runBackward()
      #expect(largestError(driver.y.values, reference.y) < 2e-6, name)
      #expect(largestError(gradients.dx.values, reference.dx) < 5e-6, name)
      #expect(largestError(gradients.dw.values, reference.dw) < 5e-6, name)
      #expect(largestError(gradients.dr.values, reference.dr) < 5e-6, name)
      #expect(largestError(gradients.dh0.values, reference.dh0) < 5e-6, name)
      if problem.kind == .lstm {
        #expect(largestError(driver.c.values, reference.c) < 2e-6, name)
        #expect(largestError(gradients.dc0.values, reference.dc0) < 5e-6, name)
      }
      if problem.bias {
        #expect(largestError(gradients.inputBias.values, reference.inputBias) < 5e-6, name)
        #expect(largestError(gradients.hiddenBias.values, reference.hiddenBias) < 5e-6, name)
      }
    }
  }

  @Test(arguments: InstructionSet.supported, RecurrentProblem.cutUp)
  func `no bit depends on cuts, the order of panels, projecting ahead, or saving gates`(
    set: InstructionSet, problem: RecurrentProblem
  ) {
    let whole = RecurrentDriver(problem, on: set)
    whole.runForward()
    let expected = whole.runBackward()
    let cuts = [
      RecurrentDriver.Cut(projected: true), .init(rows: 1, parts: 1),
      .init(rows: 2, parts: 1, projected: true), .init(rows: 5),
      .init(projected: true, training: false), .init(rows: 3, parts: 2, training: false),
      .init(rows: 1), .init(descending: 0), .init(descending: 1),
      .init(rows: 2, projected: true, descending: 1), .init(panelRows: 16),
      .init(panelRows: 16, projected: true, descending: 1), .init(parts: 1, panelRows: 16),
      .init(rows: 1, panelRows: 16, training: false), .init(rows: 5, parts: 2, panelRows: 16),
    ]
    for cut in cuts {
      let driver = RecurrentDriver(problem, on: set, cut: cut)
      driver.runForward()
      #expect(whole.y.values == driver.y.values)
      guard cut.training else { continue }
      let gradients = driver.runBackward()
      for path in [\RecurrentDriver.Gradients.dx, \.dw, \.dr, \.dh0, \.dc0] {
        #expect(expected[keyPath: path].values == gradients[keyPath: path].values)
      }
    }
  }

  @Test(arguments: InstructionSet.supported, RecurrentProblem.kinds)
  func `a sequence alone gives the bits it gives in its batch`(
    set: InstructionSet, kind: lembra_cell_kind
  ) {
    for reverse in [false, true] {
      let batch = RecurrentProblem(
        kind, inputs: 5, units: 37, lengths: [4, 3, 3, 2, 1, 1, 1, 1], reverse: reverse)
      let together = RecurrentDriver(batch, on: set)
      together.runForward()
      let dx = together.runBackward().dx
      let alone = RecurrentProblem(
        kind, inputs: 5, units: 37, lengths: [4], reverse: reverse)
      let driver = RecurrentDriver(alone, on: set)
      for t in 0..<4 {
        let row = batch.offsets[t]
        for i in 0..<5 { driver.data.x.row(t)[i] = together.data.x.row(row)[i] }
        for i in 0..<37 { driver.data.dy.row(t)[i] = together.data.dy.row(row)[i] }
      }
      driver.runForward()
      let dxAlone = driver.runBackward().dx
      for t in 0..<4 {
        let row = batch.offsets[t]
        #expect((0..<37).allSatisfy { driver.y[t, $0] == together.y[row, $0] })
        #expect((0..<5).allSatisfy { dxAlone[t, $0] == dx[row, $0] })
      }
    }
  }

  @Test(arguments: InstructionSet.supported, RecurrentProblem.kinds)
  func `gradients are added to on request`(set: InstructionSet, kind: lembra_cell_kind) {
    let problem = RecurrentProblem(
      kind, inputs: 27, units: 18, lengths: [3, 2, 2, 2, 1], states: true)
    let reference = RecurrentReference(problem)
    for panelRows in [1, 16] {
      expectSums(RecurrentDriver(problem, on: set, cut: .init(panelRows: panelRows)), reference)
    }
  }

  private func expectSums(_ driver: RecurrentDriver, _ reference: RecurrentReference) {
    driver.runForward()
    let gradients = driver.runBackward(accumulate: true)
    #expect(largestError(gradients.dx.values, reference.dx.map { $0 + 1 }) < 5e-6)
    #expect(largestError(gradients.dw.values, reference.dw.map { $0 + 1 }) < 5e-6)
    #expect(largestError(gradients.dr.values, reference.dr.map { $0 + 1 }) < 5e-6)
    #expect(largestError(gradients.inputBias.values, reference.inputBias.map { $0 + 1 }) < 5e-6)
    #expect(largestError(gradients.hiddenBias.values, reference.hiddenBias.map { $0 + 1 }) < 5e-6)
  }

  /// The gates i and g of an LSTM whose pre-activations are `x`: sigmoid(x) and tanh(x).
  private func activations(
    of x: [Float], on set: InstructionSet
  ) -> (sigmoid: [Float], tanh: [Float]) {
    let recurrent = set.recurrent
    let cell = recurrent.describe(.lstm, 1, 1, 1)
    let ones = GuardedRows(4, 1, gap: 0) { _, _ in 1 }
    // Sums that start from -0 keep the sign of zeros.
    let zeros = GuardedRows(4, 1, gap: 0) { _, _ in -0.0 }
    let packed = GuardedRows(scratch: cell.forward_floats)
    let input = GuardedRows(x.count, 1, gap: 0) { row, _ in x[row] }
    let output = GuardedRows(x.count, 2, gap: 0) { _, _ in 0 }
    let gates = GuardedRows(x.count, cell.gate_width, gap: 0) { _, _ in 0 }
    withUnsafePointer(to: cell) { cell in
      var weights = lembra_cell_weights(
        cell: cell, input_weights: ones.constant, hidden_weights: zeros.constant,
        input_bias: zeros.constant, hidden_bias: zeros.constant, forward: packed.pointer,
        backward_input: nil, backward_hidden: nil)
      recurrent.pack_forward(&weights, 0, cell.pointee.panels)
      var step = lembra_make_forward_step(cell, packed.constant, output.pointer, 2)
      step.input = input.constant
      step.input_stride = 1
      step.cell_state = output.pointer + 1
      step.cell_state_stride = 2
      step.gates = gates.pointer
      recurrent.forward_step(&step, 0, x.count, 0, 1)
    }
    return (
      x.indices.map { gates.row($0)[0] }, x.indices.map { gates.row($0)[2 * set.lanes] }
    )
  }

  @Test(arguments: InstructionSet.supported)
  func `sigmoid and tanh are within three units in the last place`(set: InstructionSet) {
    let even = (-10_000...10_000).map { Float($0) / 100 }
    let small = (0..<3000).map { Float(pow(10, -Double($0) / 100)) }
    let x = even + small + small.map { -$0 }
    let (sigmoids, tanhs) = activations(of: x, on: set)
    func worst(_ values: [Float], _ exact: (Double) -> Double) -> Double {
      x.indices.reduce(0) { worst, i in
        let value = exact(Double(x[i]))
        return max(worst, abs(Double(values[i]) - value) / Double(Float(value).ulp))
      }
    }
    // Below -87 the sigmoid stays at its least value: the argument of exp is bounded there.
    let bounded = { (x: Double) -> Double in 1 / (1 + exp(-max(x, -87))) }
    #expect(worst(sigmoids, bounded) < 3)
    #expect(worst(tanhs) { tanh($0) } < 3)
  }

  @Test(arguments: InstructionSet.supported)
  func `sigmoid and tanh handle NaN, infinities, zeros and denormals`(set: InstructionSet) {
    let tiny = Float.leastNonzeroMagnitude
    let (sigmoids, tanhs) = activations(
      of: [.nan, .infinity, -.infinity, 0, -0.0, tiny, -tiny, 3e38, -3e38], on: set)
    #expect(sigmoids[0].isNaN && tanhs[0].isNaN)
    #expect(sigmoids[1] == 1 && tanhs[1] == 1)
    #expect(sigmoids[2] > 0 && sigmoids[2] < 2e-38 && tanhs[2] == -1)
    #expect(sigmoids[3...6].allSatisfy { $0 == 0.5 })
    #expect(tanhs[3] == 0 && tanhs[3].sign == .plus)
    #expect(tanhs[4] == 0 && tanhs[4].sign == .minus)
    #expect(tanhs[5] == tiny && tanhs[6] == -tiny)
    #expect(sigmoids[7] == 1 && tanhs[7] == 1 && tanhs[8] == -1)
  }
}

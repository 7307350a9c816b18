import CLembraKernels
import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// Shapes for which the work is divided in every way there is.
struct PlanCase: CustomTestStringConvertible, Sendable {
  let inputs: Int
  let units: Int
  let lengths: [Int]
  let split: FusedPlan.Split
  let hoistsInput: Bool

  var testDescription: String {
    "\(split), \(hoistsInput ? "input ahead" : "input in the step"): \(inputs)→\(units) \(lengths)"
  }

  static let all: [PlanCase] = [
    .init(
      inputs: 5, units: 20, lengths: [9, 3, 7, 1, 9, 5, 4, 2, 8], split: .rows, hoistsInput: false),
    .init(
      inputs: 20, units: 40, lengths: Array(1...12), split: .rows, hoistsInput: false),
    .init(inputs: 4, units: 130, lengths: [7, 2, 5, 6], split: .units, hoistsInput: false),
    .init(inputs: 30, units: 130, lengths: [7, 2], split: .units, hoistsInput: true),
    .init(inputs: 30, units: 150, lengths: [12], split: .units, hoistsInput: true),
    .init(inputs: 30, units: 12, lengths: [30, 11], split: .none, hoistsInput: true),
  ]
}

@Suite("Recurrent layers give the same bits on any number of threads", .serialized)
struct ThreadPlanTests {
  private let key = RandomKey(seed: 31)

  private func check<Cell: RecurrentCell>(
    _ plan: PlanCase, _ kind: lembra_cell_kind, _ cell: Cell,
    sourceLocation: SourceLocation = #_sourceLocation
  ) where Cell.State: ListedState {
    let batch = SequenceBatch(sequences(plan.lengths, features: plan.inputs))
    let described = kernels.recurrent.describe(kind, plan.inputs, plan.units)
    let chosen = FusedPlan(cell: described, layout: batch.layout, passes: 1, threadLimit: 2)
    #expect(chosen.split == plan.split, sourceLocation: sourceLocation)
    #expect(chosen.hoistsInput == plan.hoistsInput, sourceLocation: sourceLocation)
    #expect(chosen.threads == (plan.split == .none ? 1 : 2), sourceLocation: sourceLocation)
    for direction in [Direction.forward, .backward] {
      let layer = LayerUnderTest("layer", Recurrent(cell, direction: direction))
      let state = layer.randomState(for: batch)
      let isSame = isSameOnAnyNumberOfThreads(repetitions: 3) {
        let inference = layer.run(batch, state, nil)
        let training = layer.train(batch, state)
        return [inference.output.rows, training.output.rows]
          + inference.state + training.state + training.gradients.compactMap(\.self)
      }
      #expect(isSame, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: PlanCase.all) func lstm(plan: PlanCase) {
    check(plan, .lstm, LSTMCell(inputSize: plan.inputs, hiddenSize: plan.units, key: key))
  }

  @Test(arguments: PlanCase.all) func gru(plan: PlanCase) {
    check(plan, .gru, GRUCell(inputSize: plan.inputs, hiddenSize: plan.units, key: key))
  }

  @Test(arguments: PlanCase.all) func rnn(plan: PlanCase) {
    check(plan, .tanh, RNNCell(inputSize: plan.inputs, hiddenSize: plan.units, key: key))
  }

  #if !DEBUG
    /// One thread holds the products of the input ahead of the steps, two do not.
    @Test("an LSTM with more weights than a cache holds")
    func large() {
      let plan = PlanCase(
        inputs: 700, units: 740, lengths: [2, 1, 3, 2, 1, 2], split: .rows, hoistsInput: false)
      let cell = LSTMCell(inputSize: plan.inputs, hiddenSize: plan.units, key: key)
      let layout = SequenceLayout(lengths: plan.lengths)
      let described = kernels.recurrent.describe(.lstm, plan.inputs, plan.units)
      #expect(FusedPlan(cell: described, layout: layout, passes: 1, threadLimit: 1).hoistsInput)
      check(plan, .lstm, cell)
    }
  #endif

  @Test("layers that run in many tasks at the same time")
  func concurrency() async {
    let cell = LSTMCell(inputSize: 20, hiddenSize: 40, key: key)
    let layer = LayerUnderTest("layer", LSTM(cell))
    func results(_ task: Int) -> [Tensor] {
      let batch = SequenceBatch(sequences(Array(1...9 + task), features: 20))
      let training = layer.train(batch, nil)
      return [training.output.rows] + training.gradients.compactMap(\.self)
    }
    let expected = (0..<6).map(results)
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<6 {
        group.addTask {
          (0..<4).allSatisfy { _ in
            zip(results(task), expected[task]).allSatisfy { sameBits($0, $1) }
          }
        }
      }
      for await isSame in group { #expect(isSame) }
    }
  }
}

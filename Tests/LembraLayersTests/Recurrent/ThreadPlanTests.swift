import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private let key = RandomKey(seed: 31)

/// A layer or a stack of them, and sequences for it.
struct PlanCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// The fused form of the layer, its weights on a tape if there is one.
  let network: @Sendable (Tape?) -> FusedNetwork?
  let inputs: Int
  let lengths: [Int]

  init(_ name: String, _ layer: some SequenceLayer, _ lengths: [Int]) {
    testDescription = "\(name), \(layer.inputSize) inputs, lengths \(lengths)"
    network = { tape in
      var copy = layer
      if let tape { copy.updateParameters { _, parameter in parameter = tape.leaf(parameter) } }
      return copy.fused(dropsOut: false)
    }
    inputs = layer.inputSize
    self.lengths = lengths
  }

  static let all: [PlanCase] = [
    .init("LSTM 20", lstm(5, 20), [9, 3, 7, 1, 9, 5, 4, 2, 8]),
    .init("LSTM 40", lstm(20, 40), Array(1...12)),
    .init("LSTM 130", lstm(30, 130), [7, 2, 5, 6]),
    .init("LSTM 150 alone", lstm(30, 150), [12]),
    .init("backward GRU 70", GRU(gru(12, 70), direction: .backward), [30, 11, 0]),
    .init("RNN 130", RNN(RNNCell(inputSize: 9, hiddenSize: 130, key: key)), [7, 2]),
    .init(
      "RNN 150", RNN(RNNCell(inputSize: 26, hiddenSize: 150, key: key)),
      [7, 2, 7, 7, 6, 5, 3, 7, 1]),
    // So many units that threads may share out panels of several blocks.
    .init("LSTM 520", lstm(9, 520), [3, 2, 3, 3, 1]),
    .init(
      "three LSTM 33", Stack(count: 3, inputSize: 12) { lstm($1, 33, $0) }, [40, 7]),
    .init(
      "two GRU 65 with a learnt state",
      Stack(count: 2, inputSize: 9) {
        GRU(gru($1, 65, $0), direction: .backward, learnsInitialState: true)
      }, [21, 3, 20, 20, 1, 6, 6]),
    .init(
      "a backward LSTM on a forward one",
      Stack([
        lstm(12, 33), LSTM(LSTMCell(inputSize: 33, hiddenSize: 20, key: key), direction: .backward),
      ]), [40, 30]),
    .init(
      "two bidirectional GRU 18",
      Stack(count: 2, inputSize: 10) {
        Bidirectional(forward: gru($1, 18, 2 * $0), backward: gru($1, 18, 2 * $0 + 1))
      }, [8, 2, 3, 9, 4, 1]),
  ]

  private static func lstm(_ inputs: Int, _ units: Int, _ index: Int = 0) -> LSTM {
    LSTM(LSTMCell(inputSize: inputs, hiddenSize: units, key: key.folding(index)))
  }

  private static func gru(_ inputs: Int, _ units: Int, _ index: Int = 0) -> GRUCell {
    GRUCell(inputSize: inputs, hiddenSize: units, key: key.folding(index))
  }

  /// What a run by this split gives, and the gradients of a weighted sum of all of it.
  func results(_ split: FusedPlan.Split) -> [Tensor] {
    let tape = Tape()
    guard var network = network(nil), var tracked = self.network(tape) else { return [] }
    network.split = split
    tracked.split = split
    let batch = SequenceBatch(sequences(lengths, features: inputs))
    let inference = network(batch, from: nil)
    let states = inference.states.enumerated().map {
      random($1.shape, in: -1...1, seed: 100 + UInt64($0))
    }
    let rows = tape.leaf(batch.rows)
    let first = states.map(tape.leaf)
    let training = tracked(batch.replacing(rows: rows), from: first)
    let loss = ([training.rows] + training.states).enumerated().reduce(Tensor(0)) { sum, part in
      sum + (part.1 * random(part.1.shape, seed: UInt64(part.0))).sum()
    }
    let gradients = tape.gradients(of: loss).compactMap(\.self)
    return [inference.rows] + inference.states + [training.rows.detached]
      + training.states.map(\.detached) + gradients
  }
}

@Suite("Recurrent layers give the same bits however the work is divided", .serialized)
struct ThreadPlanTests {
  @Test(arguments: PlanCase.all)
  func everySplit(plan: PlanCase) {
    for split in FusedPlan.Split.allCases {
      let isSame = isSameOnAnyNumberOfThreads(repetitions: 3) { plan.results(split) }
      #expect(isSame, "\(split)")
    }
  }

  @Test("a wanted split is the one that is used, where it can be", arguments: PlanCase.all)
  func wantedSplit(plan: PlanCase) {
    let layout = SequenceLayout(lengths: plan.lengths)
    guard var network = plan.network(nil) else {
      Issue.record("not fused")
      return
    }
    let cost = PassCost(network, layout, .inference, threadLimit: 2)
    let possible = FusedPlan.Split.allCases.filter { cost.estimate($0) != nil }
    let isOneWay = network.readsOneWay
    #expect(possible.contains(.single))
    #expect(possible.contains(.rows) == (plan.lengths.count >= 6))
    #expect(possible.contains(.directions) == (network.directionCount == 2))
    #expect(possible.contains(.layers) == (isOneWay && network.layerCount > 1))
    for split in possible {
      network.split = split
      #expect(FusedPlan(network, layout, .inference, threadLimit: 2).split == split)
      #expect(FusedPlan(network, layout, .inference, threadLimit: 1).split == .single)
    }
  }

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

import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private let key = RandomKey(seed: 21)

/// The kernels take pointers; nothing may reach them whose shape they would misread.
@Suite("A fused run reads nothing beyond what it is given")
struct FusedInputTests {
  private static func run(_ change: (inout LSTMCell) -> Void, stateWidth: Int = 4) {
    var cell = LSTMCell(inputSize: 3, hiddenSize: 4, key: key)
    change(&cell)
    let state = LSTMCell.State(
      hidden: Tensor(zeros: [2, stateWidth]), cell: Tensor(zeros: [2, stateWidth]))
    let batch = SequenceBatch(
      rows: Tensor(zeros: [6, 3]), layout: SequenceLayout(count: 2, length: 3))
    _ = cell.run(batch, from: state, direction: .forward)
  }

  @Test("the right shapes pass")
  func sound() {
    Self.run { _ in }
  }

  @Test("a state of another width traps and says so")
  func wrongState() async throws {
    let result = try await #require(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      Self.run({ _ in }, stateWidth: 3)
    }
    let message = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(message.contains("a state of shape [2, 3] for 2 sequences and 4 units"))
  }

  @Test("replaced weights of another shape trap")
  func wrongWeights() async {
    await #expect(processExitsWith: .failure) {
      Self.run { $0.weights.hidden = Tensor(zeros: [16, 3]) }
    }
    await #expect(processExitsWith: .failure) {
      Self.run { $0.weights.inputBias = Tensor(zeros: [4]) }
    }
  }

  @Test("states of too many sequences, or of too few layers, trap")
  func wrongStateCount() async {
    await #expect(processExitsWith: .failure) {
      let stack = Stack(count: 2, inputSize: 3) { index, inputs in
        GRU(GRUCell(inputSize: inputs, hiddenSize: 3, key: key.folding(index)))
      }
      // Unsorted lengths: the rows of a state are looked up.
      let batch = SequenceBatch(
        rows: Tensor(zeros: [15, 3]), layout: SequenceLayout(lengths: [2, 9, 4]))
      _ = stack(batch, from: stack.zeroState(batch: 5))
    }
    await #expect(processExitsWith: .failure) {
      let stack = Stack(count: 2, inputSize: 3) { index, inputs in
        GRU(GRUCell(inputSize: inputs, hiddenSize: 3, key: key.folding(index)))
      }
      let batch = SequenceBatch(
        rows: Tensor(zeros: [3, 3]), layout: SequenceLayout(count: 1, length: 3))
      _ = stack(batch, from: Array(stack.zeroState(batch: 1).prefix(1)))
    }
  }

  @Test("directions that were made different in size trap")
  func unevenDirections() async {
    await #expect(processExitsWith: .failure) {
      var layer = Bidirectional(
        forward: LSTMCell(inputSize: 3, hiddenSize: 4, key: key),
        backward: LSTMCell(inputSize: 3, hiddenSize: 4, key: key))
      layer.backward = LSTM(LSTMCell(inputSize: 3, hiddenSize: 8, key: key), direction: .backward)
      _ = layer(
        SequenceBatch(rows: Tensor(zeros: [6, 3]), layout: SequenceLayout(count: 2, length: 3)))
    }
  }

  @Test("a cell run on the wrong number of features traps")
  func wrongFeatures() async {
    await #expect(processExitsWith: .failure) {
      let batch = SequenceBatch(
        rows: Tensor(zeros: [2, 5]), layout: SequenceLayout(count: 1, length: 2))
      _ = GRUCell(inputSize: 3, hiddenSize: 4, key: key).run(batch, from: nil, direction: .forward)
    }
  }

  @Test("the weights' gradients of sequences without steps are zeros", arguments: [false, true])
  func emptySequences(isFirst: Bool) {
    // Memory that was used before holds ones, should a gradient be left as it was found.
    if !isFirst { _ = (0..<64).map { _ in Tensor(repeating: 1, shape: [16, 4]) } }
    let layout = SequenceLayout(lengths: [0, 0])
    let state = LSTMCell.State(hidden: Tensor(zeros: [2, 4]), cell: Tensor(zeros: [2, 4]))
    let cell = LSTMCell(inputSize: 3, hiddenSize: 4, key: key)
    let (value, gradients) = valueAndGradients(of: cell) { cell in
      let batch = SequenceBatch(rows: Tensor(zeros: [0, 3]), layout: layout)
      let (_, last) = cell.run(batch, from: state, direction: .forward)
      return last.hidden.sum() + cell.weights.input.sum() * 0
    }
    #expect(value == 0)
    for gradient in gradients.values {
      #expect(gradient?.array.allSatisfy { $0 == 0 } ?? true)
    }
  }
}

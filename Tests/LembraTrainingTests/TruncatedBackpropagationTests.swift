import LembraLayers
import LembraTensor
import LembraTraining
import Testing

/// `hₜ = tanh(xₜ Wᵀ + hₜ₋₁ Uᵀ + b)`, written with tensor operations.
private struct TinyRNN: Module {
  var input = Tensor([0.5, -0.3, 0.8, 0.1, 0.4, -0.7], shape: [3, 2])
  var hidden = Tensor(
    [0.2, -0.5, 0.3, 0.6, 0.1, -0.4, -0.2, 0.7, 0.5], shape: [3, 3])
  var bias = Tensor([0.1, 0, -0.1], shape: [3])

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("input", &input)
    walk("hidden", &hidden)
    walk("bias", &bias)
  }

  /// The sum of the squares of all states, and the last state.
  func loss(_ batch: SequenceBatch, _ state: Tensor?) -> (loss: Tensor, state: Tensor) {
    var state = state ?? Tensor(zeros: [batch.layout.batchCount, 3])
    var loss = Tensor(0)
    for step in 0..<batch.layout.stepCount {
      let x = batch.rows.rows(batch.layout.rows(ofStep: step))
      state = tanh(x.affine(input, bias) + state.affine(hidden))
      loss = loss + state.squared().sum()
    }
    return (loss, state)
  }
}

@Suite("Truncated backpropagation through time")
struct TruncatedBackpropagationTests {
  private let model = TinyRNN()
  private let streams = SequenceBatch(
    rows: Tensor(normalWithMean: 0, shape: [4 * 11, 2], key: RandomKey(seed: 4)),
    layout: SequenceLayout(count: 4, length: 11))

  /// The summed loss and gradients over chunks of this many steps, without updates.
  private func run(chunk: Int) -> (loss: Float, gradients: [[Float]], state: Tensor?) {
    var model = model
    var total: Float = 0
    var sums = model.parameters.map { Tensor(zeros: $0.value.shape) }
    let state = trainThroughTime(&model, on: streams.chunks(of: chunk)) {
      $0.loss($1, $2)
    } update: { _, loss, gradients in
      total += loss
      for (index, gradient) in gradients.values.enumerated() {
        if let gradient { sums[index] = sums[index] + gradient }
      }
    }
    return (total, sums.map(\.array), state)
  }

  @Test(arguments: [11, 20])
  func oneChunkIsFullBackpropagation(chunk: Int) {
    let (loss, gradients) = valueAndGradients(of: model) { $0.loss(streams, nil).loss }
    let whole = run(chunk: chunk)
    #expect(whole.loss == loss)
    #expect(whole.gradients == gradients.values.map { $0?.array ?? [] })
  }

  @Test(arguments: [1, 3, 10])
  func theStateIsCarriedThroughAllChunks(chunk: Int) {
    let whole = run(chunk: 11)
    let parts = run(chunk: chunk)
    #expect(abs(parts.loss - whole.loss) < 1e-5 * whole.loss)
    #expect(parts.state == whole.state)
  }

  @Test func gradientsEndAtTheBeginOfAChunk() {
    // With chunks of one step, the gradient of each step takes its state for a constant.
    let truncated = run(chunk: 1).gradients
    var expected = model.parameters.map { Tensor(zeros: $0.value.shape) }
    var state: Tensor?
    for chunk in streams.chunks(of: 1) {
      let before = state
      let (_, gradients) = valueAndGradients(of: model) { $0.loss(chunk, before).loss }
      for (index, gradient) in gradients.values.enumerated() {
        if let gradient { expected[index] = expected[index] + gradient }
      }
      state = model.loss(chunk, before).state
    }
    #expect(truncated == expected.map(\.array))
    #expect(truncated != run(chunk: 11).gradients)
  }

  @Test func theCarriedStateIsNoLongerOnATape() throws {
    let state = try #require(run(chunk: 3).state)
    #expect(!state.isTracked)
    #expect(![state].detached[0].isTracked)
  }

  @Test func chunksCoverTheStreamsInOrder() {
    let chunks = streams.chunks(of: 4)
    #expect(chunks.map(\.layout.stepCount) == [4, 4, 3])
    #expect(Tensor(stacking: chunks.map(\.rows)) == streams.rows)
  }

  @Test func updatesBetweenChunksLearn() {
    var model = model
    var optimizer = Adam(learningRate: 0.05)
    var losses: [Float] = []
    for _ in 0..<30 {
      var total: Float = 0
      trainThroughTime(&model, on: streams.chunks(of: 4)) {
        $0.loss($1, $2)
      } update: { model, loss, gradients in
        total += loss
        optimizer.update(&model, along: gradients)
      }
      losses.append(total)
    }
    #expect(losses[29] < losses[0] / 20)
  }
}

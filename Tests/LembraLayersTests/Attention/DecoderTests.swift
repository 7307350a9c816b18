import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Decoders")
struct DecoderTests {
  private let key = RandomKey(seed: 8)

  /// The outputs of one sequence, token by token.
  private func stepped(
    _ decoder: AttentionDecoder, _ problem: DecoderProblem, _ index: Int,
    projectsMemory: Bool = false
  ) -> Tensor {
    let memory = problem.memory([index])
    let stepper = decoder.prepared().stepper(reading: memory, projectsMemory: projectsMemory)
    var state = problem.state(decoder, [index], memory, order: [0])
    var outputs: [Tensor] = []
    for step in 0..<DecoderProblem.targetLengths[index] {
      let result = stepper(stepper.read(problem.token(index, step: step)), state)
      #expect(
        result.weights.map { abs($0.array.reduce(0, +) - 1) < 1e-5 }
          ?? (decoder.configuration.context.attention == nil))
      state = result.state
      outputs.append(result.output)
    }
    return Tensor(stacking: outputs)
  }

  @Test("teacher forcing gives what writing token by token gives", arguments: DecoderUnderTest.all)
  func teaching(kind: DecoderUnderTest) {
    let decoder = kind.decoder
    let problem = DecoderProblem(kind.configuration)
    let outputs = problem.taught(decoder)
    for index in 0..<4 {
      #expect(relativeError(outputs[index], stepped(decoder, problem, index)) < 1e-5)
    }
  }

  @Test("a memory may be projected beforehand", arguments: DecoderUnderTest.all)
  func projectedMemory(kind: DecoderUnderTest) {
    let decoder = kind.decoder
    let problem = DecoderProblem(kind.configuration)
    for index in 0..<4 {
      let projected = stepped(decoder, problem, index, projectsMemory: true)
      #expect(relativeError(projected, stepped(decoder, problem, index)) < 1e-5)
    }
  }

  @Test("a sequence has the same outputs alone and among others", arguments: DecoderUnderTest.all)
  func batching(kind: DecoderUnderTest) {
    let decoder = kind.decoder
    let problem = DecoderProblem(kind.configuration)
    let outputs = problem.taught(decoder, [3, 1, 0, 2])
    for (place, index) in [3, 1, 0, 2].enumerated() {
      #expect(sameBits(outputs[place], problem.taught(decoder, [index])[0]))
    }
  }

  @Test(
    "all parameters have the gradients of writing step by step", arguments: DecoderUnderTest.all)
  func gradients(kind: DecoderUnderTest) {
    let decoder = kind.decoder
    let problem = DecoderProblem(kind.configuration)
    let (value, gradients) = valueAndGradients(of: decoder) { decoder in
      Tensor(stacking: problem.taught(decoder)).squared().sum()
    }
    let (expectedValue, expected) = valueAndGradients(of: decoder) { decoder in
      Tensor(stacking: (0..<4).map { stepped(decoder, problem, $0) }).squared().sum()
    }
    #expect(abs(value - expectedValue) < 1e-4 * abs(expectedValue))
    let names = decoder.parameters.map(\.name)
    #expect(names.count == gradients.values.count)
    for (index, name) in names.enumerated() {
      guard let own = gradients.values[index], let wanted = expected.values[index] else {
        Issue.record("\(name) has no gradient")
        continue
      }
      #expect(relativeError(own, wanted) < 1e-4, "\(name)")
    }
  }

  @Test("a number of parameters is known beforehand", arguments: DecoderUnderTest.all)
  func parameterCount(kind: DecoderUnderTest) {
    #expect(Double(kind.decoder.parameterCount) == kind.configuration.parameterCount)
  }

  @Test(
    "dropout between layers depends on its key alone",
    arguments: [
      DecoderUnderTest(.gru, .additive, layers: 2, dropout: 0.5),
      DecoderUnderTest(.lstm, .general, layers: 2, feedsInput: true, dropout: 0.5),
    ])
  func dropout(kind: DecoderUnderTest) {
    let decoder = kind.decoder
    let problem = DecoderProblem(kind.configuration)
    func outputs(_ key: RandomKey?) -> [Tensor] {
      problem.taught(decoder, dropoutKey: key)
    }
    let dropped = outputs(key)
    #expect(zip(dropped, outputs(key)).allSatisfy { sameBits($0, $1) })
    #expect(!zip(dropped, outputs(nil)).allSatisfy { sameBits($0, $1) })
    #expect(!zip(dropped, outputs(key.folding(1))).allSatisfy { sameBits($0, $1) })
  }

  @Test("contexts are the same in one go and in parts", arguments: Attention.Kind.allCases)
  func contextsInParts(kind: Attention.Kind) {
    let key = RandomKey(seed: 8)
    let attention = Attention(kind, querySize: 4, memorySize: 4, key: key)
    let memory = SequenceBatch(
      rows: Tensor(normalWithMean: 0, shape: [9, 4], key: key.folding("memory")),
      layout: SequenceLayout(lengths: [4, 3, 2]))
    let queries = Tensor(normalWithMean: 0, shape: [7, 4], key: key.folding("queries"))
    let reader = attention.reader(of: memory)
    let segments = [0, 1, 2, 0, 0, 1, 2]
    let whole = reader(queries, segments).contexts
    for most in [1, 5, 8, 1_000] {
      #expect(reader.contexts(queries, segments, mostWeights: most).array == whole.array)
    }
  }

  @Test("rows of a state can be taken in any order, with what they attended to")
  func gatheringRows() {
    let kind = DecoderUnderTest(.rnn, .concat, feedsInput: true, seesCoverage: true)
    let decoder = kind.decoder
    let problem = DecoderProblem(kind.configuration)
    let order = [0, 1, 2, 3]
    let memory = problem.memory(order)
    let stepper = decoder.stepper(reading: memory)
    let words = stepper.read(Tensor(stacking: order.map { problem.token($0, step: 0) }))
    let first = stepper(words, problem.state(decoder, order, memory, order: order))
    let chosen = [2, 0, 0]
    let all = stepper(words, first.state).output
    let some = stepper(
      words.gatheringRows(chosen), first.state.gatheringRows(chosen, of: stepper.memory)
    ).output
    #expect(sameBits(some, all.gatheringRows(chosen)))
  }
}

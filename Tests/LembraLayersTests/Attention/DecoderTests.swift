import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// A decoder of some kind, as an argument of a test.
struct DecoderUnderTest: CustomTestStringConvertible {
  let configuration: AttentionDecoder.Configuration
  var testDescription: String {
    let own = configuration
    return "\(own.cell.rawValue) \(own.context.rawValue) \(own.layerCount)"
      + (own.feedsInput ? " feeding" : "") + (own.seesCoverage ? " coverage" : "")
  }

  init(
    _ cell: RecurrentEncoder.Cell, _ context: AttentionDecoder.Context, layers: Int = 1,
    feedsInput: Bool = false, seesCoverage: Bool = false, dropout: Float = 0
  ) {
    configuration = AttentionDecoder.Configuration(
      cell, context: context, embeddingSize: 4, hiddenSize: 6, memorySize: context == .dot ? 6 : 5,
      outputSize: 3, layerCount: layers, feedsInput: feedsInput, seesCoverage: seesCoverage,
      dropout: dropout)
  }

  static let all = [
    DecoderUnderTest(.gru, .none), DecoderUnderTest(.lstm, .none, layers: 2),
    DecoderUnderTest(.rnn, .summary), DecoderUnderTest(.gru, .summary, layers: 2),
    DecoderUnderTest(.gru, .additive), DecoderUnderTest(.lstm, .additive, layers: 2),
    DecoderUnderTest(.rnn, .additive, seesCoverage: true), DecoderUnderTest(.gru, .dot),
    DecoderUnderTest(.lstm, .dot, layers: 2, feedsInput: true),
    DecoderUnderTest(.rnn, .general, feedsInput: true), DecoderUnderTest(.gru, .general, layers: 2),
    DecoderUnderTest(.lstm, .concat, feedsInput: true, seesCoverage: true),
    DecoderUnderTest(.gru, .concat, layers: 2, seesCoverage: true),
  ]
}

@Suite("Decoders")
struct DecoderTests {
  private let key = RandomKey(seed: 8)
  private let sourceLengths = [2, 5, 1, 3]
  private let targetLengths = [3, 1, 6, 4]

  private func decoder(_ kind: DecoderUnderTest) -> AttentionDecoder {
    var decoder = AttentionDecoder(kind.configuration, key: key)
    // It is zero at first, which would hide what it does.
    let coverage = decoder.attention?.coverage.map { random($0.shape, seed: 9) }
    decoder.attention?.coverage = coverage
    return decoder
  }

  private struct Problem {
    var sources: [Tensor]
    var targets: [Tensor]
    var summaries: [Tensor]
    var states: [[Tensor]]
  }

  private func problem(_ decoder: AttentionDecoder) -> Problem {
    let own = decoder.configuration
    let count = sourceLengths.count
    return Problem(
      sources: sequences(sourceLengths, features: own.memorySize),
      targets: targetLengths.enumerated().map {
        random([$1, own.embeddingSize], seed: UInt64(40 + $0))
      },
      summaries: (0..<count).map { random([1, own.memorySize], seed: UInt64(60 + $0)) },
      states: (0..<own.layerCount * decoder.stateCount).map { index in
        (0..<count).map { random([1, own.hiddenSize], seed: UInt64(100 * index + 7 + $0)) }
      })
  }

  /// The outputs of some sequences by teacher forcing, each in its own order.
  private func taught(
    _ decoder: AttentionDecoder, _ problem: Problem, _ chosen: [Int], dropoutKey: RandomKey? = nil
  ) -> [Tensor] {
    let memory = SequenceBatch(chosen.map { problem.sources[$0] })
    let tokens = SequenceBatch(chosen.map { problem.targets[$0] })
    let state = firstState(decoder, problem, chosen, memory.layout, order: tokens.layout.order)
    let rows = decoder.outputs(tokens, from: state, reading: memory, dropoutKey: dropoutKey)
    return tokens.replacing(rows: rows).sequences
  }

  private func firstState(
    _ decoder: AttentionDecoder, _ problem: Problem, _ chosen: [Int], _ layout: SequenceLayout,
    order: [Int]
  ) -> DecoderState {
    let tensors = problem.states.map { rows in
      Tensor(stacking: order.map { rows[chosen[$0]] })
    }
    let count = decoder.stateCount
    return decoder.state(
      stride(from: 0, to: tensors.count, by: count).map { Array(tensors[$0..<$0 + count]) },
      segments: order.map { layout.positions[$0] },
      summary: Tensor(stacking: order.map { problem.summaries[chosen[$0]] }))
  }

  /// The outputs of one sequence, token by token.
  private func stepped(
    _ decoder: AttentionDecoder, _ problem: Problem, _ index: Int, projectsMemory: Bool = false
  ) -> Tensor {
    let memory = SequenceBatch([problem.sources[index]])
    let stepper = decoder.prepared().stepper(reading: memory, projectsMemory: projectsMemory)
    var state = firstState(decoder, problem, [index], memory.layout, order: [0])
    var outputs: [Tensor] = []
    for step in 0..<targetLengths[index] {
      let result = stepper(stepper.read(problem.targets[index].rows(step..<step + 1)), state)
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
    let decoder = decoder(kind)
    let problem = problem(decoder)
    let outputs = taught(decoder, problem, [0, 1, 2, 3])
    for index in 0..<4 {
      #expect(relativeError(outputs[index], stepped(decoder, problem, index)) < 1e-5)
    }
  }

  @Test("a memory may be projected beforehand", arguments: DecoderUnderTest.all)
  func projectedMemory(kind: DecoderUnderTest) {
    let decoder = decoder(kind)
    let problem = problem(decoder)
    for index in 0..<4 {
      let projected = stepped(decoder, problem, index, projectsMemory: true)
      #expect(relativeError(projected, stepped(decoder, problem, index)) < 1e-5)
    }
  }

  @Test("a sequence has the same outputs alone and among others", arguments: DecoderUnderTest.all)
  func batching(kind: DecoderUnderTest) {
    let decoder = decoder(kind)
    let problem = problem(decoder)
    let outputs = taught(decoder, problem, [3, 1, 0, 2])
    for (place, index) in [3, 1, 0, 2].enumerated() {
      #expect(sameBits(outputs[place], taught(decoder, problem, [index])[0]))
    }
  }

  @Test(
    "all parameters have the gradients of writing step by step", arguments: DecoderUnderTest.all)
  func gradients(kind: DecoderUnderTest) {
    let decoder = decoder(kind)
    let problem = problem(decoder)
    let (value, gradients) = valueAndGradients(of: decoder) { decoder in
      Tensor(stacking: taught(decoder, problem, [0, 1, 2, 3])).squared().sum()
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
    #expect(Double(decoder(kind).parameterCount) == kind.configuration.parameterCount)
  }

  @Test(
    "dropout between layers depends on its key alone",
    arguments: [
      DecoderUnderTest(.gru, .additive, layers: 2, dropout: 0.5),
      DecoderUnderTest(.lstm, .general, layers: 2, feedsInput: true, dropout: 0.5),
    ])
  func dropout(kind: DecoderUnderTest) {
    let decoder = decoder(kind)
    let problem = problem(decoder)
    func outputs(_ key: RandomKey?) -> [Tensor] {
      taught(decoder, problem, [0, 1, 2, 3], dropoutKey: key)
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
    let decoder = decoder(DecoderUnderTest(.rnn, .concat, feedsInput: true, seesCoverage: true))
    let problem = problem(decoder)
    let memory = SequenceBatch(problem.sources)
    let stepper = decoder.stepper(reading: memory)
    let order = [0, 1, 2, 3]
    let words = stepper.read(Tensor(stacking: order.map { problem.targets[$0].rows(0..<1) }))
    let first = stepper(
      words, firstState(decoder, problem, order, memory.layout, order: order))
    let chosen = [2, 0, 0]
    let all = stepper(words, first.state).output
    let some = stepper(
      words.gatheringRows(chosen), first.state.gatheringRows(chosen, of: stepper.memory)
    ).output
    #expect(sameBits(some, all.gatheringRows(chosen)))
  }
}

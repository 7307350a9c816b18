import LembraFormats
import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// A decoder with all that it reads, so that everything has gradients.
private struct DecoderWithInputs: Module {
  var layer: AttentionDecoder
  var memory: Tensor
  var tokens: Tensor
  var states: [Tensor]

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    layer.visitParameters(&walk)
    walk("memory", &memory)
    walk("tokens", &tokens)
    for index in states.indices { walk("state.\(index)", &states[index]) }
  }
}

@Suite("Decoders with attention give PyTorch's values")
struct AttentionGoldenTests {
  private static func decoder(_ kind: Attention.Kind) -> AttentionDecoder {
    let configuration =
      switch kind {
      case .additive: DecoderUnderTest(.gru, .additive)
      case .dot: DecoderUnderTest(.rnn, .dot)
      case .general: DecoderUnderTest(.lstm, .general, feedsInput: true)
      case .concat: DecoderUnderTest(.gru, .concat, feedsInput: true, seesCoverage: true)
      }
    return AttentionDecoder(configuration.configuration, key: RandomKey(seed: 1))
  }

  @Test("outputs and gradients of ragged batches", arguments: Attention.Kind.allCases)
  func values(kind: Attention.Kind) throws {
    let golden = try GoldenFile("attention_\(kind.rawValue)")
    var layer = Self.decoder(kind)
    try layer.load(from: golden.weightsPath)
    let targets = try golden.numbers("targets")
    let module = DecoderWithInputs(
      layer: layer, memory: try golden.tensor("memory"), tokens: try golden.tensor("tokens"),
      states: try layer.configuration.firstStateSizes.indices.map {
        try golden.tensor("state.\($0)")
      })
    let weight = try golden.tensor("weight")
    var output = Tensor(0)
    let (_, gradients) = valueAndGradients(of: module) { module in
      let memory = SequenceBatch(parts(of: module.memory, golden.lengths))
      let tokens = SequenceBatch(parts(of: module.tokens, targets))
      let order = tokens.layout.order
      let state = module.layer.state(
        [module.states.map { $0.gatheringRows(order) }],
        segments: order.map { memory.layout.positions[$0] },
        summary: Tensor(zeros: [order.count, memory.featureCount]))
      let rows = module.layer.outputs(tokens, from: state, reading: memory)
      let own = Tensor(stacking: tokens.replacing(rows: rows).sequences)
      output = own.detached
      return (own * weight).sum()
    }
    #expect(relativeError(output, try golden.tensor("output")) < 1e-6)
    for (index, parameter) in module.parameters.enumerated() {
      let gradient = try #require(gradients.values[index], "\(parameter.name)")
      let expected = try golden.tensor("gradient.\(parameter.name)")
      #expect(relativeError(gradient, expected) < 1e-5, "\(parameter.name)")
    }
  }

  private func parts(of rows: Tensor, _ lengths: [Int]) -> [Tensor] {
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return rows.rows(start..<start + length)
    }
  }
}

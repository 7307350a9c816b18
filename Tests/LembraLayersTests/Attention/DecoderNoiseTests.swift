import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Chance in decoders")
struct DecoderNoiseTests {
  private let key = RandomKey(seed: 12)

  private static let runnable = [
    DecoderUnderTest(.lstm, .none, layers: 2, dropout: 0.3, DecoderUnderTest.whole),
    DecoderUnderTest(
      .gru, .summary, layers: 2, dropout: 0.2,
      .init(recurrentDropout: 0.3, zoneout: Zoneout(hidden: 0.2))),
    DecoderUnderTest(.lstm, .general, .init(recurrentDropout: 0.4)),
    DecoderUnderTest(.mgu, .dot, .init(isNormalized: true, zoneout: Zoneout(hidden: 0.3))),
    DecoderUnderTest(.lstm, .additive, layers: 2, dropout: 0.3, DecoderUnderTest.whole),
    DecoderUnderTest(.gru, .additive, .init(recurrentDropout: 0.3)),
  ]

  private static let all =
    runnable + [
      DecoderUnderTest(
        .gru, .concat, layers: 2, feedsInput: true, seesCoverage: true, dropout: 0.4,
        .init(recurrentDropout: 0.3, zoneout: Zoneout(hidden: 0.1))),
      DecoderUnderTest(
        .lstm, .general, feedsInput: true, .init(zoneout: Zoneout(hidden: 0.1, cell: 0.4))),
    ]

  @Test("runs over all steps draw what single steps draw, with its gradients", arguments: runnable)
  func runs(kind: DecoderUnderTest) {
    let problem = DecoderProblem(kind.configuration)
    func results(stepwise: Bool) -> [Tensor] {
      var outputs: [Tensor] = []
      let (_, gradients) = valueAndGradients(of: kind.decoder) { decoder in
        let own = problem.taught(decoder, dropoutKey: key, stepwise: stepwise)
        outputs = own.map(\.detached)
        return Tensor(stacking: own).squared().sum()
      }
      return outputs + gradients.values.compactMap(\.self)
    }
    let (whole, steps) = (results(stepwise: false), results(stepwise: true))
    #expect(whole.count == steps.count)
    for (own, wanted) in zip(whole, steps) { #expect(relativeError(own, wanted) < 1e-4) }
  }

  @Test(
    "steps that a probe looks on at draw the same, and it knows whose rows they are", arguments: all
  )
  func probed(kind: DecoderUnderTest) {
    let (decoder, problem) = (kind.decoder, DecoderProblem(kind.configuration))
    let probe = RecurrentProbe()
    let seen = problem.taught(decoder.probed(by: probe), dropoutKey: key)
    let order = problem.tokens([0, 1, 2, 3]).layout.order
    #expect(order != [0, 1, 2, 3] && !probe.runs.isEmpty)
    #expect(probe.runs.allSatisfy { $0.order == order })
    for (own, wanted) in zip(problem.taught(decoder, dropoutKey: key), seen) {
      #expect(relativeError(own, wanted) < 1e-5)
    }
  }

  @Test("what a sequence draws depends on its place and the key alone", arguments: all)
  func batching(kind: DecoderUnderTest) {
    let (decoder, problem) = (kind.decoder, DecoderProblem(kind.configuration))
    func output(_ chosen: [Int], _ key: RandomKey?) -> Tensor {
      problem.taught(decoder, chosen, dropoutKey: key)[1]
    }
    let alone = output([1, 2], key)
    #expect(sameBits(alone, output([3, 2, 0, 1], key)))
    withThreadLimit(1) { #expect(sameBits(alone, output([0, 2, 1], key))) }
    #expect(!sameBits(alone, output([1, 2], key.folding(1))))
    #expect(!sameBits(alone, output([1, 2], nil)))
    #expect(sameBits(output([1, 2], nil), output([3, 2, 0], nil)))
  }

  @Test("zoneout keeps a share of the units of both cells of additive attention as they were")
  func zoneout() {
    var configuration = DecoderUnderTest(
      .gru, .additive, .init(zoneout: Zoneout(hidden: 0.25))
    ).configuration
    configuration.hiddenSize = 400
    let probe = RecurrentProbe()
    let decoder = AttentionDecoder(configuration, key: key).probed(by: probe)
    _ = DecoderProblem(configuration).taught(decoder, [2], dropoutKey: key)
    let states = probe.records.filter { $0.part == .hidden }.map(\.value.array)
    #expect(states.count == 2 * DecoderProblem.targetLengths[2])
    for (before, after) in zip(states, states.dropFirst()) {
      #expect((70...130).contains(zip(before, after).count { $0 == $1 }))
    }
  }
}

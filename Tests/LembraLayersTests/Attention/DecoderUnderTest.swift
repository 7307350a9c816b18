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
      + (own.variant == .plain ? "" : " with \(own.variant.summary)")
  }

  init(
    _ cell: RecurrentEncoder.Cell, _ context: AttentionDecoder.Context, layers: Int = 1,
    feedsInput: Bool = false, seesCoverage: Bool = false, dropout: Float = 0,
    _ variant: LSTMCell.Variant = .plain
  ) {
    configuration = AttentionDecoder.Configuration(
      cell, context: context, embeddingSize: 4, hiddenSize: 6,
      memorySize: context == .dot ? variant.projectionSize ?? 6 : 5,
      outputSize: 3, layerCount: layers, feedsInput: feedsInput, seesCoverage: seesCoverage,
      dropout: dropout, variant: variant)
  }

  static let plain = [
    DecoderUnderTest(.gru, .none), DecoderUnderTest(.lstm, .none, layers: 2),
    DecoderUnderTest(.rnn, .summary), DecoderUnderTest(.gru, .summary, layers: 2),
    DecoderUnderTest(.gru, .additive), DecoderUnderTest(.lstm, .additive, layers: 2),
    DecoderUnderTest(.rnn, .additive, seesCoverage: true), DecoderUnderTest(.gru, .dot),
    DecoderUnderTest(.lstm, .dot, layers: 2, feedsInput: true),
    DecoderUnderTest(.rnn, .general, feedsInput: true), DecoderUnderTest(.gru, .general, layers: 2),
    DecoderUnderTest(.lstm, .concat, feedsInput: true, seesCoverage: true),
    DecoderUnderTest(.gru, .concat, layers: 2, seesCoverage: true),
  ]

  static let whole = LSTMCell.Variant(
    hasPeepholes: true, couplesGates: true, projectionSize: 4, isNormalized: true,
    recurrentDropout: 0.2, zoneout: Zoneout(hidden: 0.2, cell: 0.3), heads: 2)

  /// Cells that differ from plain ones, and others than the plain decoders have.
  static let varied = [
    DecoderUnderTest(.lstm, .additive, layers: 2, whole),
    DecoderUnderTest(.lstm, .none, layers: 2, whole),
    DecoderUnderTest(.lstm, .dot, feedsInput: true, whole),
    DecoderUnderTest(.lstm, .additive, .init(hasPeepholes: true)),
    DecoderUnderTest(.lstm, .general, .init(couplesGates: true)),
    DecoderUnderTest(.lstm, .additive, seesCoverage: true, .init(projectionSize: 4)),
    DecoderUnderTest(.lstm, .additive, .init(heads: 3)),
    DecoderUnderTest(.lstm, .additive, .init(recurrentDropout: 0.3)),
    DecoderUnderTest(.gru, .additive, layers: 2, .init(isNormalized: true, heads: 2)),
    DecoderUnderTest(.gru, .additive, .init(recurrentDropout: 0.3)),
    DecoderUnderTest(.gru, .summary, layers: 2, .init(zoneout: Zoneout(hidden: 0.3))),
    DecoderUnderTest(.gru, .general, feedsInput: true, .init(recurrentDropout: 0.4)),
    DecoderUnderTest(.mgu, .additive, .init(isNormalized: true, recurrentDropout: 0.1)),
    DecoderUnderTest(.mgu, .concat, layers: 2, feedsInput: true, seesCoverage: true),
    DecoderUnderTest(.slstm, .additive, .init(heads: 2)),
    DecoderUnderTest(.slstm, .none, layers: 2), DecoderUnderTest(.slstm, .dot, feedsInput: true),
    DecoderUnderTest(.mingru, .additive), DecoderUnderTest(.mingru, .summary, layers: 2),
    DecoderUnderTest(.minlstm, .additive), DecoderUnderTest(.minlstm, .dot),
    DecoderUnderTest(.indrnn, .additive), DecoderUnderTest(.indrnn, .general, feedsInput: true),
  ]

  static let all = plain + varied

  /// The decoder with random weights.
  var decoder: AttentionDecoder {
    var decoder = AttentionDecoder(configuration, key: RandomKey(seed: 8))
    // It is zero at first, which would hide what it does.
    let coverage = decoder.attention?.coverage.map { random($0.shape, seed: 9) }
    decoder.attention?.coverage = coverage
    return decoder
  }
}

/// Sources, and targets of other lengths, for a decoder.
struct DecoderProblem {
  static let sourceLengths = [2, 5, 1, 3]
  static let targetLengths = [3, 1, 6, 4]

  private let sources: [Tensor]
  private let targets: [Tensor]
  private let summaries: [Tensor]

  /// What the state of each layer is made from, of each sequence.
  private let states: [[[Tensor]]]

  init(_ configuration: AttentionDecoder.Configuration) {
    let count = Self.sourceLengths.count
    sources = sequences(Self.sourceLengths, features: configuration.memorySize)
    targets = Self.targetLengths.enumerated().map {
      random([$1, configuration.embeddingSize], seed: UInt64(40 + $0))
    }
    summaries = (0..<count).map {
      random([1, configuration.memorySize], seed: UInt64(60 + $0))
    }
    states = (0..<configuration.layerCount).map { layer in
      configuration.firstStateSizes.enumerated().map { place, size in
        (0..<count).map { random([1, size], seed: UInt64(200 * layer + 100 * place + 7 + $0)) }
      }
    }
  }

  /// The sources of some sequences.
  func memory(_ chosen: [Int]) -> SequenceBatch { SequenceBatch(chosen.map { sources[$0] }) }

  /// What is before each step of some targets.
  func tokens(_ chosen: [Int]) -> SequenceBatch { SequenceBatch(chosen.map { targets[$0] }) }

  /// The token before a step of one target.
  func token(_ index: Int, step: Int) -> Tensor { targets[index].rows(step..<step + 1) }

  /// The first state of some sequences, rows in an order of their places.
  func state(
    _ decoder: AttentionDecoder, _ chosen: [Int], _ memory: SequenceBatch, order: [Int]
  ) -> DecoderState {
    decoder.state(
      states.map { $0.map { rows in Tensor(stacking: order.map { rows[chosen[$0]] }) } },
      segments: order.map { memory.layout.positions[$0] },
      summary: Tensor(stacking: order.map { summaries[chosen[$0]] }))
  }

  /// The outputs of some sequences by teacher forcing, each in its own order.
  ///
  /// - Parameters:
  ///   - decoder: what writes.
  ///   - chosen: the sequences.
  ///   - dropoutKey: names what chance decides; nil for none.
  ///   - stepwise: whether nothing is run over all steps at once.
  /// - Returns: the outputs of each of them.
  func taught(
    _ decoder: AttentionDecoder, _ chosen: [Int] = [0, 1, 2, 3], dropoutKey: RandomKey? = nil,
    stepwise: Bool = false
  ) -> [Tensor] {
    let (memory, tokens) = (memory(chosen), tokens(chosen))
    let state = state(decoder, chosen, memory, order: tokens.layout.order)
    let rows =
      stepwise
      ? decoder.outputsStepByStep(tokens, from: state, reading: memory, dropoutKey: dropoutKey)
      : decoder.outputs(tokens, from: state, reading: memory, dropoutKey: dropoutKey)
    return tokens.replacing(rows: rows).sequences
  }
}

import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTraining

/// Numbers of two digits and how they are spelt the other way round.
private let reversedNumbers: ParallelTexts = {
  let numbers = (10..<90).map { "\($0)" }
  return ParallelTexts(sources: numbers, targets: numbers.map { String($0.reversed()) })
}()

/// Tests of translators that turn numbers round.
protocol TranslatorTesting {}

extension TranslatorTesting {
  static var pairs: ParallelTexts { reversedNumbers }

  static func small(
    _ cell: RecurrentEncoder.Cell = .gru, _ context: AttentionDecoder.Context = .additive,
    _ variant: LSTMCell.Variant? = nil, _ change: (inout TranslatorArchitecture) -> Void = { _ in }
  ) -> TranslatorArchitecture {
    var architecture = TranslatorArchitecture(
      cell: cell, context: context, embeddingSize: 12, hiddenSize: 16, dropout: 0.1,
      variant: variant)
    change(&architecture)
    return architecture
  }

  /// Plain cells with every context.
  static var plain: [TranslatorArchitecture] {
    [
      small(), small(.lstm, .none) { $0.reversesSource = true },
      small(.rnn, .summary) { $0.decoderLayers = 2 },
      small(.gru, .dot) {
        $0.isBidirectional = false
        $0.feedsInput = false
      },
      small(.lstm, .general) { $0.encoderLayers = 2 },
      small(.gru, .concat) {
        $0.seesCoverage = true
        $0.tiesEmbeddings = false
        $0.reversesSource = true
      },
    ]
  }

  /// Cells that differ from plain ones, and others than the plain translators have.
  static var varied: [TranslatorArchitecture] {
    let whole = LSTMCell.Variant(
      hasPeepholes: true, couplesGates: true, projectionSize: 10, isNormalized: true,
      recurrentDropout: 0.1, zoneout: Zoneout(hidden: 0.1, cell: 0.1), heads: 2)
    return [
      small(.lstm, .additive, .init(hasPeepholes: true)),
      small(.lstm, .general, .init(couplesGates: true)),
      small(.lstm, .additive, .init(projectionSize: 10)),
      small(.lstm, .additive, .init(isNormalized: true)),
      small(.lstm, .additive, .init(heads: 4)),
      small(.lstm, .additive, .init(recurrentDropout: 0.2)),
      small(.lstm, .concat, .init(zoneout: Zoneout(hidden: 0.05, cell: 0.2))),
      small(.lstm, .additive, whole) {
        $0.encoderLayers = 2
        $0.decoderLayers = 2
      },
      small(.lstm, .none, whole) { $0.tiesEmbeddings = false },
      small(.lstm, .dot, whole) { $0.isBidirectional = false },
      small(.gru, .additive, .init(isNormalized: true, heads: 2)),
      small(.gru, .summary, .init(recurrentDropout: 0.1, zoneout: Zoneout(hidden: 0.1))),
      small(.mgu, .additive), small(.mgu, .general, .init(isNormalized: true, heads: 4)),
      small(.slstm, .additive), small(.slstm, .none, .init(heads: 2)) { $0.decoderLayers = 2 },
      small(.mingru, .additive), small(.mingru, .none), small(.minlstm, .additive),
      small(.indrnn, .additive), small(.indrnn, .general),
    ]
  }

  static var all: [TranslatorArchitecture] { plain + varied }

  func tokenizers() throws -> TranslatorTokenizers {
    try TranslatorTokenizers(
      training: .character, sources: Self.pairs.sources, targets: Self.pairs.targets)
  }

  func options(epochs: Int, sampling: Float = 0) -> TranslatorTrainingOptions {
    TranslatorTrainingOptions(
      training: TextTrainingOptions(
        learningRate: 0.01, schedule: .cosine(end: 0.02), weightDecay: 0, epochs: epochs, seed: 4),
      batchTokens: 40, labelSmoothing: 0.05, scheduledSampling: sampling)
  }

  func trained(
    _ architecture: TranslatorArchitecture = small(), epochs: Int = 2, sampling: Float = 0,
    supervision: TrainingSupervision = TrainingSupervision()
  ) throws -> TextTrainingResult<Translator> {
    try Translator.train(
      on: Self.pairs.subset(Array(0..<70)), validation: Self.pairs.subset(Array(70..<80)),
      tokenizers: tokenizers(), architecture: architecture,
      options: options(epochs: epochs, sampling: sampling), supervision: supervision)
  }
}

extension Translator {
  /// The bits of all weights.
  var bits: [[UInt32]] { network.parameters.map { $0.value.array.map(\.bitPattern) } }
}

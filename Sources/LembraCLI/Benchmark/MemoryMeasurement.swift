import LembraLayers
import LembraTensor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A step of training on a sequence that is too long to keep what all its steps computed, beside one on
/// a sequence that is not.
struct MemoryMeasurement: Encodable {
  /// What is measured.
  struct Setting: Encodable {
    var kind: RecurrentKind
    var units: Int
    var features: Int
    var layers: Int
    var batch: Int
    var steps: Int
    /// The steps of the sequences that everything is kept of.
    var shortSteps: Int
    var memoryBytes: Int
  }

  let setting: Setting
  let threads: Int

  /// The most memory that tensors took beyond the input.
  let peakBytes: Int

  /// How much the process grew beyond what it was with the input; nil where it cannot be told.
  let processBytes: Int?

  /// The seconds of a step of the sequence, and those where everything is kept.
  let secondsPerStep: Double
  let plainSecondsPerStep: Double

  /// Whether the gradients of the short sequences are the same to the bit under a tenth of the memory
  /// that they take.
  let hasSameGradients: Bool

  var ratio: Double { secondsPerStep / plainSecondsPerStep }

  private static let key = RandomKey(seed: 0).folding("memory")

  init(_ setting: Setting, threads: Int, seconds: Double) {
    func measured<Cell: RecurrentCell>(
      _ cell: @escaping (_ inputs: Int, _ key: RandomKey) -> Cell
    ) -> MemoryMeasurement {
      MemoryMeasurement(
        setting, threads,
        Stack(count: setting.layers, inputSize: setting.features) {
          Recurrent(cell($1, Self.key.folding($0)))
        }, budget: seconds)
    }
    self =
      switch setting.kind {
      case .lstm: measured { LSTMCell(inputSize: $0, hiddenSize: setting.units, key: $1) }
      case .gru: measured { GRUCell(inputSize: $0, hiddenSize: setting.units, key: $1) }
      case .rnn: measured { RNNCell(inputSize: $0, hiddenSize: setting.units, key: $1) }
      }
  }

  private init(
    _ setting: Setting, _ threads: Int, _ layer: some SequenceLayer, budget: Double
  ) {
    self.setting = setting
    self.threads = threads
    let stopwatch = Stopwatch()
    func batch(_ steps: Int) -> SequenceBatch {
      let layout = SequenceLayout(count: setting.batch, length: steps)
      return SequenceBatch(
        rows: Tensor(
          normalWithMean: 0, shape: [layout.rowCount, setting.features],
          key: Self.key.folding("input")),
        layout: layout)
    }
    func gradients(_ batch: SequenceBatch, _ unrolling: Unrolling) -> Gradients {
      // A loss of the last state alone, which every step has a part in.
      valueAndGradients(of: layer) { layer in
        layer.summary(of: layer.finalState(of: batch, unrolling: unrolling)).squared().sum()
      }.gradients
    }
    let input = batch(setting.steps)
    let resident = Self.processMemory("VmRSS")
    let inUse = BufferPool.shared.usage.inUse
    BufferPool.shared.resetPeak()
    let memory = MemoryBudget(bytes: setting.memoryBytes)
    secondsPerStep =
      stopwatch.seconds { _ = gradients(input, Unrolling(memory: memory)) }
      / Double(setting.steps)
    peakBytes = BufferPool.shared.peak - inUse
    processBytes = resident.flatMap { before in
      Self.processMemory("VmHWM").map { max(0, $0 - before) }
    }
    let short = batch(setting.shortSteps)
    plainSecondsPerStep =
      stopwatch.medianSeconds(budget: budget) { _ = gradients(short, .whole) }
      / Double(setting.shortSteps)
    BufferPool.shared.resetPeak()
    let (before, plain) = (BufferPool.shared.usage.inUse, gradients(short, .whole))
    let tenth = MemoryBudget(bytes: max(1, (BufferPool.shared.peak - before) / 10))
    hasSameGradients = zip(
      plain.values, gradients(short, Unrolling(memory: tenth)).values
    ).allSatisfy { $0?.array.map(\.bitPattern) == $1?.array.map(\.bitPattern) }
  }

  /// A number of bytes that Linux counts for this process.
  private static func processMemory(_ name: String) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name + ":") })
    else { return nil }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      .map { $0 * 1024 }
  }
}

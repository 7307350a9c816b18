import LembraLayers
package import LembraTensor

/// A recurrent network, but for its kind of cell, and a batch of sequences to time it on.
package struct Workload: Hashable, Codable, Sendable {
  package var id: String
  /// The sequences of the batch.
  package var batch: Int
  /// The steps of the longest sequence; with 1 it is a stream that is read step by step.
  package var time: Int
  /// The features of a step.
  package var input: Int
  /// The units of each layer in each direction.
  package var hidden: Int
  package var layers: Int
  package var bidirectional: Bool

  package init(
    _ id: String, batch: Int, time: Int, input: Int, hidden: Int, layers: Int = 1,
    bidirectional: Bool = false
  ) {
    self.id = id
    self.batch = batch
    self.time = time
    self.input = input
    self.hidden = hidden
    self.layers = layers
    self.bidirectional = bidirectional
  }

  /// Sizes as they are met in lessons, papers and services.
  package static let standard = [
    Workload("lesson", batch: 32, time: 10, input: 2, hidden: 64),
    Workload("single", batch: 1, time: 100, input: 64, hidden: 64),
    Workload("small", batch: 32, time: 100, input: 128, hidden: 128),
    Workload("long", batch: 8, time: 1000, input: 32, hidden: 128),
    Workload("ptb-small", batch: 20, time: 35, input: 200, hidden: 200, layers: 2),
    Workload("bi", batch: 32, time: 60, input: 128, hidden: 256, bidirectional: true),
    Workload("medium", batch: 64, time: 100, input: 256, hidden: 256, layers: 2),
    Workload("large", batch: 64, time: 50, input: 512, hidden: 512),
    Workload("xl", batch: 16, time: 50, input: 1024, hidden: 1024),
    Workload("stream", batch: 1, time: 1, input: 64, hidden: 128),
  ]

  package var isStream: Bool { time == 1 }

  /// The length of each sequence: all of them ``time``, or spread evenly from there down to 1.
  package func lengths(ragged: Bool) -> [Int] {
    guard ragged, batch > 1 else { return Array(repeating: time, count: batch) }
    return (0..<batch).map { time - $0 * (time - 1) / (batch - 1) }
  }

  // MARK: - Costs

  /// The floating-point operations of the matrix products of one step of one sequence, forward:
  /// 2 · gates · hidden · (inputs + hidden) for each layer and direction.
  package func flopsPerRow(_ kind: RecurrentKind) -> Double {
    sum(overLayers: { inputs in
      2 * Double(kind.gateCount) * Double(hidden) * (inputs + Double(hidden))
    })
  }

  /// Throws `LembraError` when a measurement of plain cells would take more memory than this process can
  /// have.
  package func requireMemory() throws(LembraError) {
    // Layers keep seven numbers for each unit and step.
    try requireMemory { 7 * hidden + $0 }
  }

  /// Throws `LembraError` when training would take more memory than this process can have, in which every
  /// weight is there four times and a step of a layer leaves so many numbers.
  func requireMemory(floatsPerStep: (_ inputs: Int) -> Int) throws(LembraError) {
    let (limit, rows) = (MemoryLimit.bytes, Double(batch) * Double(time))
    let bytes =
      4
      * sum(overLayers: { inputs in
        rows * Double(floatsPerStep(Int(inputs)))
          + 4 * 4 * Double(hidden) * (inputs + Double(hidden))
      })
    guard bytes > limit else { return }
    func gigabytes(_ bytes: Double) -> String { "\((bytes / 1e8).rounded() / 10) GB" }
    throw LembraError(
      .invalidData,
      "it would take about \(gigabytes(bytes)) of memory, and there are \(gigabytes(limit))",
      remedy: "choose smaller sizes, or leave it out by --only",
      at: .init(name: "workload \(id)"))
  }

  /// The sum over layers and directions of what `cost` says of a layer with so many inputs.
  private func sum(overLayers cost: (_ inputs: Double) -> Double) -> Double {
    let directions: Double = bidirectional ? 2 : 1
    let above = Double(layers - 1) * cost(Double(hidden) * directions)
    return directions * (cost(Double(input)) + above)
  }
}

/// The cells there are.
package enum RecurrentKind: String, CaseIterable, Codable, Sendable {
  case lstm
  case gru
  case rnn

  var cell: RecurrentEncoder.Cell {
    switch self {
    case .lstm: .lstm
    case .gru: .gru
    case .rnn: .rnn
    }
  }

  /// The matrices of weights for a layer's input, each beside one for its state.
  var gateCount: Int {
    switch self {
    case .lstm: 4
    case .gru: 3
    case .rnn: 1
    }
  }
}

/// What is timed.
package enum RecurrentMode: String, CaseIterable, Codable, Sendable {
  /// All sequences in, the output of every step out, without a tape.
  case inference
  /// Forward, then backward from the sum of all outputs to every parameter and to the input.
  case training

  /// The operations of one call as a multiple of those of the forward run.
  package var passes: Double { self == .training ? 3 : 1 }
}

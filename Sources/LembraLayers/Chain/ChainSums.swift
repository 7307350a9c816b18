import CLembraKernels
import LembraTensor

/// The sums over all paths of a batch: the forward recursion and, if it keeps what is needed, the
/// way back.
///
/// Sequences are worked on in scaled passes first; those that are lost there are done exactly.
final class ChainSums {
  let batch: ChainBatch
  let scores: ChainScores

  /// The states of all rows, or of two steps.
  let states: Storage

  /// A factor for each state, if all are kept; the way back replaces them by weights.
  let factors: Storage?

  /// By position, what is not 0 for a sequence that the scaled passes have lost.
  let lost: Storage

  private let logarithms: Storage

  /// Runs the forward recursion; `keepsAll` of it for the way back.
  init(_ batch: ChainBatch, _ scores: ChainScores, keepsAll: Bool) {
    self.batch = batch
    self.scores = scores.preparedForSums()
    let (rows, sequences) = (batch.layout.rowCount, batch.layout.batchCount)
    states = Storage(count: (keepsAll ? rows : 2 * sequences) * scores.width)
    factors = keepsAll ? Storage(count: rows * scores.width) : nil
    lost = Storage(Int32.self, count: sequences)
    logarithms = Storage(Double.self, count: sequences)
    runForward()
    runForwardExactly()
  }

  /// The log partition of the sequence at `position` of the layout.
  func logPartition(_ position: Int) -> Double { logarithms.base(of: Double.self)[position] }

  func isLost(_ position: Int) -> Bool { lost.base(of: Int32.self)[position] != 0 }

  /// The positions of the sequences that are lost, as far as is known by now.
  var lostPositions: [Int] { (0..<batch.layout.batchCount).filter(isLost) }

  private func runForward() {
    let layout = batch.layout
    scores.withChain { chain in
      batch.withSteps { offsets, counts, emissions in
        var pass = lembra_chain_forward(
          chain: chain, steps: layout.stepCount, sequences: layout.batchCount, offsets: offsets,
          counts: counts, emissions: emissions, states: states.base, factors: factors?.base,
          log_partitions: logarithms.base(of: Double.self), lost: lost.base(of: Int32.self))
        withUnsafePointer(to: &pass) { pass in
          batch.inParallel(cost: scaledCost) { part in
            kernels.chains.forward(pass, part.lowerBound, part.upperBound)
          }
        }
      }
    }
  }

  private func runForwardExactly() {
    guard !lostPositions.isEmpty else { return }
    let forward = kernels.chains.exact_forward
    scores.preparedExactly().withChain { chain in
      batch.inParallel(cost: exactCost) { part in
        let room = Storage(Double.self, count: batch.layout.lengths[part.lowerBound] * scores.width)
        withExtendedLifetime(room) {
          for position in part where isLost(position) {
            logarithms.base(of: Double.self)[position] = batch.withSequence(position, chain) {
              var sequence = $0
              return forward(&sequence, room.base(of: Double.self))
            }
          }
        }
      }
    }
  }

  /// The work of a row in a scaled pass, in nanoseconds: some for each tag, some for each pair.
  var scaledCost: Double { 15 + Double(scores.width) * (0.8 + 0.02 * Double(scores.tagCount)) }

  /// Likewise in an exact pass.
  var exactCost: Double { 100 + Double(scores.width) * Double(scores.tagCount) }
}

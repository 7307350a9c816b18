import CLembraKernels
import LembraTensor

/// Counts of transitions `[K, width]`, some of them, of which the sum is wanted.
struct TransitionCounts {
  let storage: Storage
  let count: Int
}

extension ChainSums {
  /// Computes the probability of each tag at each step, after which the sums are of no use.
  ///
  /// - Parameters:
  ///   - gradient: what those of a sequence are multiplied by, by position; nil for ones.
  ///   - out: where they go, `[rows, K]`.
  /// - Precondition: everything was kept.
  func runBackward(_ gradient: [Float]?, into out: UnsafeMutablePointer<Float>) {
    runBackwardScaled(gradient, into: out)
    runBackwardExactly(gradient, into: out, lostPositions, expected: nil)
  }

  /// The same, and the expected transitions, times the gradients, of the sequences that were lost.
  ///
  /// Those of the others are in the product of the states and the weights.
  ///
  /// - Returns: zeros, then the transitions of one lost sequence after the other.
  func runBackwardCounting(
    _ gradient: [Float], into out: UnsafeMutablePointer<Float>
  ) -> TransitionCounts {
    runBackwardScaled(gradient, into: out)
    let positions = lostPositions
    let count = 1 + positions.count
    let size = scores.tagCount * scores.width
    let counts = Storage(Double.self, count: count * size)
    withExtendedLifetime(counts) {
      let base = counts.base(of: Double.self)
      base.update(repeating: 0, count: count * size)
      runBackwardExactly(gradient, into: out, positions, expected: base + size)
    }
    return TransitionCounts(storage: counts, count: count)
  }

  private func runBackwardScaled(_ gradient: [Float]?, into out: UnsafeMutablePointer<Float>) {
    let layout = batch.layout
    guard let factors else { trap("ChainSums: the forward pass kept nothing for the way back") }
    let work = Storage(count: 2 * layout.batchCount * scores.width)
    scores.withChain { chain in
      batch.withSteps { offsets, counts, _ in
        withOptional(gradient) { gradient in
          var pass = lembra_chain_backward(
            chain: chain, steps: layout.stepCount, offsets: offsets, counts: counts,
            states: states.base, factors: factors.base, work: work.base,
            sequences: layout.batchCount, gradient: gradient, emission_gradient: out,
            lost: lost.base(of: Int32.self))
          withExtendedLifetime(work) {
            withUnsafePointer(to: &pass) { pass in
              batch.inParallel(cost: scaledCost) { part in
                kernels.chains.backward(pass, part.lowerBound, part.upperBound)
              }
            }
          }
        }
      }
    }
  }

  /// Does the sequences at `positions` exactly; `expected` is room for the transitions of each of
  /// them, zeros at first, or nil if they are not wanted.
  private func runBackwardExactly(
    _ gradient: [Float]?, into out: UnsafeMutablePointer<Float>, _ positions: [Int],
    expected: UnsafeMutablePointer<Double>?
  ) {
    guard !positions.isEmpty else { return }
    let width = scores.width
    let (forward, backward) = (kernels.chains.exact_forward, kernels.chains.exact_backward)
    scores.preparedExactly().withChain { chain in
      batch.inParallel(cost: 3 * exactCost) { part in
        let longest = batch.layout.lengths[part.lowerBound]
        let (room, work) = (
          Storage(Double.self, count: longest * width), Storage(Double.self, count: 3 * width)
        )
        withExtendedLifetime((room, work)) {
          let states = room.base(of: Double.self)
          for (slot, position) in positions.enumerated() where part.contains(position) {
            batch.withSequence(position, chain) { sequence in
              var sequence = sequence
              _ = forward(&sequence, states)
              var pass = lembra_chain_exact_backward(
                sequence: sequence, states: states, work: work.base(of: Double.self),
                gradient: gradient?[position] ?? 1, emission_gradient: out,
                expected: expected.map { $0 + slot * scores.tagCount * width },
                scaled_states: self.states.base, scaled_weights: factors?.base)
              backward(&pass)
            }
          }
        }
      }
    }
  }
}

private func withOptional(_ array: [Float]?, _ body: (UnsafePointer<Float>?) -> Void) {
  guard let array else { return body(nil) }
  array.withUnsafeBufferPointer { body($0.baseAddress) }
}

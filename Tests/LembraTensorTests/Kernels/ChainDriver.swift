import CLembraKernels
import Testing

/// Runs the kernels of a chain as a caller does, in as many parts as asked for.
struct ChainDriver {
  let problem: ChainProblem
  let chains: lembra_chains
  let scores: ChainProblem.Scores
  /// Sequences that a call takes.
  let part: Int

  init(_ problem: ChainProblem, on set: InstructionSet, part: Int = 1000) {
    self.problem = problem
    chains = set.kernels.pointee.chains
    self.part = part
    scores = problem.scores
  }

  /// Calls `body` with the chain, prepared for everything.
  func withChain<R>(_ body: (UnsafePointer<lembra_chain>) -> R) -> R {
    var chain = chains.describe(problem.tags)
    let scaled = GuardedRows(scratch: chain.scaled_floats)
    var exact = [Double](repeating: .nan, count: chain.exact_doubles)
    return scores.transitions.withUnsafeBufferPointer { transitions in
      scores.start.withUnsafeBufferPointer { start in
        scores.end.withUnsafeBufferPointer { end in
          exact.withUnsafeMutableBufferPointer { exact in
            chain.transitions = transitions.baseAddress
            chain.start = start.baseAddress
            chain.end = end.baseAddress
            chain.scaled = scaled.pointer
            chain.exact = exact.baseAddress
            chains.prepare_scaled(&chain)
            chains.prepare_exact(&chain)
            #expect(scaled.gapsAreIntact)
            return withExtendedLifetime(scaled) { body(&chain) }
          }
        }
      }
    }
  }

  func withSequence<R>(
    _ position: Int, _ chain: UnsafePointer<lembra_chain>, _ body: (lembra_chain_sequence) -> R
  ) -> R {
    problem.offsets.withUnsafeBufferPointer { offsets in
      scores.emissions.withUnsafeBufferPointer { emissions in
        guard let offsets = offsets.baseAddress, let emissions = emissions.baseAddress else {
          fatalError("a problem has rows")
        }
        return body(
          lembra_chain_sequence(
            chain: chain, offsets: offsets, position: position, length: problem.lengths[position],
            emissions: emissions))
      }
    }
  }

  /// What the passes over a batch give, by position and row.
  struct Result {
    var logPartitions: [Double]
    var lost: [Int32]
    /// `[rows, K]`, times the gradients.
    var probabilities: [Float] = []
    /// `[K, K]`, times the gradients, of the sequences that are not lost.
    var transitions: [Float] = []
  }

  /// Runs the scaled passes: forward alone, or both.
  func scaled(keepsAll: Bool = true, gradient: [Float]? = nil) -> Result {
    withChain { chain in
      let width = chain.pointee.width
      let (rows, sequences) = (problem.rows, problem.lengths.count)
      let states = GuardedRows(scratch: (keepsAll ? rows : 2 * sequences) * width)
      let factors = GuardedRows(scratch: rows * width)
      let work = GuardedRows(scratch: 2 * sequences * width)
      var lost: [Int32] = []
      var probabilities: [Float] = []
      let logPartitions = written(sequences, filledWith: -1.5) { logarithms in
        lost = written(sequences, filledWith: 77) { lost in
          probabilities = written(rows * problem.tags) { out in
            problem.offsets.withUnsafeBufferPointer { offsets in
              problem.counts.withUnsafeBufferPointer { counts in
                scores.emissions.withUnsafeBufferPointer { emissions in
                  guard let offsets = offsets.baseAddress, let counts = counts.baseAddress,
                    let emissions = emissions.baseAddress
                  else { return }
                  var forward = lembra_chain_forward(
                    chain: chain, steps: problem.steps, sequences: sequences, offsets: offsets,
                    counts: counts, emissions: emissions, states: states.pointer,
                    factors: keepsAll ? factors.pointer : nil, log_partitions: logarithms,
                    lost: lost)
                  for range in pieces(0..<sequences, of: part) {
                    chains.forward(&forward, range.lowerBound, range.upperBound)
                  }
                  guard keepsAll else { return }
                  (gradient ?? []).withUnsafeBufferPointer { buffer in
                    var backward = lembra_chain_backward(
                      chain: chain, steps: problem.steps, offsets: offsets, counts: counts,
                      states: states.pointer, factors: factors.pointer, work: work.pointer,
                      sequences: sequences, gradient: gradient == nil ? nil : buffer.baseAddress,
                      emission_gradient: out, lost: lost)
                    for range in pieces(0..<sequences, of: part) {
                      chains.backward(&backward, range.lowerBound, range.upperBound)
                    }
                  }
                }
              }
            }
          }
        }
      }
      #expect(states.gapsAreIntact && factors.gapsAreIntact && work.gapsAreIntact)
      var result = Result(logPartitions: logPartitions, lost: lost)
      guard keepsAll else { return result }
      result.probabilities = probabilities
      if !lost.contains(1) { result.transitions = transitions(chain, states, factors) }
      return result
    }
  }

  /// The expected transitions from the product of states and weights.
  private func transitions(
    _ chain: UnsafePointer<lembra_chain>, _ states: GuardedRows, _ weights: GuardedRows
  ) -> [Float] {
    let (tags, width) = (problem.tags, chain.pointee.width)
    let products = (0..<tags * tags).map { place in
      (0..<problem.rows).reduce(Float(0)) {
        $0 + states.pointer[$1 * width + place / tags] * weights.pointer[$1 * width + place % tags]
      }
    }
    let counts = [Double](repeating: 0, count: tags * width)
    return written(tags * tags) { chains.transition_gradient(chain, products, 1, counts, 1, $0) }
  }
}

// MARK: - One sequence at a time

extension ChainDriver {
  /// The exact passes over one sequence: log partition, probabilities `[length][K]` and expected
  /// transitions `[K, K]`, both times the gradient.
  func exact(
    _ position: Int, gradient: Float = 1
  ) -> (logPartition: Double, probabilities: [[Float]], transitions: [Double]) {
    withChain { chain in
      withSequence(position, chain) { sequence in
        var sequence = sequence
        let (tags, width) = (problem.tags, chain.pointee.width)
        var states = [Double](repeating: .nan, count: sequence.length * width)
        var work = [Double](repeating: .nan, count: 3 * width)
        var counts = [Double](repeating: 0, count: tags * width)
        let logPartition = chains.exact_forward(&sequence, &states)
        let rows = GuardedRows(nan: problem.rows, tags, gap: 0)
        let zeroed = GuardedRows(nan: problem.rows, width, gap: 0)
        states.withUnsafeBufferPointer { states in
          work.withUnsafeMutableBufferPointer { work in
            counts.withUnsafeMutableBufferPointer { counts in
              guard let states = states.baseAddress, let work = work.baseAddress else { return }
              var pass = lembra_chain_exact_backward(
                sequence: sequence, states: states, work: work, gradient: gradient,
                emission_gradient: rows.pointer, expected: counts.baseAddress,
                scaled_states: zeroed.pointer, scaled_weights: nil)
              chains.exact_backward(&pass)
            }
          }
        }
        #expect(rows.gapsAreIntact && zeroed.gapsAreIntact)
        let places = (0..<sequence.length).map { problem.offsets[$0] + position }
        for row in 0..<problem.rows {
          let isOwn = places.contains(row)
          #expect((0..<width).allSatisfy { isOwn == (zeroed[row, $0] == 0) }, "row \(row)")
          #expect((0..<tags).allSatisfy { isOwn != rows[row, $0].isNaN }, "row \(row)")
        }
        return (
          logPartition, places.map { row in (0..<tags).map { rows.row(row)[$0] } },
          (0..<tags * tags).map { counts[$0 / tags * width + $0 % tags] }
        )
      }
    }
  }

  /// The best path of a sequence.
  func bestPath(_ position: Int) -> (tags: [Int], score: Double) {
    withChain { chain in
      withSequence(position, chain) { sequence in
        var sequence = sequence
        var work = [Double](repeating: .nan, count: sequence.length * chain.pointee.width)
        var score = Double.nan
        let path = written(sequence.length, filledWith: Int32(-7)) {
          score = chains.best_path(&sequence, &work, $0)
        }
        return (path.map { Int($0) }, score)
      }
    }
  }

  /// The best paths of a sequence.
  func bestPaths(_ count: Int, _ position: Int) -> [(tags: [Int], score: Double)] {
    withChain { chain in
      withSequence(position, chain) { sequence in
        let (length, width) = (sequence.length, chain.pointee.width)
        var work = [Double](repeating: .nan, count: chains.best_paths_doubles(chain, count))
        var paths: [Int32] = []
        let scores = written(count, filledWith: 0.5) { scores in
          paths = written(count * length, filledWith: -7) { paths in
            _ = written(length * count * width, filledWith: Int32(-7)) { before in
              work.withUnsafeMutableBufferPointer { work in
                guard let work = work.baseAddress else { return }
                var best = lembra_chain_best(
                  sequence: sequence, count: count, work: work, before: before, paths: paths,
                  scores: scores)
                chains.best_paths(&best)
              }
            }
          }
        }
        return scores.enumerated().map { rank, score in
          (paths[rank * length..<(rank + 1) * length].map { Int($0) }, score)
        }
      }
    }
  }
}

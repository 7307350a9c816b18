import CLembraKernels
import LembraTestSupport
import Testing

/// The largest difference between two lists of numbers, infinite where one is not a number.
private func distance(_ a: [some BinaryFloatingPoint], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { worst, pair in
    let difference = abs(Double(pair.0) - pair.1)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}

/// Whether two log partitions or scores agree; both may be -inf.
private func agree(_ a: Double, _ b: Double, tolerance: Double = 1e-6) -> Bool {
  a == b || abs(a - b) <= tolerance * max(1, abs(b))
}

@Suite("Chain kernels agree with looking at every path")
struct ChainKernelTests {
  @Test(
    "scaled sums", arguments: InstructionSet.supported, ChainProblem.all)
  func scaled(set: InstructionSet, problem: ChainProblem) {
    let result = ChainDriver(problem, on: set).scaled()
    for position in problem.lengths.indices where result.lost[position] == 0 {
      let emissions = problem.emissions(position)
      let expected = problem.reference.sums(emissions)
      #expect(agree(result.logPartitions[position], expected.logPartition))
      for (step, marginals) in expected.marginals.enumerated() {
        let start = (problem.offsets[step] + position) * problem.tags
        let own = Array(result.probabilities[start..<start + problem.tags])
        #expect(distance(own, marginals) < 1e-6, "sequence \(position), step \(step)")
      }
    }
    if !result.transitions.isEmpty {
      let expected = problem.lengths.indices.map {
        problem.reference.sums(problem.emissions($0)).transitions.flatMap(\.self)
      }
      let total = expected[0].indices.map { place in expected.reduce(0) { $0 + $1[place] } }
      #expect(distance(result.transitions, total) < 3e-6)
    }
  }

  @Test(
    "only what a float cannot hold is lost", arguments: InstructionSet.supported, ChainProblem.all)
  func lost(set: InstructionSet, problem: ChainProblem) {
    let driver = ChainDriver(problem, on: set)
    let lost = driver.scaled().lost
    #expect(lost.allSatisfy { $0 == 0 || $0 == 1 })
    for (position, length) in problem.lengths.enumerated() {
      let isPossible = problem.reference.logPartition(problem.emissions(position)) > -.infinity
      switch problem.kind {
      case .small, .falling: #expect(lost[position] == 0)
      case .forbidden: #expect(lost[position] == 0 || !isPossible)
      case .huge, .masked: if problem.tags > 2 { #expect(lost[position] == 1) }
      case .losing where problem.tags > 1:
        if length < 3 { #expect(lost[position] == 0) }
        if length > 4 { #expect(lost[position] == 1) }
      case .losing: #expect(lost[position] == 0)
      case .edge: break
      }
    }
  }

  @Test(
    "sums in logarithms, whatever the scores", arguments: InstructionSet.supported, ChainProblem.all
  )
  func exact(set: InstructionSet, problem: ChainProblem) {
    let driver = ChainDriver(problem, on: set)
    for position in problem.lengths.indices where problem.lengths[position] > 0 {
      let expected = problem.reference.sums(problem.emissions(position))
      let result = driver.exact(position, gradient: -2)
      #expect(agree(result.logPartition, expected.logPartition))
      for (own, marginals) in zip(result.probabilities, expected.marginals) {
        #expect(distance(own, marginals.map { -2 * $0 }) < 2e-6, "sequence \(position)")
      }
      let transitions = expected.transitions.flatMap(\.self).map { -2 * $0 }
      #expect(distance(result.transitions, transitions) < 3e-6, "sequence \(position)")
    }
  }

  @Test(
    "sequences a few at a time, and without keeping anything, give the same bits",
    arguments: InstructionSet.supported, ChainProblem.all)
  func parts(set: InstructionSet, problem: ChainProblem) {
    let gradient = samples(problem.lengths.count, seed: 9)
    let whole = ChainDriver(problem, on: set).scaled(gradient: gradient)
    for part in [1, 2] {
      let result = ChainDriver(problem, on: set, part: part).scaled(gradient: gradient)
      #expect(result.lost == whole.lost)
      #expect(result.logPartitions.map(\.bitPattern) == whole.logPartitions.map(\.bitPattern))
      #expect(bits(result.transitions) == bits(whole.transitions))
      if !whole.lost.contains(1) {
        #expect(bits(result.probabilities) == bits(whole.probabilities))
      }
    }
    let forward = ChainDriver(problem, on: set, part: 2).scaled(keepsAll: false)
    for position in problem.lengths.indices where whole.lost[position] == 0 {
      #expect(forward.lost[position] == 0)
      #expect(
        forward.logPartitions[position].bitPattern == whole.logPartitions[position].bitPattern)
    }
  }

  @Test(
    "what is not lost at the edge of what a float can hold is right",
    arguments: InstructionSet.supported)
  func edge(set: InstructionSet) {
    var counts = (lost: 0, kept: 0)
    for seed in 0..<150 {
      let problem = ChainProblem(kind: .edge, tags: 6, lengths: [25, 12, 5], seed: UInt64(seed))
      let result = ChainDriver(problem, on: set).scaled()
      for (position, length) in problem.lengths.enumerated() {
        guard result.lost[position] == 0 else {
          counts.lost += 1
          continue
        }
        counts.kept += 1
        let expected = problem.reference.sumsByRecursion(problem.emissions(position))
        #expect(agree(result.logPartitions[position], expected.logPartition), "\(seed)")
        for step in 0..<length {
          let start = (problem.offsets[step] + position) * problem.tags
          let own = Array(result.probabilities[start..<start + problem.tags])
          #expect(distance(own, expected.marginals[step]) < 3e-6, "\(seed), step \(step)")
        }
      }
    }
    #expect(counts.lost > 50 && counts.kept > 50, "\(counts)")
  }

  /// Tags in one, in two and in more panels, with and without a ragged vector.
  static let wide = [15, 16, 17, 25, 33, 64, 70].map {
    ChainProblem(kind: .small, tags: $0, lengths: [12, 9, 9, 8, 3, 1], seed: UInt64($0))
  }

  @Test("many tags, by recursion", arguments: InstructionSet.supported, wide)
  func manyTags(set: InstructionSet, problem: ChainProblem) {
    let driver = ChainDriver(problem, on: set)
    let result = driver.scaled()
    var transitions = [Double](repeating: 0, count: problem.tags * problem.tags)
    for position in problem.lengths.indices {
      let emissions = problem.emissions(position)
      let expected = problem.reference.sumsByRecursion(emissions)
      let exact = driver.exact(position)
      #expect(result.lost[position] == 0)
      #expect(agree(result.logPartitions[position], expected.logPartition))
      #expect(agree(exact.logPartition, expected.logPartition))
      for (step, marginals) in expected.marginals.enumerated() {
        let start = (problem.offsets[step] + position) * problem.tags
        let own = Array(result.probabilities[start..<start + problem.tags])
        #expect(distance(own, marginals) < 2e-6)
        #expect(distance(exact.probabilities[step], marginals) < 2e-6)
      }
      let pairs = expected.transitions.flatMap(\.self)
      #expect(distance(exact.transitions, pairs) < 3e-6)
      for (place, pair) in pairs.enumerated() { transitions[place] += pair }
      let best = driver.bestPath(position)
      #expect(agree(best.score, problem.reference.bestScore(emissions), tolerance: 1e-12))
      #expect(best.score == problem.reference.score(best.tags, emissions))
    }
    #expect(distance(result.transitions, transitions) < 5e-6)
  }

  @Test("the best path", arguments: InstructionSet.supported, ChainProblem.all)
  func bestPath(set: InstructionSet, problem: ChainProblem) {
    let driver = ChainDriver(problem, on: set)
    for position in problem.lengths.indices {
      let emissions = problem.emissions(position)
      let (tags, score) = driver.bestPath(position)
      let best = problem.reference.rankedPaths(emissions).first
      #expect(agree(score, best?.score ?? -.infinity, tolerance: 1e-12))
      if let best { #expect(tags == best.tags) }
      #expect(tags.allSatisfy { $0 >= 0 && $0 < problem.tags })
    }
  }

  @Test("the best paths in order", arguments: InstructionSet.supported, ChainProblem.all)
  func bestPaths(set: InstructionSet, problem: ChainProblem) {
    let driver = ChainDriver(problem, on: set)
    for position in problem.lengths.indices {
      let ranked = problem.reference.rankedPaths(problem.emissions(position))
      for count in [1, 2, 7, 40] {
        let found = driver.bestPaths(count, position)
        let possible = found.prefix { $0.score > -.infinity }
        #expect(found.dropFirst(possible.count).allSatisfy { $0.score == -.infinity })
        #expect(possible.count == min(count, ranked.count))
        for (own, expected) in zip(possible, ranked) {
          #expect(agree(own.score, expected.score, tolerance: 1e-12))
          #expect(own.tags == expected.tags)
        }
        if let first = found.first, !ranked.isEmpty {
          #expect(first.score == driver.bestPath(position).score)
        }
      }
    }
  }

  @Test("the score of a path", arguments: InstructionSet.supported, ChainProblem.all)
  func pathScore(set: InstructionSet, problem: ChainProblem) {
    let driver = ChainDriver(problem, on: set)
    let tags = (0..<problem.rows).map { Int32($0 * 7 % problem.tags) }
    for position in problem.lengths.indices {
      let score = driver.withChain { chain in
        driver.withSequence(position, chain) { sequence in
          var sequence = sequence
          return driver.chains.path_score(&sequence, tags)
        }
      }
      let path = (0..<problem.lengths[position]).map { Int(tags[problem.offsets[$0] + position]) }
      let expected = problem.reference.score(path, problem.emissions(position))
      #expect(agree(score, expected, tolerance: 1e-12))
    }
  }
}

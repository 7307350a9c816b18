import CLembraKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The rows of a matrix in Double.
private func doubleRows(_ x: [Float], _ rows: Int, _ columns: Int) -> [[Double]] {
  (0..<rows).map { x[($0 * columns)..<(($0 + 1) * columns)].map(Double.init) }
}

private func softmax(_ x: [Double]) -> [Double] {
  let largest = x.max() ?? 0
  let exponentials = x.map { exp($0 - largest) }
  return exponentials.map { $0 / exponentials.reduce(0, +) }
}

@Suite("Row kernels: softmax, losses, layer normalisation")
struct RowKernelTests {
  @Test("softmax and log-softmax follow their references", arguments: InstructionSet.supported)
  func softmaxes(set: InstructionSet) {
    for (rows, columns) in oddShapes {
      let count = rows * columns, x = samples(count, in: -3...3), kernels = set.rows
      let y = written(count) { kernels.softmax(x, $0, rows, columns) }
      let logs = written(count) { kernels.log_softmax(x, $0, rows, columns) }
      let reference = doubleRows(x, rows, columns).map(softmax)
      let worst = zip(y, reference.joined()).map { distanceInUlps($0, $1) }.max() ?? 0
      // x - max is rounded: half an ulp of 6 is 4 ulps of its exponential.
      #expect(worst <= 6, "[\(rows), \(columns)]")
      expectClose(logs, reference.joined().map { log($0) }, tolerance: 2e-7)
      #expect(bits(updated(x) { kernels.softmax($0, $0, rows, columns) }) == bits(y))
      #expect(bits(updated(x) { kernels.log_softmax($0, $0, rows, columns) }) == bits(logs))
    }
  }

  @Test(
    "softmax is unmoved by large numbers and gives 0 to -inf", arguments: InstructionSet.supported)
  func softmaxExtremes(set: InstructionSet) {
    let x: [Float] = [3e38, -.infinity, 3e38, -3e38, -.infinity]
    let y = written(5) { set.rows.softmax(x, $0, 1, 5) }
    let log = written(5) { set.rows.log_softmax(x, $0, 1, 5) }
    #expect(y == [0.5, 0, 0.5, 0, 0])
    #expect(log[1] == -.infinity && abs(log[0] + 0.6931472) < 1e-7)
    let undefined: [[Float]] = [[-.infinity, -.infinity], [1, .nan], [.nan, 1], [.infinity, 1]]
    for row in undefined {
      #expect(written(2) { set.rows.softmax(row, $0, 1, 2) }.contains { $0.isNaN }, "\(row)")
      #expect(written(2) { set.rows.log_softmax(row, $0, 1, 2) }.contains { $0.isNaN }, "\(row)")
    }
  }

  @Test("softmax pullbacks follow their references", arguments: InstructionSet.supported)
  func softmaxPullbacks(set: InstructionSet) {
    for (rows, columns) in oddShapes {
      let count = rows * columns, x = samples(count, in: -3...3), g = samples(count, seed: 2)
      let y = written(count) { set.rows.softmax(x, $0, rows, columns) }
      let log = written(count) { set.rows.log_softmax(x, $0, rows, columns) }
      let pulled = written(count) { set.rows.softmax_pullback(y, g, $0, rows, columns) }
      let logPulled = written(count) { set.rows.log_softmax_pullback(log, g, $0, rows, columns) }
      var reference: [Double] = [], logReference: [Double] = []
      for (x, g) in zip(doubleRows(x, rows, columns), doubleRows(g, rows, columns)) {
        let y = softmax(x)
        let mean = zip(y, g).map(*).reduce(0, +), sum = g.reduce(0, +)
        reference += zip(y, g).map { $0 * ($1 - mean) }
        logReference += zip(y, g).map { $1 - $0 * sum }
      }
      expectClose(pulled, reference, tolerance: 1e-6)
      expectClose(logPulled, logReference, tolerance: 1e-6)
      #expect(updated(y) { set.rows.softmax_pullback($0, g, $0, rows, columns) } == pulled)
      #expect(updated(g) { set.rows.log_softmax_pullback(log, $0, $0, rows, columns) } == logPulled)
    }
  }

  @Test(
    "the loss of classes skips negative targets, forward and back",
    arguments: InstructionSet.supported)
  func losses(set: InstructionSet) {
    for (rows, columns) in oddShapes where columns > 0 {
      let count = rows * columns, kernels = set.rows
      let x = samples(count, in: -3...3), g = samples(rows, seed: 2)
      let targets = (0..<rows).map { Int32($0 % 3 == 1 ? -1 : ($0 * 7) % columns) }
      let y = written(count) { kernels.log_softmax(x, $0, rows, columns) }
      let losses = written(rows) { kernels.negative_log_likelihood(y, targets, $0, rows, columns) }
      let sparse = written(count) {
        kernels.negative_log_likelihood_pullback(targets, g, $0, rows, columns)
      }
      let pulled = written(count) {
        kernels.cross_entropy_pullback(y, targets, g, $0, rows, columns)
      }
      let probabilities = doubleRows(x, rows, columns).map(softmax)
      var reference: [Double] = []
      for row in 0..<rows {
        let target = Int(targets[row])
        #expect(losses[row] == (target < 0 ? 0 : -y[row * columns + target]))
        for column in 0..<columns {
          #expect(sparse[row * columns + column] == (column == target ? -g[row] : 0))
          let error = probabilities[row][column] - (column == target ? 1 : 0)
          reference.append(target < 0 ? 0 : Double(g[row]) * error)
        }
      }
      expectClose(pulled, reference, tolerance: 1e-6)
      #expect(
        updated(y) { kernels.cross_entropy_pullback($0, targets, g, $0, rows, columns) } == pulled)
    }
  }

  @Test(
    "layer normalisation and its pullbacks follow their references",
    arguments: InstructionSet.supported, [true, false])
  func layerNormalisation(set: InstructionSet, scaled: Bool) {
    for (rows, columns) in oddShapes where columns > 0 {
      let count = rows * columns, kernels = set.rows
      let x = samples(count, in: -3...5), g = samples(count, seed: 2)
      let gamma = samples(columns, seed: 3), beta = samples(columns, seed: 4)
      let factors = scaled ? gamma.map(Double.init) : gamma.map { _ in 1.0 }
      var y: [Double] = [], dx: [Double] = []
      var dGamma = [Double](repeating: 0, count: columns), dBeta = dGamma
      for (x, g) in zip(doubleRows(x, rows, columns), doubleRows(g, rows, columns)) {
        let n = Double(columns), mean = x.reduce(0, +) / n
        let inverse = 1 / (x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / n + 1e-3).squareRoot()
        let z = x.map { ($0 - mean) * inverse }, h = zip(g, factors).map(*)
        let meanH = h.reduce(0, +) / n, meanHZ = zip(h, z).map(*).reduce(0, +) / n
        for c in 0..<columns {
          y.append(z[c] * factors[c] + (scaled ? Double(beta[c]) : 0))
          dx.append(inverse * (h[c] - meanH - z[c] * meanHZ))
          dGamma[c] += g[c] * z[c]
          dBeta[c] += g[c]
        }
      }

      var mean: [Float] = [], inverse: [Float] = []
      let forward = written(count) { out in
        mean = written(rows) { mean in
          inverse = written(rows) { inverse in
            gamma.withUnsafeBufferPointer { gamma in
              beta.withUnsafeBufferPointer { beta in
                kernels.layer_norm(
                  x, scaled ? gamma.baseAddress : nil, scaled ? beta.baseAddress : nil, 1e-3, out,
                  mean, inverse, rows, columns, columns)
              }
            }
          }
        }
      }
      expectClose(forward, y, tolerance: 1e-6)
      let backward = written(count) { out in
        gamma.withUnsafeBufferPointer { gamma in
          kernels.layer_norm_pullback(
            x, scaled ? gamma.baseAddress : nil, mean, inverse, g, out, rows, columns,
            columns)
        }
      }
      // A column of one has no gradient but rounding.
      expectClose(backward, columns == 1 ? dx.map { _ in 0 } : dx, tolerance: 3e-6)
      var betaGradient: [Float] = []
      let gammaGradient = written(columns) { gamma in
        betaGradient = written(columns) { beta in
          kernels.layer_norm_parameter_pullback(
            x, mean, inverse, g, columns, gamma, beta, rows, columns)
        }
      }
      expectClose(gammaGradient, dGamma, tolerance: 1e-6)
      expectClose(betaGradient, dBeta, tolerance: 1e-6)
    }
  }

  @Test(
    "the pullback of layer normalisation in place adds up what every few rows make of the parameters",
    arguments: InstructionSet.supported)
  func layerNormalisationInPlace(set: InstructionSet) {
    let kernels = set.rows, few = Int(lembra_summed_rows)
    for (rows, columns) in oddShapes + [(11, 64), (9, 130)] where rows * columns > 0 {
      // The sums begin with something, and have more columns than are added to.
      let width = columns + 3, places = (rows + few - 1) / few * width
      let x = samples(rows * columns, in: -3...5), g = samples(rows * columns, seed: 2)
      let gamma = samples(columns, seed: 3), start = samples(places, seed: 4)
      let mean = samples(rows, seed: 5), inverse = samples(rows, in: 0.5...2, seed: 6)
      var gammaSums = start.map(Double.init), betaSums = gammaSums
      for row in 0..<rows {
        for column in 0..<columns {
          let at = row * columns + column, place = row / few * width + column
          let z = (Double(x[at]) - Double(mean[row])) * Double(inverse[row])
          gammaSums[place] += Double(g[at]) * z
          betaSums[place] += Double(g[at])
        }
      }
      var (pulled, ownBetaSums) = ([Float](), [Float]())
      let ownGammaSums = updated(start) { gammaSums in
        ownBetaSums = updated(start) { betaSums in
          pulled = updated(x) {
            kernels.layer_norm_pullback_in_place(
              $0, gamma, mean, inverse, g, gammaSums, betaSums, width, rows, columns, columns)
          }
        }
      }
      let apart = written(rows * columns) {
        kernels.layer_norm_pullback(x, gamma, mean, inverse, g, $0, rows, columns, columns)
      }
      #expect(bits(pulled) == bits(apart))
      expectClose(ownGammaSums, gammaSums)
      expectClose(ownBetaSums, betaSums)
      for place in 0..<places where place % width >= columns {
        #expect(ownGammaSums[place] == start[place] && ownBetaSums[place] == start[place])
      }
    }
  }

  @Test(
    "a row gives the same bits alone as among others", arguments: InstructionSet.supported,
    [1, 5, 17, 70])
  func independence(set: InstructionSet, columns: Int) {
    let kernels = set.rows, rows = 9, x = samples(rows * columns), g = samples(rows * columns)
    let functions: [(Int, Int, UnsafeMutablePointer<Float>) -> Void] = [
      { first, rows, out in
        kernels.softmax(Array(x[(first * columns)...]), out, rows, columns)
      },
      { first, rows, out in
        kernels.log_softmax(Array(x[(first * columns)...]), out, rows, columns)
      },
      { first, rows, out in
        let from = first * columns
        kernels.softmax_pullback(Array(x[from...]), Array(g[from...]), out, rows, columns)
      },
      { first, rows, out in
        let mean = UnsafeMutablePointer<Float>.allocate(capacity: 2 * rows)
        defer { mean.deallocate() }
        kernels.layer_norm(
          Array(x[(first * columns)...]), nil, nil, 1e-5, out, mean, mean + rows, rows, columns,
          columns)
      },
    ]
    for function in functions {
      let whole = written(rows * columns) { function(0, rows, $0) }
      let alone = (0..<rows).flatMap { row in written(columns) { function(row, 1, $0) } }
      #expect(bits(whole) == bits(alone))
    }
  }
}

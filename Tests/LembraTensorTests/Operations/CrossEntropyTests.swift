import LembraTensor
import LembraTestSupport
import Testing

@Suite("Cross entropies with weights, and those of affine maps")
struct CrossEntropyTests {
  /// PyTorch's definition, for each row.
  private func reference(
    _ logits: Reference, _ targets: [Int?], weights: [Double]?, smoothing: Double
  ) -> Reference {
    let rows = logits.logSoftmax().rows
    return Reference(
      zip(rows, targets).map { row, target in
        guard let target else { return 0 }
        func weight(_ c: Int) -> Double { weights?[c] ?? 1 }
        let all = row.indices.reduce(0) { $0 - weight($1) * row[$1] }
        return -(1 - smoothing) * weight(target) * row[target]
          + smoothing / Double(row.count) * all
      }, shape: [rows.count])
  }

  @Test(
    "class weights and label smoothing", arguments: [Shape([1, 1]), [3, 5], [4, 17], [2, 40]],
    [Float(0), 0.1, 0.9])
  func weighted(shape: Shape, smoothing: Float) {
    let targets: [Int?] = (0..<shape.rows).map { $0 % 3 == 1 ? nil : $0 * 5 % shape.columns }
    for weights in [nil, random([shape.columns], in: 0.1...2, seed: 3)] {
      let faults = checkGradients(of: [random(shape, in: -4...4)]) {
        $0[0].crossEntropies(targets, classWeights: weights, labelSmoothing: smoothing)
      } matching: {
        reference(
          $0[0], targets, weights: weights.map { $0.array.map(Double.init) },
          smoothing: Double(smoothing))
      }
      #expect(faults == [])
    }
  }

  @Test("weights of 1 and no smoothing change nothing but the last digits")
  func plain() {
    let x = random([6, 9])
    let targets: [Int?] = [1, 8, nil, 0, 4, 4]
    let ones = Tensor(repeating: 1, shape: [9])
    let plain = x.crossEntropies(targets)
    #expect(relativeError(x.crossEntropies(targets, classWeights: ones), plain) < 1e-6)
  }

  @Test(
    "the loss of an affine map is that of its logits, to the bit, and so are the gradients",
    arguments: [1, 7, 256, 300, 600], [true, false])
  func affine(rows: Int, isWeighted: Bool) {
    let x = random([rows, 12], seed: 1)
    let (weight, bias) = (random([33, 12], seed: 2), random([33], seed: 3))
    let targets: [Int?] = (0..<rows).map { $0 % 5 == 2 ? nil : $0 * 7 % 33 }
    let weights = isWeighted ? random([33], in: 0.1...2, seed: 4) : nil
    let smoothing: Float = isWeighted ? 0.1 : 0
    func results(fused: Bool, tracking: Set<Int>) -> [Tensor] {
      let tape = Tape()
      let inputs = [x, weight, bias].enumerated().map {
        tracking.contains($0) ? tape.leaf($1) : $1
      }
      let loss: Tensor
      if fused {
        loss = inputs[0].affineCrossEntropy(
          inputs[1], inputs[2], targets: targets, classWeights: weights,
          labelSmoothing: smoothing)
      } else {
        let total = targets.reduce(0.0) { sum, target in
          target.map { sum + Double(weights?.array[$0] ?? 1) } ?? sum
        }
        loss =
          inputs[0].affine(inputs[1], inputs[2])
          .crossEntropies(targets, classWeights: weights, labelSmoothing: smoothing)
          .sum() / Float(total)
      }
      return [loss.detached] + tape.gradients(of: loss).compactMap { $0 }
    }
    for tracking: Set<Int> in [[], [0], [1], [2], [0, 1, 2]] {
      let (fused, plain) = (
        results(fused: true, tracking: tracking), results(fused: false, tracking: tracking)
      )
      #expect(fused.count == tracking.count + 1)
      #expect(zip(fused, plain).allSatisfy { sameBits($0, $1) }, "\(tracking)")
    }
  }

  @Test("the loss of an affine map without a bias, times a number")
  func scaled() {
    let targets: [Int?] = [3, nil, 0]
    let faults = checkGradients(of: [random([3, 5]), random([4, 5], seed: 2)]) {
      $0[0].affineCrossEntropy($0[1], targets: targets) * 3
    } matching: {
      reference($0[0].affine($0[1]), targets, weights: nil, smoothing: 0).sum()
        .map { $0 / 2 * 3 }
    }
    #expect(faults == [])
  }

  @Test("any number of threads gives the same bits")
  func threads() {
    let x = random([500, 40])
    let (weight, bias) = (random([700, 40], seed: 2), random([700], seed: 3))
    let targets: [Int?] = (0..<500).map { $0 * 3 % 700 }
    #expect(
      isSameOnAnyNumberOfThreads {
        let tape = Tape()
        let (x, weight, bias) = (tape.leaf(x), tape.leaf(weight), tape.leaf(bias))
        let loss = x.affineCrossEntropy(weight, bias, targets: targets)
        return [loss.detached] + tape.gradients(of: loss).compactMap { $0 }
      })
    let ones = Tensor(repeating: 1, shape: [700])
    #expect(
      isSameOnAnyNumberOfThreads {
        let tape = Tape()
        let logits = tape.leaf(random([500, 700]))
        let losses = logits.crossEntropies(targets, classWeights: ones, labelSmoothing: 0.1)
        return [losses.detached] + tape.gradients(of: losses.squared().sum()).compactMap { $0 }
      })
  }

  @Test("weights that do not fit, and no row that counts")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 3]).crossEntropies([0, 1], classWeights: Tensor(zeros: [2]))
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 3]).crossEntropies([0, 1], labelSmoothing: 1.5)
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 3]).affineCrossEntropy(Tensor(zeros: [4, 3]), targets: [nil, nil])
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 3]).affineCrossEntropy(Tensor(zeros: [4, 2]), targets: [0, 1])
    }
  }
}

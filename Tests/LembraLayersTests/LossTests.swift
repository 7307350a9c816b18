import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Losses")
struct LossTests {
  private let prediction = Tensor([1, 2, -3, 0], shape: [2, 2])
  private let target = Tensor([1, 4, -2.5, -3], shape: [2, 2])

  @Test("values worked out by hand")
  func values() {
    // The differences are 0, -2, -0.5 and 3.
    #expect(prediction.meanSquaredError(to: target).scalar == 13.25 / 4)
    #expect(prediction.meanAbsoluteError(to: target).scalar == 5.5 / 4)
    #expect(prediction.huberLoss(to: target).scalar == 4.125 / 4)
    #expect(prediction.huberLoss(to: target, threshold: 2).scalar == 6.125 / 4)
    let logits = Tensor([log(1), log(3), log(2), log(2)], shape: [2, 2])
    let expected: [Float] = [log(4 / 3), log(2)]
    #expect(abs(logits.crossEntropy([1, nil]).scalar - expected[0]) < 1e-6)
    #expect(abs(logits.crossEntropy([nil, 0]).scalar - expected[1]) < 1e-6)
    let mean = (expected[0] + expected[1]) / 2
    #expect(abs(logits.crossEntropy([1, 0]).scalar - mean) < 1e-6)
  }

  @Test("gradients", arguments: [Shape([1]), [7], [3, 5], [2, 3, 5]])
  func gradients(shape: Shape) {
    let inputs = [random(shape, in: -3...3, seed: 1), random(shape, in: -3...3, seed: 2)]
    let count = Double(shape.count)
    let losses: [((Tensor, Tensor) -> Tensor, (Double) -> Double)] = [
      ({ $0.meanSquaredError(to: $1) }, { $0 * $0 }),
      ({ $0.meanAbsoluteError(to: $1) }, { abs($0) }),
      (
        { $0.huberLoss(to: $1, threshold: 1.5) },
        { abs($0) < 1.5 ? $0 * $0 / 2 : 1.5 * (abs($0) - 0.75) }
      ),
    ]
    for (loss, reference) in losses {
      let faults = checkGradients(of: inputs) {
        loss($0[0], $0[1])
      } matching: {
        ($0[0] - $0[1]).map(reference).sum().map { $0 / count }
      }
      #expect(faults == [])
    }
  }

  @Test("rows without a class do not count in the mean")
  func uncounted() {
    let targets: [Int?] = [2, nil, 0, nil, 4]
    let faults = checkGradients(of: [random([5, 5])]) {
      $0[0].crossEntropy(targets)
    } matching: {
      let rows = $0[0].logSoftmax().rows
      return Reference(-(rows[0][2] + rows[2][0] + rows[4][4]) / 3)
    }
    #expect(faults == [])
  }

  @Test("class weights and label smoothing, with the mean that PyTorch takes")
  func weightedClasses() {
    let targets: [Int?] = [2, nil, 0, 2, 1]
    let weights: [Double] = [0.5, 2, 1.25]
    let constants = Tensor(weights.map(Float.init), shape: [3])
    for (classWeights, smoothing) in [(constants, Float(0)), (constants, 0.1), (nil, 0.1)] {
      func weight(_ c: Int) -> Double { classWeights == nil ? 1 : weights[c] }
      let faults = checkGradients(of: [random([5, 3])]) {
        $0[0].crossEntropy(targets, classWeights: classWeights, labelSmoothing: smoothing)
      } matching: {
        let epsilon = Double(smoothing)
        var (sum, total) = (0.0, 0.0)
        for (row, target) in zip($0[0].logSoftmax().rows, targets) {
          guard let target else { continue }
          sum -= (1 - epsilon) * weight(target) * row[target]
          for c in 0..<3 { sum -= epsilon / 3 * weight(c) * row[c] }
          total += weight(target)
        }
        return Reference(sum / total)
      }
      #expect(faults == [])
    }
  }

  @Test("binary cross entropy of labels that do not exclude each other")
  func binary() {
    let targets = Reference(random([4, 3], in: 0...1, seed: 2))
    for weights in [nil, Tensor([0.5, 2, 1.5], shape: [3])] {
      let factors = weights.map { Reference($0) } ?? Reference([1, 1, 1], shape: [3])
      let faults = checkGradients(of: [random([4, 3], in: -6...6)]) {
        $0[0].binaryCrossEntropy(to: targets.tensor, positiveWeights: weights)
      } matching: {
        let p = $0[0].map { 1 / (1 + exp(-$0)) }
        let missed = targets * factors * p.map { log($0) }
        let wrong = targets.map { 1 - $0 } * p.map { log(1 - $0) }
        return (missed + wrong).sum().map { -$0 / 12 }
      }
      #expect(faults == [])
    }
  }

  @Test("a binary cross entropy neither overflows nor loses what is small")
  func binaryExtremes() {
    let logits = Tensor([200, -200, 20, -200, 200, -20], shape: [6])
    let targets = Tensor([1, 0, 1, 1, 0, 0], shape: [6])
    let each = (0..<6).map {
      logits.rows($0..<$0 + 1).binaryCrossEntropy(to: targets.rows($0..<$0 + 1)).scalar
    }
    let small: Float = 2.0611537e-9
    #expect(each[0] == 0 && each[1] == 0 && each[3] == 200 && each[4] == 200)
    #expect(abs(each[2] - small) < 1e-6 * small && abs(each[5] - small) < 1e-6 * small)
  }

  @Test("shapes that differ, and no row that counts")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [3]).meanSquaredError(to: Tensor(zeros: [3, 1]))
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 3]).crossEntropy([nil, nil])
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 3]).binaryCrossEntropy(to: Tensor(zeros: [3, 2]))
    }
    await #expect(processExitsWith: .failure) {
      let weights = Tensor(zeros: [2])
      _ = Tensor(zeros: [2, 3]).binaryCrossEntropy(
        to: Tensor(zeros: [2, 3]), positiveWeights: weights)
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [0]).meanAbsoluteError(to: Tensor(zeros: [0]))
    }
  }
}

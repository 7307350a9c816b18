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

  @Test("shapes that differ, and no row that counts")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [3]).meanSquaredError(to: Tensor(zeros: [3, 1]))
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 3]).crossEntropy([nil, nil])
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [0]).meanAbsoluteError(to: Tensor(zeros: [0]))
    }
  }
}

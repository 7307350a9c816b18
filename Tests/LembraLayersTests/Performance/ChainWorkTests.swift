import CAllocationCounter
import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// A chain of 25 tags and 32 sequences of up to 50 steps: what `Benchmarks/crf_peer.py` times.
private struct ChainWork: Module {
  var crf = LinearChainCRF(tagCount: 25, key: RandomKey(seed: 1))
  var rows: Tensor
  let layout: SequenceLayout
  let tags: [Int]

  init(steps: Int = 50, scale: Float = 3) {
    layout = SequenceLayout(count: 32, length: steps)
    rows = random([layout.rowCount, 25], in: -scale...scale)
    tags = (0..<layout.rowCount).map { $0 * 7 % 25 }
  }

  var batch: SequenceBatch { SequenceBatch(rows: rows, layout: layout) }

  func train() {
    _ = valueAndGradients(of: self) {
      $0.crf.negativeLogLikelihoods(emissions: $0.batch, tags: $0.tags).mean()
    }
  }

  func infer() { _ = crf.logPartitions(batch) }

  func decode() { _ = crf.decode(batch) }

  /// A product with as many multiply-adds as a forward recursion: a vector of 25 tags has 32 lanes.
  static func product() -> () -> Void {
    let (a, b) = (random([32 * 50, 25]), random([25, 32]))
    return { _ = a.matmul(b) }
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("crf", &crf)
    walk("rows", &rows)
  }
}

extension PerformanceTests {
  @Suite("Chains", .disabled(if: counter_is_sanitized(), "a sanitizer makes some work slower"))
  struct ChainWorkTests {
    #if !DEBUG
      @Test(
        "allocate as often for 500 steps as for 10",
        .enabled(if: counter_is_available(), "allocations are not counted here"))
      func perStep() async {
        await #expect(processExitsWith: .success) {
          withThreadLimit(1) {
            // With this in use the pool keeps whatever it is given, however the calls differ.
            let ballast = BufferPool.shared.take(floats: 1 << 24)
            let counts = [10, 500].map { steps in
              let work = ChainWork(steps: steps)
              for _ in 0..<3 { work.train() }
              return allocations(in: work.train)
            }
            #expect(counts[0] == counts[1], "\(counts)")
            BufferPool.shared.give(ballast, floats: 1 << 24)
          }
        }
      }

      // What was measured, with AVX2 and with SSE2, is beside each bound; see `WorkTests`.

      @Test("the forward recursion takes a few times as long as its matrix product")
      func inference() async {
        await #expect(processExitsWith: .success) {
          // 1.8 to 3.2
          expect(ChainWork().infer, toTakeAtMost: 6.5, of: ChainWork.product())
        }
      }

      @Test("training takes a few times as long as the matrix products of it")
      func training() async {
        await #expect(processExitsWith: .success) {
          // 4.7 to 8.3
          expect(ChainWork().train, toTakeAtMost: 18, of: ChainWork.product())
        }
      }

      @Test("the best paths take a few times as long")
      func decoding() async {
        await #expect(processExitsWith: .success) {
          // 2.3 to 5.1
          expect(ChainWork().decode, toTakeAtMost: 12, of: ChainWork.product())
        }
      }

      @Test("scores too far apart for a float take some twenty times as long, not a hundred")
      func exact() async {
        await #expect(processExitsWith: .success) {
          // 20 to 23
          expect(ChainWork(scale: 50).train, toTakeAtMost: 45, of: ChainWork().train)
        }
      }

      @Test("the time of a call, printed for a comparison with other libraries")
      func times() {
        let work = ChainWork()
        for (mode, call) in [("training", work.train), ("decoding", work.decode)] {
          for threads in 1...2 {
            let seconds = withThreadLimit(threads) { medianSeconds(call) }
            print("crf 32x50x25, \(mode), \(threads) threads: \(Int(seconds * 1e6)) µs")
          }
        }
      }
    #endif
  }
}

#if !DEBUG
  /// The median time of one call of a few hundred.
  private func medianSeconds(_ call: () -> Void) -> Double {
    let clock = ContinuousClock()
    let samples = (0..<400).map { _ in clock.measure(call) / .seconds(1) }
    return samples.sorted()[samples.count / 2]
  }
#endif

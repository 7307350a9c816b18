import CAllocationCounter
import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

#if !DEBUG
  extension PerformanceTests {
    @Suite("Work", .disabled(if: counter_is_sanitized(), "a sanitizer makes some work slower"))
    struct WorkTests {
      // What was measured, on every instruction set of an x86 processor, is beside each bound. A
      // busy machine changes it by a twentieth; work done twice is far beyond the bound.

      @Test("inference of an LSTM takes little more than its matrix product")
      func inference() async {
        await #expect(processExitsWith: .success) {
          // 1.00 to 1.04
          expect(lstm().infer, toTakeAtMost: 1.6, of: product())
        }
      }

      @Test("training an LSTM takes little more than its three matrix products")
      func training() async {
        await #expect(processExitsWith: .success) {
          // 2.81 to 3.21
          expect(lstm().train, toTakeAtMost: 4.4, of: product())
        }
      }

      @Test("sequences half as long on average take little more than half the time")
      func ragged() async {
        await #expect(processExitsWith: .success) {
          let full = lstm()
          let falling = lstm { 20 - $0 * 20 / 32 }
          let mixed = lstm { 20 - $0 * 13 % 32 * 20 / 32 }
          // 0.52 to 0.55, where 0.54 of the rows are left
          expect(falling.infer, toTakeAtMost: 0.65, of: full.infer)
          expect(mixed.infer, toTakeAtMost: 0.65, of: full.infer)
          expect(falling.train, toTakeAtMost: 0.65, of: full.train)
          expect(mixed.train, toTakeAtMost: 0.65, of: full.train)
        }
      }
    }
  }

  /// An LSTM and 32 sequences of up to 20 steps.
  private func lstm(
    _ length: (_ sequence: Int) -> Int = { _ in 20 }
  ) -> LayerWithInput<LSTM> {
    LayerWithInput(
      LSTM(LSTMCell(inputSize: 128, hiddenSize: 128, key: RandomKey(seed: 63))),
      SequenceBatch(lengths: (0..<32).map(length), features: 128))
  }

  /// A matrix product with as many multiply-adds as a run of `lstm()`.
  private func product() -> () -> Void {
    let (a, b) = (random([32 * 20, 128 + 128]), random([128 + 128, 4 * 128]))
    return { _ = a.matmul(b) }
  }

  /// Expects that `work` takes at most `factor` times as long as `reference`, on one thread.
  ///
  /// The shortest of many calls are compared, which take turns and are timed by the clock of the
  /// thread. That is repeated up to five times, for the case that it was disturbed nevertheless.
  func expect(
    _ work: () -> Void, toTakeAtMost factor: Double, of reference: () -> Void,
    at location: SourceLocation = #_sourceLocation
  ) {
    var ratios: [Double] = []
    withThreadLimit(1) {
      repeat {
        var shortest = (work: Double.infinity, reference: Double.infinity)
        for _ in 0..<60 {
          shortest.work = min(shortest.work, seconds(work))
          shortest.reference = min(shortest.reference, seconds(reference))
        }
        ratios.append(shortest.work / shortest.reference)
      } while ratios.count < 5 && !ratios.contains { $0 <= factor }
    }
    #expect(
      ratios.contains { $0 <= factor }, "took \(ratios) times as long, not \(factor)",
      sourceLocation: location)
  }

  /// The time that this thread spends in `body`, without that of others on the same processor.
  private func seconds(_ body: () -> Void) -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
    let start = now()
    body()
    return now() - start
  }
#endif

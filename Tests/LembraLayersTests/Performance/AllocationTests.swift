import CAllocationCounter
import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private final class Thing {}

extension PerformanceTests {
  @Suite("Allocations", .enabled(if: counter_is_available(), "allocations are not counted here"))
  struct AllocationTests {
    @Test("are counted: objects, arrays and memory that is aligned")
    func counting() {
      var things: [Thing] = []
      things.reserveCapacity(100)
      #expect(allocations { for _ in 0..<100 { things.append(Thing()) } } >= 100)
      #expect(allocations { things = Array(things.reversed()) } >= 1)
      var block: UnsafeMutableRawPointer?
      #expect(allocations { block = .allocate(byteCount: 4096, alignment: 4096) } == 1)
      #expect(UInt(bitPattern: block) % 4096 == 0)
      block?.deallocate()
      #expect(allocations {} == 0)
    }

    @Test("are more for more steps where a cell has no kernels and its step is repeated")
    func repeatedSteps() {
      let cell = MinimalGatedCell(inputSize: 3, hiddenSize: 4, key: RandomKey(seed: 1))
      let counts = [10, 100].map { steps in
        let subject = LayerWithInput(Recurrent(cell), SequenceBatch(lengths: [steps], features: 3))
        return allocations(in: subject.infer)
      }
      #expect(counts[1] - counts[0] >= 90)
    }

    #if !DEBUG
      @Test(
        "of a call are as many for 1,000 steps as for 10", .timeLimit(.minutes(2)),
        arguments: RecurrentNetwork.allCases)
      func perStep(network: RecurrentNetwork) async {
        await #expect(processExitsWith: .success) { [network] in
          withThreadLimit(1) {
            // With this in use the pool keeps whatever it is given, however the calls differ.
            let ballast = BufferPool.shared.take(floats: 1 << 24)
            for isRagged in [false, true] {
              let (few, many) = (network.counts(10, isRagged), network.counts(1000, isRagged))
              #expect(few == many, "\(few) in 10 steps, \(many) in 1,000, ragged: \(isRagged)")
            }
            BufferPool.shared.give(ballast, floats: 1 << 24)
          }
        }
      }
    #endif
  }
}

#if !DEBUG
  extension RecurrentNetwork {
    /// How often a call allocates, in inference and in training, when it is not the first.
    fileprivate func counts(_ steps: Int, _ isRagged: Bool) -> [Int] {
      let lengths = (1...10).map { isRagged ? steps * $0 / 10 : steps }
      let (infer, train) = calls(lengths: lengths)
      return [infer, train].map { call in
        for _ in 0..<3 { call() }
        return allocations(in: call)
      }
    }
  }
#endif

import CAllocationCounter
import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

#if !DEBUG
  extension PerformanceTests {
    @Suite("Memory", .disabled(if: BufferPool.shared.isOff, "the pool of memory is off"))
    struct PoolTests {
      @Test(
        "a training step in the steady state takes no block from the system",
        .timeLimit(.minutes(2)), arguments: RecurrentNetwork.allCases)
      func training(network: RecurrentNetwork) async {
        await #expect(processExitsWith: .success) { [network] in
          withThreadLimit(1) {
            let calls = [[30, 30, 30, 30], [7, 31, 12, 1, 24]].map { network.calls(lengths: $0) }
            for call in calls {
              for _ in 0..<5 { call.train() }
              let (usage, blocks) = (BufferPool.shared.usage, BufferPool.shared.blocksFromSystem)
              for _ in 0..<50 { call.train() }
              let taken = BufferPool.shared.blocksFromSystem - blocks
              #expect(taken == 0, "\(taken) blocks in 50 steps")
              #expect(BufferPool.shared.usage == usage)
            }
          }
        }
      }

      @Test(
        "a step of a session makes four objects, and takes no memory from the system",
        .timeLimit(.minutes(2)))
      func session() async {
        await #expect(processExitsWith: .success) {
          withThreadLimit(1) {
            let key = RandomKey(seed: 62)
            var session = Session(LSTM(LSTMCell(inputSize: 64, hiddenSize: 128, key: key)))
            let row = random([64], in: -1...1)
            for _ in 0..<10 { _ = session.step(row) }
            let (usage, blocks) = (BufferPool.shared.usage, BufferPool.shared.blocksFromSystem)
            let count = allocations { for _ in 0..<1000 { _ = session.step(row) } }
            #expect(count <= 1000 * 4, "\(count) objects in 1,000 steps")
            #expect(BufferPool.shared.usage == usage)
            #expect(BufferPool.shared.blocksFromSystem == blocks)
          }
        }
      }
    }
  }
#endif

import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if os(Linux)
  /// The megabytes of memory that this process holds, as the kernel counts them.
  private func residentMegabytes() throws -> Double {
    let statistics = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = try #require(
      statistics.split(separator: " ").dropFirst().first.flatMap { Double($0) })
    return pages * 4096 / 1_048_576
  }

  /// Whether the address sanitizer runs, which holds on to freed memory for a while.
  private var isAddressSanitized: Bool { dlsym(nil, "__asan_init") != nil }

  @Suite("Memory does not grow with training")
  struct MemoryTests {
    @Test(
      "resident memory is flat over batches of random lengths",
      .disabled(if: isAddressSanitized, "the address sanitizer keeps freed memory"),
      .timeLimit(.minutes(5)))
    func flat() async {
      // In a process of its own: other tests take memory too.
      await #expect(processExitsWith: .success) {
        #if DEBUG
          let (warmUp, steps) = (60, 400)
        #else
          let (warmUp, steps) = (300, 2000)
        #endif
        var generator = RandomGenerator(RandomKey(seed: 17))
        var model = LSTM(LSTMCell(inputSize: 8, hiddenSize: 32, key: RandomKey(seed: 1)))
        func step(_ index: Int) {
          let lengths = (0..<Int.random(in: 1...16, using: &generator)).map { _ in
            Int.random(in: 1...60, using: &generator)
          }
          let batch = SequenceBatch(
            lengths.map { random([$0, 8], seed: UInt64(index * 100 + $0)) })
          let (_, gradients) = valueAndGradients(of: model) {
            $0(batch).output.rows.squared().mean()
          }
          var place = 0
          model.updateParameters { _, parameter in
            if let gradient = gradients.values[place] { parameter = parameter - gradient * 0.01 }
            place += 1
          }
        }
        for index in 0..<warmUp { step(index) }
        let before = try residentMegabytes()
        for index in warmUp..<warmUp + steps { step(index) }
        let growth = try residentMegabytes() - before
        #expect(growth < 4)
      }
    }
  }
#endif

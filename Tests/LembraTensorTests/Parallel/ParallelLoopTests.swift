import LembraTensor
import LembraTestSupport
import Testing

@Suite("Loops whose items threads take in turn")
struct ParallelLoopTests {
  @Test("every item is done once, and results keep their order", arguments: [0, 1, 2, 7, 100])
  func order(count: Int) {
    for threads in 1...3 {
      let results = withThreadLimit(threads) {
        mapInTurn(over: count) { index in
          // Unlike costs, so that threads are done at different times.
          (0..<(index % 5) * 1_000).reduce(0) { $0 &+ $1 & 1 } + index * 10_000
        }
      }
      #expect(results.map { $0 / 10_000 } == Array(0..<count))
    }
  }
}

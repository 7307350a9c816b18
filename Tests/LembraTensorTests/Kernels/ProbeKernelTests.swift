import CLembraKernels
import Testing

extension InstructionSet {
  fileprivate var probe: lembra_probe { kernels.pointee.probe }
}

@Suite("Probe kernels")
struct ProbeKernelTests {
  @Test("reading gives the sum of every float of every pass", arguments: InstructionSet.supported)
  func read(set: InstructionSet) {
    for count in oddCounts + [127, 128, 129, 255, 256, 257, 3000] {
      // Whole numbers, whose sums are exact; what lies around them is NaN.
      let rows = GuardedRows(1, count) { _, column in Float(column % 7 - 2) }
      let sum = (0..<count).reduce(0) { $0 + $1 % 7 - 2 }
      for passes in 0...3 {
        #expect(set.probe.read(rows.constant, count, passes) == Float(passes * sum))
      }
    }
  }

  @Test(
    "every vector goes through every round of multiply-adds", arguments: InstructionSet.supported)
  func multiplyAdds(set: InstructionSet) {
    let chains = set.probe.round_flops / (2 * set.lanes)
    #expect(chains >= 14 && set.probe.round_flops == 2 * chains * set.lanes)
    for rounds in [0, 1, 2, 3, 12] {
      let sum = (0..<chains).reduce(0.0) { sum, chain in
        sum + 2 + Double(chain + 1) / Double(1 << rounds)
      }
      #expect(set.probe.multiply_adds(rounds) == Float(sum * Double(set.lanes)))
    }
    #expect(set.probe.multiply_adds(1000) == Float(set.probe.round_flops))
  }
}

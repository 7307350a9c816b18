import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Constraints on tags")
struct TransitionConstraintsTests {
  private let constraints = TransitionConstraints(
    tagCount: 3, start: { $0 != 2 }, end: { $0 != 0 }, transition: { $0 <= $1 })

  @Test("say what may begin, end and follow")
  func questions() {
    #expect((0..<3).map { constraints.allowsStart($0) } == [true, true, false])
    #expect((0..<3).map { constraints.allowsEnd($0) } == [false, true, true])
    #expect(constraints.allowsTransition(from: 1, to: 2))
    #expect(!constraints.allowsTransition(from: 2, to: 1))
    #expect(constraints.allows([0, 0, 1, 2]) && constraints.allows([]) && constraints.allows([1]))
    #expect(!constraints.allows([0]) && !constraints.allows([2]) && !constraints.allows([1, 0, 1]))
  }

  @Test("a layer without them allows every path")
  func none() {
    let crf = LinearChainCRF(tagCount: 3, key: RandomKey(seed: 1))
    #expect(crf.allows([2, 0]) && crf.constraints == nil)
  }

  @Test("are no parameters; a layer visits all it has")
  func parameters() {
    let crf = LinearChainCRF(tagCount: 3, constraints: constraints, key: RandomKey(seed: 1))
    #expect(storedTensorCount(in: crf) == 3)
    #expect(
      crf.parameters.map(\.name) == ["start_transitions", "end_transitions", "transitions"])
    #expect(crf.parameterCount == 15)
    #expect(crf.parameters.allSatisfy { $0.value.array.allSatisfy { abs($0) <= 0.1 } })
  }

  @Test("mistakes trap and name what is wrong")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = LinearChainCRF(
        tagCount: 4, constraints: TransitionConstraints(tagCount: 3) { _, _ in true },
        key: RandomKey(seed: 1))
    }
    await #expect(processExitsWith: .failure) {
      var crf = LinearChainCRF(tagCount: 4, key: RandomKey(seed: 1))
      crf.constraints = TransitionConstraints(tagCount: 3) { _, _ in true }
    }
    await #expect(processExitsWith: .failure) {
      var crf = LinearChainCRF(tagCount: 4, key: RandomKey(seed: 1))
      crf.transitions = Tensor(zeros: [4, 3])
      _ = crf.decode(SequenceBatch([Tensor(zeros: [2, 4])]))
    }
    await #expect(processExitsWith: .failure) {
      _ = TransitionConstraints(tagCount: 3) { _, _ in true }.allows([3])
    }
    await #expect(processExitsWith: .failure) {
      _ = LinearChainCRF(tagCount: 4, key: RandomKey(seed: 1))
        .decode(SequenceBatch([Tensor(zeros: [2, 3])]))
    }
    await #expect(processExitsWith: .failure) {
      _ = LinearChainCRF(tagCount: 3, key: RandomKey(seed: 1))
        .negativeLogLikelihoods(emissions: SequenceBatch([Tensor(zeros: [2, 3])]), tags: [0])
    }
    await #expect(processExitsWith: .failure) {
      _ = LinearChainCRF(tagCount: 3, key: RandomKey(seed: 1))
        .negativeLogLikelihoods(emissions: SequenceBatch([Tensor(zeros: [2, 3])]), tags: [0, 3])
    }
    await #expect(processExitsWith: .failure) {
      _ = LinearChainCRF(tagCount: 3, key: RandomKey(seed: 1))
        .best(0, SequenceBatch([Tensor(zeros: [2, 3])]))
    }
  }
}

import LembraTensor
import LembraTestSupport
import Testing

@Suite("Dropout of sequences")
struct SequenceDropoutTests {
  private let key = RandomKey(seed: 6)

  @Test("locked dropout has one mask for all steps of a sequence")
  func locked() {
    let lengths = [4, 0, 7, 1, 4]
    let ones = SequenceBatch(lengths.map { Tensor(repeating: 1, shape: [$0, 64]) })
    let dropped = ones.lockedDropout(0.3, key: key)
    var masks: [[Float]] = []
    for sequence in dropped.sequences where sequence.shape[0] > 0 {
      let first = sequence.rows(0..<1).array
      masks.append(first)
      for step in 0..<sequence.shape[0] {
        #expect(sequence.rows(step..<step + 1).array == first)
      }
    }
    #expect(Set(masks).count == 4)
    let scale: Float = 1 / (1 - 0.3)
    #expect(masks.flatMap(\.self).allSatisfy { $0 == 0 || $0 == scale })
    // The deviation of the share of 256 elements is 0.03.
    let share = Float(masks.flatMap(\.self).count { $0 == 0 }) / 256
    #expect(abs(share - 0.3) < 0.12)
  }

  @Test("its gradient has the same mask", arguments: [Float(0), 0.5, 1])
  func gradients(rate: Float) {
    let given = sequences([3, 1, 4])
    let mask = Tensor(
      stacking: SequenceBatch(given.map { Tensor(repeating: 1, shape: $0.shape) })
        .lockedDropout(rate, key: key).sequences)
    let faults = checkGradients(of: given) {
      Tensor(stacking: SequenceBatch($0).lockedDropout(rate, key: key).sequences)
    } matching: { inputs in
      Reference(inputs.flatMap(\.elements), shape: mask.shape) * Reference(mask)
    }
    #expect(faults == [])
  }

  @Test("the mask of a sequence depends on its index alone")
  func alone() {
    let own = random([5, 8])
    let results = [[2, 5, 7], [9, 5, 1], [5, 5, 5], [0, 5, 0]].map { lengths in
      SequenceBatch(
        lengths.enumerated().map { $0 == 1 ? own : random([$1, 8], seed: UInt64($0)) }
      ).lockedDropout(0.5, key: key).sequences[1]
    }
    for result in results { #expect(sameBits(result, results[0])) }
    #expect(results[0] != own)
  }

  @Test("words are replaced at their rate, by sequence and step")
  func words() {
    let given = [Array(1...4000), [], Array(1...4000), [5, 6, 7]]
    let dropped = given.droppingWords(0.25, replacement: 0, key: key)
    #expect(dropped.map(\.count) == given.map(\.count))
    for (before, after) in zip(given, dropped) {
      #expect(zip(before, after).allSatisfy { $1 == $0 || $1 == 0 })
    }
    // The deviation of the number is 27.
    #expect(abs(dropped[0].count { $0 == 0 } - 1000) < 110)
    #expect(dropped[0] != dropped[2])
    #expect(given.droppingWords(0, replacement: 0, key: key) == given)
    #expect(given.droppingWords(1, replacement: 9, key: key)[3] == [9, 9, 9])
    #expect(given.droppingWords(0.25, replacement: 0, key: key.folding(1)) != dropped)
  }

  @Test("a sequence loses the same words in any batch, and at any length")
  func identities() {
    let given = [Array(1...90), Array(1...200), Array(1...50)]
    let identities = [17, 4, 5]
    let all = given.droppingWords(0.5, replacement: 0, key: key, identities: identities)
    for order in [[2, 0, 1], [1], [0, 2]] {
      let some = order.map { given[$0] }.droppingWords(
        0.5, replacement: 0, key: key, identities: order.map { identities[$0] })
      #expect(some == order.map { all[$0] })
    }
    let shorter = [Array(1...30)].droppingWords(0.5, replacement: 0, key: key, identities: [4])
    #expect(shorter[0] == Array(all[1].prefix(30)))
  }

  @Test("rates that are no probabilities")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = [[1]].droppingWords(1.5, replacement: 0, key: RandomKey(seed: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = SequenceBatch([Tensor(zeros: [1, 2])]).lockedDropout(-1, key: RandomKey(seed: 1))
    }
  }
}

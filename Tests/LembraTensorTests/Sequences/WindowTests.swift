import LembraTensor
import LembraTestSupport
import Testing

@Suite("Windows of consecutive steps")
struct WindowTests {
  /// The windows of one sequence, written down from the definition.
  private func windows(
    _ steps: [[Double]], _ size: Int, _ padding: WindowPadding, features: Int
  ) -> [[Double]] {
    let (first, count) =
      padding == .same ? (-((size - 1) / 2), steps.count) : (0, max(steps.count - size + 1, 1))
    let zeros = [Double](repeating: 0, count: features)
    return (0..<count).map { t in
      (0..<size).flatMap { k -> [Double] in
        let step = t + first + k
        return steps.indices.contains(step) ? steps[step] : zeros
      }
    }
  }

  @Test(
    "a window for each step, or those within, with gradients",
    arguments: SequenceLayoutTests.lengths, [1, 2, 3, 4, 7])
  func definition(lengths: [Int], size: Int) {
    for padding in WindowPadding.allCases {
      let faults = checkGradients(of: sequences(lengths, features: 3)) { given in
        Tensor(stacking: SequenceBatch(given).windows(of: size, padding: padding).sequences)
      } matching: { given in
        let all = given.flatMap { sequence in
          windows(
            sequence.shape[0] == 0 ? [] : sequence.rows, size, padding, features: 3)
        }
        return Reference(all.flatMap(\.self), shape: [all.count, 3 * size])
      }
      #expect(faults == [], "\(padding)")
    }
  }

  @Test("an even window reaches one step further ahead, as PyTorch's does")
  func even() {
    let batch = SequenceBatch([Tensor([1, 2, 3], shape: [3, 1])])
    #expect(batch.windows(of: 2, padding: .same).rows.array == [1, 2, 2, 3, 3, 0])
    #expect(batch.windows(of: 3, padding: .same).rows.array == [0, 1, 2, 1, 2, 3, 2, 3, 0])
    #expect(batch.windows(of: 5, padding: .valid).rows.array == [1, 2, 3, 0, 0])
  }

  @Test("a sequence has the same windows, and their gradient the same bits, in any batch")
  func alone() {
    let given = sequences([4, 1, 9, 2, 0], features: 3)
    func gradients(_ given: [Tensor], _ padding: WindowPadding) -> [Tensor] {
      let tape = Tape()
      let batch = SequenceBatch(given)
      let rows = tape.leaf(batch.rows)
      let windows = batch.replacing(rows: rows).windows(of: 4, padding: padding)
      let result = windows.replacing(rows: windows.rows.detached).sequences
      let gradient = tape.gradients(of: windows.rows.squared().sum())[0]
      return zip(
        result, batch.replacing(rows: gradient ?? Tensor(zeros: batch.rows.shape)).sequences
      ).flatMap { [$0, $1] }
    }
    for padding in WindowPadding.allCases {
      let all = gradients(given, padding)
      for index in given.indices {
        let alone = gradients([given[index]], padding)
        #expect(sameBits(alone[0], all[2 * index]) && sameBits(alone[1], all[2 * index + 1]))
      }
    }
  }

  @Test(
    "a map of windows is that of the gathered windows, to the bit, and so are the gradients",
    arguments: WindowPadding.allCases, [[0, 0], [3, 1, 0, 5], (0..<60).map { $0 * 7 % 23 }])
  func products(padding: WindowPadding, lengths: [Int]) {
    let batch = SequenceBatch(sequences(lengths, features: 6))
    let (weight, bias) = (random([9, 24], seed: 2), random([9], seed: 3))
    func results(tracking: Set<Int>, _ map: (SequenceBatch, Tensor, Tensor) -> SequenceBatch)
      -> [Tensor]
    {
      let tape = Tape()
      let inputs = [batch.rows, weight, bias].enumerated().map {
        tracking.contains($0) ? tape.leaf($1) : $1
      }
      let result = map(batch.replacing(rows: inputs[0]), inputs[1], inputs[2]).rows
      return [result.detached] + tape.gradients(of: result.squared().sum()).compactMap { $0 }
    }
    for tracking: Set<Int> in [[], [0], [1], [2], [0, 1, 2]] {
      let all = results(tracking: tracking) {
        let windows = $0.windows(of: 4, padding: padding)
        return windows.replacing(rows: windows.rows.affine($1, $2))
      }
      let chunked = results(tracking: tracking) {
        $0.windowsAffine(of: 4, padding: padding, $1, $2)
      }
      #expect(chunked.count == tracking.count + 1)
      #expect(zip(all, chunked).allSatisfy { sameBits($0, $1) }, "\(tracking)")
    }
  }

  @Test("windows of no steps, and a weight of another width")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = SequenceBatch([Tensor(zeros: [2, 3])]).windows(of: 0, padding: .same)
    }
    await #expect(processExitsWith: .failure) {
      _ = SequenceBatch([Tensor(zeros: [2, 3])])
        .windowsAffine(of: 2, padding: .same, Tensor(zeros: [4, 5]))
    }
  }
}

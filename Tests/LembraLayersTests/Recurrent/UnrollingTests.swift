import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private let key = RandomKey(seed: 71)

/// Lengths of several blocks of rows, some of which end in the midst of a block.
private let longLengths = [[900], [331, 410, 20, 0, 512], Array(repeating: 9, count: 300)]

@Suite("Unrolling")
struct UnrollingTests {
  private func expectSame(
    _ layer: LayerUnderTest, _ lengths: [Int], _ unrolling: Unrolling, hasState: Bool,
    key: RandomKey?
  ) {
    let input = SequenceBatch(sequences(lengths, features: layer.inputSize))
    let state = hasState ? layer.randomState(for: input) : nil
    for keepsOutputs in [true, false] {
      let whole = layer.unroll(input, state, key, .whole, keepsOutputs)
      let parts = layer.unroll(input, state, key, unrolling, keepsOutputs)
      let name = "\(lengths.count) sequences, outputs \(keepsOutputs)"
      #expect((whole.output == nil) == (parts.output == nil))
      if let a = whole.output, let b = parts.output { #expect(sameBits(a.rows, b.rows), "\(name)") }
      for (a, b) in zip(whole.state, parts.state) { #expect(sameBits(a, b), "\(name)") }
      let names = layer.parameters.map(\.name) + ["rows", "state", "state"]
      for (index, pair) in zip(whole.gradients, parts.gradients).enumerated() {
        guard let a = pair.0, let b = pair.1 else {
          // What flows nowhere is nothing, or zeros.
          let other = pair.0 ?? pair.1
          #expect(other.map { $0.array.allSatisfy { $0 == 0 } } ?? true, "\(name): \(names[index])")
          continue
        }
        #expect(a == b, "\(name): the gradient of \(names[index])")
      }
    }
  }

  @Test("recomputing gives the same bits", arguments: LayerUnderTest.all, longLengths)
  func recomputation(layer: LayerUnderTest, lengths: [Int]) {
    for (bytes, hasState) in [(1, false), (300_000, true)] {
      expectSame(
        layer, lengths, Unrolling(memory: MemoryBudget(bytes: bytes)), hasState: hasState, key: nil)
    }
  }

  @Test("chance has the same part when steps are recomputed", arguments: LayerUnderTest.forward)
  func noise(layer: LayerUnderTest) {
    for lengths in longLengths {
      expectSame(
        layer, lengths, Unrolling(memory: MemoryBudget(bytes: 1)), hasState: false, key: key)
    }
  }

  @Test("truncation beyond the length changes nothing", arguments: LayerUnderTest.all)
  func longTruncation(layer: LayerUnderTest) {
    for lengths in [[5, 3, 1], [40]] {
      expectSame(layer, lengths, Unrolling(truncation: 40), hasState: true, key: nil)
    }
  }

  @Test("truncation within a memory budget", arguments: LayerUnderTest.all)
  func truncationWithinBudget(layer: LayerUnderTest) {
    for lengths in longLengths {
      let input = SequenceBatch(sequences(lengths, features: layer.inputSize))
      let whole = layer.unroll(input, nil, nil, Unrolling(truncation: 300), true)
      let parts = layer.unroll(
        input, nil, nil, Unrolling(memory: MemoryBudget(bytes: 1), truncation: 300), true)
      for (a, b) in zip(whole.gradients, parts.gradients) {
        if let a, let b { #expect(a == b) } else { #expect((a == nil) == (b == nil)) }
      }
    }
  }

  @Test("truncation detaches the state", arguments: [Direction.forward, .backward])
  func truncation(direction: Direction) {
    let lengths = [23, 7, 10, 0]
    let batch = SequenceBatch(sequences(lengths, features: 3))
    let cell = GRUCell(inputSize: 3, hiddenSize: 5, key: key)
    let weights = random([batch.layout.rowCount, 5], seed: 3)
    let (_, truncated) = valueAndGradients(of: GRU(cell, direction: direction)) { layer in
      let run = layer(batch, unrolling: Unrolling(truncation: 5))
      return (run.output.rows * weights).sum() + layer.summary(of: run.finalState).squared().sum()
    }
    let (_, scanned) = valueAndGradients(of: cell) { cell in
      let (output, last) = cell.scan(batch, from: nil, direction: direction) { rows, state, step in
        // A step of which the step before, in its direction's order, is in another part.
        let isFirst = direction == .forward ? step % 5 == 0 : step % 5 == 4
        return cell.step(rows, isFirst ? state.detached : state)
      }
      return (output.rows * weights).sum() + last.hidden.squared().sum()
    }
    for (a, b) in zip(truncated.values, scanned.values) {
      guard let a, let b else {
        Issue.record("a gradient is missing")
        continue
      }
      #expect(relativeError(a, b) < 1e-5)
    }
  }

  @Test("a learnt first state gets its gradient in either direction")
  func learntState() {
    for direction in [Direction.forward, .backward] {
      let cell = LSTMCell(inputSize: 2, hiddenSize: 3, key: key)
      let layer = LSTM(cell, direction: direction, learnsInitialState: true)
      let batch = SequenceBatch(sequences([300, 20, 290], features: 2))
      func gradients(_ unrolling: Unrolling) -> [Tensor?] {
        valueAndGradients(of: layer) { layer in
          layer(batch, unrolling: unrolling).output.rows.squared().sum()
        }.gradients.values
      }
      let whole = gradients(.whole)
      let parts = gradients(Unrolling(memory: MemoryBudget(bytes: 1)))
      for (a, b) in zip(whole, parts) { #expect(a == b) }
    }
  }

  @Test(
    "memory stays within the budget", .disabled(if: BufferPool.shared.isOff, "the pool is off"),
    .timeLimit(.minutes(2)))
  func memory() async {
    // In a process of its own: other tests take memory too.
    await #expect(processExitsWith: .success) {
      let layer = LSTM(LSTMCell(inputSize: 2, hiddenSize: 16, key: RandomKey(seed: 71)))
      let batch = SequenceBatch(
        rows: random([60_000, 2], seed: 1), layout: SequenceLayout(count: 1, length: 60_000))
      func peak(_ unrolling: Unrolling) -> Int {
        let before = BufferPool.shared.usage.inUse
        BufferPool.shared.resetPeak()
        _ = valueAndGradients(of: layer) { layer in
          layer.finalState(of: batch, unrolling: unrolling).hidden.sum()
        }
        return BufferPool.shared.peak - before
      }
      let budget = 1_500_000
      #expect(peak(.whole) > 10 * budget)
      for bytes in [budget, budget / 3] {
        #expect(peak(Unrolling(memory: MemoryBudget(bytes: bytes))) < bytes)
      }
    }
  }

  @Test(arguments: [
    ("128MB", 128_000_000), ("1.5 GB", 1_500_000_000), ("512KiB", 524_288), ("2mib", 2_097_152),
  ])
  func budgets(text: String, bytes: Int) throws {
    #expect(try MemoryBudget(text).bytes == bytes)
  }

  @Test(arguments: ["", "128", "MB", "-1MB", "0GB", "1.2.3MB", "12 parsecs", "99999999999TB"])
  func wrongBudgets(text: String) {
    let error = #expect(throws: LembraError.self) { try MemoryBudget(text) }
    #expect(error?.code == .invalidOption)
  }
}

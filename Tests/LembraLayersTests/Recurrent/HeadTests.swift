import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private func key(_ index: Int) -> RandomKey { RandomKey(seed: 61).folding(index) }

@Suite("Heads, whose recurrent weights are blocks")
struct HeadTests {
  /// Numbers of units and of heads that divide them and the projections to 4.
  private static let sizes = [(6, 2), (4, 4), (34, 2), (132, 4)]

  @Test(
    "a run equals the scan of its step, values and gradients, beside every variant",
    arguments: [[5, 3, 1], [4, 4, 2, 0, 3], [0]], [Direction.forward, .backward])
  func runs(lengths: [Int], direction: Direction) {
    for (units, heads) in Self.sizes {
      for (name, plain) in CellVariants.lstm + [("plain", .plain)] {
        var variant = plain
        variant.heads = heads
        if variant.projectionSize != nil { variant.projectionSize = 4 }
        for isNoisy in variant.recurrentDropout > 0 || variant.zoneout != Zoneout()
          ? [false, true] : [false]
        {
          checkRun(
            LSTMCell(inputSize: 3, hiddenSize: units, variant: variant, key: key(0)), lengths,
            direction, isNoisy: isNoisy, "\(name) LSTM, \(heads) heads")
        }
      }
      for (name, plain) in CellVariants.gru + [("plain", .plain)] {
        var variant = plain
        variant.heads = heads
        for reset in [GRUCell.Reset.afterProduct, .beforeProduct] {
          checkRun(
            GRUCell(
              inputSize: 3, hiddenSize: units, reset: reset, variant: variant, hasBias: false,
              key: key(1)),
            lengths, direction, isNoisy: false, "\(name) GRU, \(heads) heads, \(reset)")
        }
        checkRun(
          MGUCell(inputSize: 3, hiddenSize: units, variant: variant, key: key(2)), lengths,
          direction, isNoisy: false, "\(name) MGU, \(heads) heads")
      }
    }
  }

  /// A whole matrix with these blocks, and zeros elsewhere.
  private func filled(_ blocks: Tensor, gates: Int, heads: Int) -> Tensor {
    let (own, part) = (blocks.shape[0] / gates / heads, blocks.shape[1])
    let rows = (0..<gates * heads).map { block in
      Tensor(
        concatenatingColumns: (0..<heads).map { head in
          head == block % heads
            ? blocks.rows(block * own..<(block + 1) * own) : Tensor(zeros: [own, part])
        })
    }
    return Tensor(stacking: rows)
  }

  @Test("they are a whole matrix with zeros outside of its blocks, with fewer weights")
  func zeros() {
    let batch = SequenceBatch(sequences([5, 2, 4], features: 3))
    for heads in [2, 3, 6] {
      let lstm = LSTMCell(
        inputSize: 3, hiddenSize: 6, variant: .init(heads: heads), key: key(0))
      #expect(lstm.weights.hidden.shape == [24, 6 / heads] && lstm.outputSize == 6)
      var whole = LSTMCell(inputSize: 3, hiddenSize: 6, key: key(9))
      whole.weights.input = lstm.weights.input
      whole.weights.hidden = filled(lstm.weights.hidden, gates: 4, heads: heads)
      whole.weights.inputBias = lstm.weights.inputBias
      whole.weights.hiddenBias = lstm.weights.hiddenBias
      #expect(relativeError(LSTM(lstm)(batch).output.rows, LSTM(whole)(batch).output.rows) < 1e-6)
      for reset in [GRUCell.Reset.afterProduct, .beforeProduct] {
        let gru = GRUCell(
          inputSize: 3, hiddenSize: 6, reset: reset, variant: .init(heads: heads), key: key(0))
        var other = GRUCell(inputSize: 3, hiddenSize: 6, reset: reset, key: key(9))
        other.weights.input = gru.weights.input
        other.weights.hidden = filled(gru.weights.hidden, gates: 3, heads: heads)
        other.weights.inputBias = gru.weights.inputBias
        other.weights.hiddenBias = gru.weights.hiddenBias
        #expect(relativeError(GRU(gru)(batch).output.rows, GRU(other)(batch).output.rows) < 1e-6)
      }
    }
  }

  @Test("one head is a plain cell")
  func one() {
    #expect(LSTMCell.Variant(heads: 1) == .plain && GRUCell.Variant(heads: 1) == .plain)
    #expect(LSTMCell.Variant(heads: 2) != .plain)
    #expect(LSTMCell.Variant(heads: 2).summary == "2 heads")
    let cell = LSTMCell(inputSize: 3, hiddenSize: 6, variant: .init(heads: 1), key: key(0))
    #expect(cell.fused != nil)
  }

  @Test("heads that do not divide units or outputs trap")
  func misfits() async {
    await #expect(processExitsWith: .failure) {
      _ = GRUCell(inputSize: 3, hiddenSize: 6, variant: .init(heads: 4), key: key(0))
    }
    await #expect(processExitsWith: .failure) {
      _ = LSTMCell(
        inputSize: 3, hiddenSize: 6, variant: .init(projectionSize: 5, heads: 3), key: key(0))
    }
    await #expect(processExitsWith: .failure) {
      _ = SLSTMCell(inputSize: 3, hiddenSize: 6, heads: 0, key: key(0))
    }
  }
}

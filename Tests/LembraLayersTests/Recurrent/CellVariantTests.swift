import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private func key(_ index: Int) -> RandomKey { RandomKey(seed: 31).folding(index) }

@Suite("Variants of cells")
struct CellVariantTests {
  static let lengths = [
    [1], [5, 3, 1], [4, 4, 2, 0, 3], [0],
    // More rows than are summed up together.
    Array(repeating: 8, count: 30) + Array(repeating: 5, count: 11),
  ]

  @Test(
    "a run of an LSTM equals the scan of its step, values and gradients", arguments: lengths,
    [Direction.forward, .backward])
  func lstm(lengths: [Int], direction: Direction) {
    for (name, variant) in CellVariants.lstm {
      for isNoisy in variant.recurrentDropout > 0 || variant.zoneout != Zoneout()
        ? [false, true] : [false]
      {
        for (units, hasBias) in [(5, true), (17, true), (6, false)] {
          checkRun(
            LSTMCell(
              inputSize: 3, hiddenSize: units, variant: variant, hasBias: hasBias, key: key(0)),
            lengths, direction, isNoisy: isNoisy, name)
        }
      }
    }
  }

  @Test(
    "a run of a GRU equals the scan of its step, values and gradients", arguments: lengths,
    [Direction.forward, .backward])
  func gru(lengths: [Int], direction: Direction) {
    for reset in [GRUCell.Reset.afterProduct, .beforeProduct] {
      for (name, variant) in CellVariants.gru + [("plain", .plain)] {
        for isNoisy in variant.recurrentDropout > 0 || variant.zoneout > 0
          ? [false, true] : [false]
        {
          for (units, hasBias) in [(5, true), (17, true), (6, false)] {
            checkRun(
              GRUCell(
                inputSize: 3, hiddenSize: units, reset: reset, variant: variant,
                hasBias: hasBias, key: key(0)),
              lengths, direction, isNoisy: isNoisy, "\(name), \(reset)")
          }
        }
      }
    }
  }

  @Test(
    "a run of a minimal gated unit equals the scan of its step, values and gradients",
    arguments: lengths, [Direction.forward, .backward])
  func mgu(lengths: [Int], direction: Direction) {
    for (name, variant) in CellVariants.gru + [("plain", .plain)] {
      for isNoisy in variant.recurrentDropout > 0 || variant.zoneout > 0 ? [false, true] : [false] {
        for (units, hasBias) in [(5, true), (17, true), (6, false)] {
          checkRun(
            MGUCell(
              inputSize: 3, hiddenSize: units, variant: variant, hasBias: hasBias, key: key(0)),
            lengths, direction, isNoisy: isNoisy, name)
        }
      }
    }
  }

  @Test("noise is drawn with a key and only then, and is the same alone and on two threads")
  func noise() {
    let cell = LSTMCell(
      inputSize: 3, hiddenSize: 9,
      variant: .init(recurrentDropout: 0.5, zoneout: Zoneout(hidden: 0.3, cell: 0.3)),
      key: key(0))
    let layer = Bidirectional(forward: cell, backward: cell)
    let own = random([4, 3], seed: 7)
    func output(_ others: [Int], _ key: RandomKey?) -> Tensor {
      var batch = sequences(others, features: 3)
      batch[1] = own
      return layer(SequenceBatch(batch), dropoutKey: key).output.sequences[1]
    }
    let alone = output([0, 4], key(1))
    #expect(!sameBits(alone, output([0, 4], nil)))
    #expect(!sameBits(alone, output([0, 4], key(2))))
    #expect(sameBits(alone, output([9, 4, 6, 6, 6, 6, 1], key(1))))
    #expect(sameBits(output([0, 4], nil), output([6, 4, 9], nil)))
    withThreadLimit(1) {
      #expect(sameBits(alone, output([9, 4, 6, 6, 6, 6, 1], key(1))))
    }
  }

  @Test("a run gives the same bits on any number of threads, and so do its gradients")
  func threads() {
    let whole = LSTMCell.Variant(
      hasPeepholes: true, projectionSize: 40, isNormalized: true, recurrentDropout: 0.2,
      zoneout: Zoneout(hidden: 0.1, cell: 0.1))
    func same(_ cell: some RecurrentCell) -> Bool {
      // Above what one thread does alone, and not as many as stay together for their sums.
      let lengths = (0..<13).map { 30 - 2 * $0 }
      let layout = SequenceLayout(lengths: lengths)
      let module = NoisyRun(
        cell: cell.drawingNoise(key(5)),
        input: Tensor(uniformIn: -1...1, shape: [layout.rowCount, 24], key: key(4)),
        state: cell.zeroState(batch: lengths.count))
      return isSameOnAnyNumberOfThreads {
        let (value, gradients) = valueAndGradients(of: module) { run in
          let (output, last) = run.cell.run(
            SequenceBatch(rows: run.input, layout: layout), from: run.state,
            direction: .backward)
          return run.loss(output, last)
        }
        return [Tensor(value)] + gradients.values.compactMap(\.self)
      }
    }
    #expect(same(LSTMCell(inputSize: 24, hiddenSize: 64, variant: whole, key: key(0))))
    #expect(
      same(
        GRUCell(
          inputSize: 24, hiddenSize: 64, variant: .init(isNormalized: true, zoneout: 0.2),
          key: key(0))))
    #expect(
      same(
        GRUCell(
          inputSize: 24, hiddenSize: 64, reset: .beforeProduct,
          variant: .init(isNormalized: true, recurrentDropout: 0.2, heads: 4), key: key(0))))
    #expect(same(MGUCell(inputSize: 24, hiddenSize: 64, key: key(0))))
    #expect(same(SLSTMCell(inputSize: 24, hiddenSize: 64, heads: 4, key: key(0))))
    #expect(same(MinGRUCell(inputSize: 24, hiddenSize: 64, key: key(0))))
    #expect(same(IndRNNCell(inputSize: 24, hiddenSize: 64, key: key(0))))
  }

  @Test("zoneout keeps a share of units as they were")
  func zoneout() {
    let cell = GRUCell(inputSize: 2, hiddenSize: 400, variant: .init(zoneout: 0.25), key: key(0))
    let batch = SequenceBatch([random([3, 2], seed: 3)])
    let rows = GRU(cell)(batch, dropoutKey: key(1)).output.rows
    let kept = zip(rows.rows(0..<1).array, rows.rows(1..<2).array).count { $0 == $1 }
    #expect((70...130).contains(kept))
  }

  @Test("a projection makes outputs shorter, and a variant knows its parameters")
  func sizes() {
    let cell = LSTMCell(
      inputSize: 3, hiddenSize: 8,
      variant: .init(
        hasPeepholes: true, couplesGates: true, projectionSize: 5, isNormalized: true),
      key: key(0))
    let shapes = Dictionary(uniqueKeysWithValues: cell.parameters.map { ($0.name, $0.value.shape) })
    #expect(
      shapes == [
        "weight_ih": [24, 3], "weight_hh": [24, 5], "bias_ih": [24], "bias_hh": [24],
        "weight_peephole": [2, 8], "weight_hr": [5, 8], "norm.ih": [24], "norm.hh": [24],
        "norm_cell.weight": [8], "norm_cell.bias": [8],
      ])
    #expect(cell.hiddenSize == 8 && cell.outputSize == 5)
    let layer = LSTM(cell)
    let (output, last) = layer(SequenceBatch(sequences([2, 4], features: 3)))
    #expect(layer.outputSize == 5 && output.rows.shape == [6, 5])
    #expect(last.hidden.shape == [2, 5] && last.cell.shape == [2, 8])
  }
}

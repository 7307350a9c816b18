import LembraTensor

/// What chance decides in a pass of training over known sequences, rows in the order of their layout.
///
/// What it decides for a sequence depends on the caller's index of it alone.
struct DecoderNoise: Sendable {
  /// In the cell of each layer, where it has a part.
  let cells: [RecurrentNoise?]

  /// In the cell of the first layer that reads the context.
  let contextCell: RecurrentNoise?

  /// What the input of each layer is multiplied by, where dropout acts on it.
  fileprivate let masks: [Tensor?]

  /// What dropout leaves of the input of a layer.
  func left(of input: Tensor, layer: Int) -> Tensor { masks[layer].map { input * $0 } ?? input }

  /// What it decides in one step, a row for each sequence that has it.
  func step(_ step: Int, of layout: SequenceLayout) -> DecoderNoise {
    DecoderNoise(
      cells: cells.map { $0?.step(step, of: layout) },
      contextCell: contextCell?.step(step, of: layout),
      masks: masks.map { $0?.rows(layout.rows(ofStep: step)) })
  }
}

extension AttentionDecoder {
  /// What chance decides in the first so many layers.
  func drawnNoise(_ layout: SequenceLayout, layers: Int, key: RandomKey) -> DecoderNoise {
    DecoderNoise(
      cells: cells.prefix(layers).enumerated().map {
        $1.noise(layout, key: noiseKey(ofLayer: $0, key))
      },
      contextCell: contextCell?.noise(layout, key: key.folding("context")),
      masks: (0..<layers).map { index in
        let ones = Tensor(
          repeating: 1, shape: [layout.rowCount, configuration.layerOutputSize])
        return index == 0 || configuration.dropout == 0
          ? nil : dropped(SequenceBatch(rows: ones, layout: layout), layer: index, key).rows
      })
  }

  /// What a layer reads of what the one below puts out, dropout having acted on it.
  func dropped(_ input: SequenceBatch, layer: Int, _ key: RandomKey?) -> SequenceBatch {
    guard configuration.dropout > 0, let key else { return input }
    return input.dropout(configuration.dropout, key: key.folding(layer))
  }

  /// Names what chance decides in the cell of a layer.
  func noiseKey(ofLayer index: Int, _ key: RandomKey) -> RandomKey {
    key.folding("cell").folding(index)
  }
}

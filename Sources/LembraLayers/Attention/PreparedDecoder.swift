public import LembraTensor

/// A decoder whose weights are in the order of the kernels, for any number of sources.
public struct PreparedDecoder: Sendable {
  let configuration: AttentionDecoder.Configuration
  let cells: [CellStepper]
  let contextCell: CellStepper?
  let readout: DecoderReadout
  private let attention: Attention?
  private let query: RepeatedAffine?

  /// Packs a decoder's weights for steps of sequences that are laid out so, or in the caller's order if there
  /// is no layout.
  init(_ decoder: AttentionDecoder, layout: SequenceLayout? = nil) {
    let own = decoder.configuration
    configuration = own
    cells = decoder.cells.enumerated().map { index, cell in
      cell.stepper(
        inputSizes: index == 0 ? own.inputSizes : [own.layerOutputSize], layout: layout)
    }
    contextCell = decoder.contextCell?.stepper(inputSizes: [own.memorySize], layout: layout)
    readout = DecoderReadout(decoder)
    attention = decoder.attention
    query = decoder.attention?.repeatedQuery
  }

  /// Prepares the decoder to write step by step, while reading `memory`.
  ///
  /// What the layers make of a context is a weighted sum of what they make of the rows of the memory,
  /// since the weights of attention add up to one. Where each source is read by several rows for as
  /// many steps as it has, it costs less to make that of the memory, once.
  ///
  /// - Parameters:
  ///   - memory: the sources, with M features.
  ///   - projectsMemory: whether that is done. Outputs are the same but for rounding.
  /// - Returns: what writes.
  /// - Precondition: there are M features; no source is empty if the memory is projected.
  public func stepper(
    reading memory: SequenceBatch, projectsMemory: Bool = false
  ) -> DecoderStepper {
    precondition(
      memory.featureCount == configuration.memorySize,
      "AttentionDecoder: a memory of \(memory.featureCount) features")
    precondition(
      !projectsMemory || memory.layout.lengths.allSatisfy { $0 > 0 },
      "AttentionDecoder: an empty source in a memory that is projected")
    let values = projectsMemory && attention != nil ? projected(memory.rows) : nil
    return DecoderStepper(
      self, reader: attention?.reader(of: memory, values: values, query),
      projectsMemory: projectsMemory)
  }

  /// What the layers make of each row of a memory, side by side.
  private func projected(_ rows: Tensor) -> Tensor {
    let parts = [contextCell?.projected(rows), readout.part(ofContext: rows)].compactMap(\.self)
    return Tensor(concatenatingColumns: parts)
  }
}

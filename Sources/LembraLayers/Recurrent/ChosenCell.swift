public import LembraTensor

/// A recurrent cell that is chosen when the program runs, such as by a file.
///
/// A state is the list of the tensors of the cell's state, the output first.
public struct ChosenCell: Module {
  private var cell: any RecurrentCell

  /// What looks into the cell; usually nothing.
  private var probe: LayerProbe?

  /// Draws a cell with random weights.
  ///
  /// - Precondition: the sizes are above 0, and the cell has what the variant asks for.
  public init(
    _ kind: RecurrentEncoder.Cell, inputSize: Int, hiddenSize: Int,
    variant: LSTMCell.Variant = .plain,
    initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    if let misfit = kind.misfit(variant) { trap("ChosenCell: \(misfit)") }
    var options = CellOptions(hiddenSize: hiddenSize)
    options.variant = variant
    options.initialization = initialization
    cell = kind.drawn(options, for: SingleCell(inputSize: inputSize, key: key))
  }

  public var inputSize: Int { cell.inputSize }
  public var hiddenSize: Int { cell.hiddenSize }

  /// The state of `batch` sequences before their first step: zeros.
  public func zeroState(batch: Int) -> [Tensor] {
    func zeros(_ cell: some RecurrentCell) -> [Tensor] { cell.zeroState(batch: batch).tensors }
    return zeros(cell)
  }

  /// The cell for advancing step by step; see ``CellStepper``.
  public func stepper(inputSizes: [Int]) -> CellStepper {
    stepper(inputSizes: inputSizes, layout: nil)
  }

  /// The same for steps of sequences that are laid out so, or in the caller's order if there is no layout.
  func stepper(inputSizes: [Int], layout: SequenceLayout?) -> CellStepper {
    probe.map { cell.watchedStepper(inputSizes, $0, layout) }
      ?? cell.stepper(inputSizes: inputSizes)
  }

  /// Runs over whole sequences.
  ///
  /// - Parameters:
  ///   - input: the sequences.
  ///   - state: the state before the first step, rows in the order of the input's layout.
  ///   - noiseKey: names what chance decides during training; nil for its mean.
  /// - Returns: the output at every step.
  public func run(
    _ input: SequenceBatch, from state: [Tensor], noiseKey: RandomKey? = nil
  ) -> SequenceBatch {
    func run(_ cell: some RecurrentCell) -> SequenceBatch {
      let first = cell.zeroState(batch: 0).filled(from: state)
      return probe.map { cell.scan(input, from: first, direction: .forward, probe: $0).output }
        ?? cell.run(input, from: first, direction: .forward).output
    }
    let own = noiseKey.map { cell.drawingNoise($0) } ?? cell
    return run(own)
  }

  /// What chance decides in such a run, for advancing step by step; nil where it decides nothing.
  func noise(_ layout: SequenceLayout, key: RandomKey) -> RecurrentNoise? {
    cell.drawingNoise(key).noise(layout)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk.attach(&probe, nil)
    cell.visitParameters(&walk)
  }
}

/// One cell of whatever kind.
private struct SingleCell: CellUse {
  let inputSize: Int
  let key: RandomKey

  func callAsFunction<Cell: RecurrentCell>(
    _ draw: (_ inputs: Int, _ key: RandomKey) -> Cell
  ) -> any RecurrentCell {
    draw(inputSize, key)
  }
}

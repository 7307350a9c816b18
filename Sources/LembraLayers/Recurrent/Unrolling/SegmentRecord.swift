import LembraTensor

/// A run over one segment with everything that it takes to go back through it.
final class SegmentRecord {
  private let tape = Tape()

  /// What has to be gone back to: the parameters that are trained, the rows, the states.
  private let parameterCount: Int
  private var hasRows = false
  private let stateCount: Int

  private let output: Tensor
  private let last: [Tensor]

  /// The output at every step, and the tensors of the last state.
  var results: (output: Tensor, last: [Tensor]) { (output.detached, last.map(\.detached)) }

  /// The gradients of what a segment began with; nil where there are none.
  struct Gradients {
    /// Those of the parameters with what they were added to.
    var parameters: [Tensor?]
    var rows: Tensor?
    var states: [Tensor?]
  }

  /// Runs over a segment.
  ///
  /// - Parameters:
  ///   - layer: the layer, whose parameters are constants.
  ///   - isTrained: which of its parameters need a gradient.
  ///   - input: the rows of the segment.
  ///   - needsRows: whether they need one too.
  ///   - state: the state before it, which needs one; zeros when nil.
  ///   - dropoutKey: names the dropout masks.
  init<Layer: SequenceLayer>(
    _ layer: Layer, isTrained: [Bool], _ input: SequenceBatch, needsRows: Bool,
    from state: [Tensor]?, dropoutKey: RandomKey?
  ) {
    var (own, index) = (layer, 0)
    let tape = tape
    own.updateParameters { _, parameter in
      if isTrained[index] { parameter = tape.leaf(parameter) }
      index += 1
    }
    parameterCount = isTrained.count { $0 }
    hasRows = needsRows
    let rows = needsRows ? tape.leaf(input.rows) : input.rows
    let first = state?.map { tape.leaf($0) }
    stateCount = first?.count ?? 0
    let (output, last) = own.run(
      input.replacing(rows: rows),
      from: first.map { layer.zeroState(batch: 0).filled(from: $0) }, dropoutKey: dropoutKey)
    self.output = output.rows
    self.last = last.tensors
  }

  deinit {
    // Tensors keep their tape alive, and records their tensors.
    tape.close()
  }

  /// Goes back, once.
  ///
  /// - Parameters:
  ///   - rows: the gradient of the output, zeros when nil.
  ///   - states: those of the last state, likewise.
  ///   - sums: what the gradients of the trained parameters are added to.
  /// - Returns: the gradients of what the segment began with.
  func gradients(
    rows: Tensor?, states: [Tensor?], onto sums: consuming [Tensor?]
  ) -> Gradients {
    var values: [(value: Tensor, gradient: Tensor)] = []
    if let rows { values.append((output, rows)) }
    for (value, gradient) in zip(last, states) {
      if let gradient { values.append((value, gradient)) }
    }
    var answers = tape.gradients(of: values, onto: sums)[...]
    let parameters = Array(answers.prefix(parameterCount))
    answers = answers.dropFirst(parameterCount)
    let rows = hasRows ? answers.popFirst() ?? nil : nil
    return Gradients(parameters: parameters, rows: rows, states: Array(answers))
  }
}

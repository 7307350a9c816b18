import CLembraKernels
import LembraTensor

/// A recurrence in which every unit knows only itself: what a step takes from the state is no matrix
/// product, so that whole sequences are one product of the input and a scan.
struct ScanRecurrence: Sendable {
  let kind: lembra_scan_kind

  /// What a unit's state is multiplied by, `[H]`, of an independent RNN.
  var recurrent: Tensor?

  private var gateCount: Int {
    switch kind {
    case lembra_min_gru: 2
    case lembra_min_lstm: 3
    default: 1
    }
  }

  /// Runs over whole sequences.
  ///
  /// - Parameters:
  ///   - weights: what the gates get from the input.
  ///   - input: the sequences.
  ///   - state: the first state, rows in the layout's order; zeros when nil.
  ///   - direction: the order in which each sequence is read.
  /// - Returns: the output at every step, and the last state.
  func callAsFunction(
    _ weights: ScanWeights, _ input: SequenceBatch, from state: HiddenState?,
    _ direction: Direction
  ) -> (output: SequenceBatch, finalState: HiddenState) {
    let layout = input.layout
    let products = input.rows.detached.affine(weights.input.detached, weights.bias?.detached)
    let units = products.shape[1] / gateCount
    let first = state?.hidden ?? Tensor(zeros: [layout.batchCount, units])
    precondition(
      products.shape == [layout.rowCount, gateCount * units]
        && first.shape == [layout.batchCount, units],
      "ScanRecurrence: products \(products.shape) and a state \(first.shape)")
    let run = ScanRun(
      recurrence: self, products: products, first: first,
      steps: SequenceSteps(layout, direction), units: units)
    let (rows, last) = run.forward()
    let inputs = [input.rows, first] + [weights.input, weights.bias, recurrent].compactMap(\.self)
    let results = Tensor.recorded([rows, last], from: inputs) { [rows] gradients, sums in
      let way = run.backward(out: rows, rows: gradients[0], last: gradients[1])
      if input.rows.isTracked { sums[0].add(way.products.times(weights.input.detached)) }
      sums[1].add(way.first)
      run.addParameterGradients(
        input.rows, way.products, hasBias: weights.bias != nil, to: &sums, from: 2)
    }
    return (input.replacing(rows: results[0]), HiddenState(hidden: results[1]))
  }
}

/// One run of a scan, forward and back.
private final class ScanRun: Sendable {
  private let recurrence: ScanRecurrence
  private let products: Tensor
  private let first: Tensor
  private let steps: SequenceSteps
  private let units: Int

  /// The state before every step, and what of it was kept, `[rows, H]`.
  private let before: StepRows
  private let shares: StepRows

  init(
    recurrence: ScanRecurrence, products: Tensor, first: Tensor, steps: SequenceSteps, units: Int
  ) {
    self.recurrence = recurrence
    self.products = products
    self.first = first
    self.steps = steps
    self.units = units
    before = StepRows(rows: products.shape[0], width: units)
    shares = StepRows(rows: products.shape[0], width: units)
  }

  private var layout: SequenceLayout { steps.layout }
  private var width: Int { products.shape[1] }
  private var work: Double { Double(products.shape.count) * 40 }

  func forward() -> (rows: Tensor, last: Tensor) {
    let out = StepRows(rows: layout.rowCount, width: units)
    let state = StepRows(rows: layout.batchCount, width: units, first: first)
    withExtendedLifetime((self, out, state)) {
      steps.runTeam(work: work, leastSequences: 1) { sequences in
        steps.forEach(of: sequences, reversed: false) { _, rows, own in
          kernels.scans.forward(
            recurrence.kind, products.unsafeBase + rows.lowerBound * width,
            recurrence.recurrent?.unsafeBase, state[own.lowerBound], before[rows.lowerBound],
            shares[rows.lowerBound], out[rows.lowerBound], rows.count, units)
        }
      }
    }
    return (out.tensor, state.tensor)
  }

  /// - Returns: the gradients of the products and of the first state.
  func backward(
    out: Tensor, rows: Tensor?, last: Tensor?
  ) -> (products: Tensor, first: Tensor) {
    let gradient = StepRows(rows: layout.batchCount, width: units, first: last)
    let products = StepRows(rows: layout.rowCount, width: width)
    withExtendedLifetime((self, out, rows, gradient, products)) {
      steps.runTeam(work: work, leastSequences: 1) { sequences in
        steps.forEach(of: sequences, reversed: true) { _, own, part in
          let place = own.lowerBound * units
          if let rows {
            combineElements(
              gradient[part.lowerBound], rows.unsafeBase + place,
              by: kernels.elementwise.add, into: gradient[part.lowerBound], count: own.count * units
            )
          }
          kernels.scans.backward(
            recurrence.kind, self.products.unsafeBase + own.lowerBound * width,
            recurrence.recurrent?.unsafeBase, before[own.lowerBound], shares[own.lowerBound],
            out.unsafeBase + place, gradient[part.lowerBound], products[own.lowerBound],
            own.count, units)
        }
      }
    }
    return (products.tensor, gradient.tensor)
  }

  /// Adds the gradients of `W`, of the bias that there may be, and of what states are multiplied by to
  /// the sums from a place on.
  func addParameterGradients(
    _ input: Tensor, _ products: Tensor, hasBias: Bool, to sums: inout [Tensor?], from place: Int
  ) {
    let blocks = layout.gradientBlockRows(steps.direction)
    var place = place
    sums.addAffine(at: &place, hasBias: hasBias) {
      products.addTransposedTimes(input, blocks: blocks, to: &$0, &$1)
    }
    guard recurrence.recurrent != nil else { return }
    for rows in blocks {
      sums[place].add((products.rows(rows) * before.tensor.rows(rows)).sum(axis: 0))
    }
  }
}

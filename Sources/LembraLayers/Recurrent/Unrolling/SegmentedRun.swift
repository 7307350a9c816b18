import LembraTensor

/// One run of a layer over sequences, segment by segment, forward and back.
///
/// States have a row for every sequence, in the layout's order; nil stands for zeros.
final class SegmentedRun<Layer: SequenceLayer> {
  /// What is still to be gone back through, the last at the end.
  private enum Frame {
    /// Segments of which nothing is kept but the state before the first, and the room there is for more.
    case pending(Range<Int>, [Tensor]?, slots: Int)
    case recorded(Int, SegmentRecord)
  }

  /// The layer with constants for parameters, and which of them need a gradient.
  private let layer: Layer
  private let isTrained: [Bool]

  private let input: SequenceBatch
  private let needsRows: Bool
  private let direction: Direction
  private let dropoutKey: RandomKey?
  private let schedule: SegmentSchedule

  /// Whether anything needs a gradient.
  private let isTraining: Bool

  private var frames: [Frame] = []

  /// The output at every step while it is being computed, if it is asked for.
  private var outputs: StepRows?

  private var layout: SequenceLayout { input.layout }
  private var segments: [SegmentSchedule.Segment] { schedule.segments }

  /// The most rows that are advanced at once where nothing is kept of them but the state: what they
  /// put out stays in the caches.
  private static var rowsAtOnce: Int { 1024 }

  init(
    _ layer: Layer, _ input: SequenceBatch, _ direction: Direction, _ schedule: SegmentSchedule,
    isTraining: Bool, dropoutKey: RandomKey?
  ) {
    var constant = layer
    var isTrained: [Bool] = []
    constant.updateParameters { _, parameter in
      isTrained.append(parameter.isTracked)
      parameter = parameter.detached
    }
    self.layer = constant
    self.isTrained = isTrained
    self.input = input.replacing(rows: input.rows.detached)
    needsRows = input.rows.isTracked
    self.isTraining = isTraining
    self.direction = direction
    self.schedule = schedule
    self.dropoutKey = dropoutKey
  }

  // MARK: - Forward

  /// Computes everything once.
  ///
  /// - Parameters:
  ///   - state: the state before the first step.
  ///   - keepsOutputs: whether the output at every step is asked for.
  /// - Returns: the output, if it is, and the last state.
  func forward(
    from state: [Tensor]?, keepsOutputs: Bool
  ) -> (output: Tensor?, last: [Tensor]) {
    outputs = keepsOutputs ? StepRows(rows: layout.rowCount, width: layer.outputSize) : nil
    defer { outputs = nil }
    let all = 0..<segments.count
    let last =
      isTraining
      ? compute(all, from: state, slots: schedule.plan?.slots ?? 0) : advance(all, from: state)
    return (outputs?.tensor, last ?? [])
  }

  /// Computes segments, the last of which are then the first to be gone back through.
  ///
  /// - Returns: the state after them.
  private func compute(_ range: Range<Int>, from state: [Tensor]?, slots: Int) -> [Tensor] {
    var (range, state, slots) = (range, state, slots)
    while let first = range.first {
      guard let plan = schedule.plan, range.count > 1 else {
        state = record(first, from: state)
        range = first + 1..<range.upperBound
        continue
      }
      switch plan.choice(range.count, slots) {
      case .state(let count):
        let end = first + count
        frames.append(.pending(first..<end, state, slots: slots))
        state = advance(first..<end, from: state)
        slots = max(0, slots - 1)
        range = end..<range.upperBound
      case .record(let count):
        let last = first + count - 1
        if count > 1 {
          frames.append(.pending(first..<last, state, slots: slots))
          state = advance(first..<last, from: state)
        }
        state = record(last, from: state)
        slots -= plan.recordSlots
        range = last + 1..<range.upperBound
      }
    }
    return state ?? []
  }

  /// Runs over a segment and keeps everything.
  private func record(_ index: Int, from state: [Tensor]?) -> [Tensor] {
    let steps = segments[index].steps
    let record = SegmentRecord(
      layer, isTrained: isTrained, batch(steps), needsRows: needsRows,
      from: states(before: steps, state), dropoutKey: dropoutKey)
    frames.append(.recorded(index, record))
    return take(record.results, steps, state)
  }

  /// Runs over segments and keeps the state after them alone.
  private func advance(_ range: Range<Int>, from state: [Tensor]?) -> [Tensor]? {
    var state = state
    for index in range {
      let steps = segments[index].steps
      var next = 0
      while next < steps.count {
        // As many as are read at once, in the direction's order.
        var (end, rows) = (next, 0)
        repeat {
          let step = direction == .forward ? steps.lowerBound + end : steps.upperBound - 1 - end
          rows += layout.activeCounts[step]
          end += 1
        } while end < steps.count && rows < Self.rowsAtOnce
        let own =
          direction == .forward
          ? steps.lowerBound + next..<steps.lowerBound + end
          : steps.upperBound - end..<steps.upperBound - next
        let (output, last) = layer.run(
          batch(own),
          from: states(before: own, state).map { layer.zeroState(batch: 0).filled(from: $0) },
          dropoutKey: dropoutKey)
        state = take((output.rows, last.tensors), own, state)
        next = end
      }
    }
    return state
  }

  private func batch(_ steps: Range<Int>) -> SequenceBatch {
    SequenceBatch(
      rows: input.rows.rows(layout.rows(ofSteps: steps)), layout: layout.part(steps))
  }

  /// The states of the sequences that have some steps.
  private func states(before steps: Range<Int>, _ state: [Tensor]?) -> [Tensor]? {
    state?.map { $0.rows(0..<layout.activeCounts[steps.lowerBound]) }
  }

  /// Takes over what some steps put out.
  ///
  /// - Returns: the state after them.
  private func take(
    _ results: (output: Tensor, last: [Tensor]), _ steps: Range<Int>, _ state: [Tensor]?
  ) -> [Tensor] {
    if let outputs {
      results.output.withElements {
        outputs[layout.rows(ofSteps: steps).lowerBound].update(
          from: $0, count: results.output.shape.count)
      }
    }
    return results.last.enumerated().map { $1.followed(by: state?[$0], count: layout.batchCount) }
  }

  // MARK: - Back

  /// Backpropagation through time.
  ///
  /// - Parameters:
  ///   - rows: the gradient of the output at every step, zeros when nil.
  ///   - states: those of the tensors of the last state, likewise.
  ///   - sums: what those of the trained parameters are added to.
  /// - Returns: the gradients of the trained parameters, of the rows and of the first state.
  func backward(
    rows: Tensor?, states: [Tensor?], onto sums: consuming [Tensor?]
  ) -> SegmentRecord.Gradients {
    var result = SegmentRecord.Gradients(
      parameters: sums, rows: needsRows ? Tensor(zeros: input.rows.shape) : nil, states: states)
    while let frame = frames.popLast() {
      if rows == nil && result.states.allSatisfy({ $0 == nil }) { break }
      switch frame {
      case .pending(let range, let state, let slots):
        _ = compute(range, from: state, slots: slots)
      case .recorded(let index, let record):
        goBack(through: index, record, rows, &result)
      }
    }
    frames = []
    return result
  }

  private func goBack(
    through index: Int, _ record: SegmentRecord, _ rows: Tensor?,
    _ result: inout SegmentRecord.Gradients
  ) {
    let steps = segments[index].steps
    let own = layout.rows(ofSteps: steps)
    let active = layout.activeCounts[steps.lowerBound]
    var sums: [Tensor?] = []
    swap(&sums, &result.parameters)
    let gradients = record.gradients(
      rows: rows.map { $0.rowsOrUniform(own) },
      states: result.states.map { $0?.rows(0..<active) }, onto: consume sums)
    result.parameters = gradients.parameters
    if let part = gradients.rows {
      let start = own.lowerBound * part.shape[1]
      result.rows?.withMutableElements { whole in
        part.withElements { (whole + start).update(from: $0, count: part.shape.count) }
      }
    }
    // Where no state was given, none before it needs a gradient.
    let before = gradients.states.isEmpty ? result.states.map { _ in nil } : gradients.states
    result.states = zip(before, result.states).map { new, old in
      let own = new ?? old.map { Tensor(zeros: [active, $0.shape[1]]) }
      return own?.followed(by: old, count: layout.batchCount)
    }
    guard segments[index].isCut else { return }
    // Sequences that go on from the segment before; others begin in this one.
    let carried = layout.activeCounts[segments[index - 1].steps.lowerBound]
    result.states = result.states.map { state in
      guard let state, carried < active || active < layout.batchCount else { return nil }
      return Tensor(zeros: [min(carried, active), state.shape[1]])
        .followed(by: state, count: layout.batchCount)
    }
  }
}

extension Tensor {
  /// These rows, then those of `rest`, or zeros, from the same place on, up to `count` in all.
  fileprivate func followed(by rest: Tensor?, count: Int) -> Tensor {
    if shape[0] == count { return self }
    let others = rest?.rows(shape[0]..<count) ?? Tensor(zeros: [count - shape[0], shape[1]])
    return Tensor(stacking: [self, others])
  }

  /// Some rows, which need no memory if all elements are the same.
  fileprivate func rowsOrUniform(_ range: Range<Int>) -> Tensor {
    uniformValue.map { Tensor(repeating: $0, shape: [range.count, shape[1]]) } ?? rows(range)
  }
}

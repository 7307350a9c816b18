public import LembraTensor

/// A cell that advances step by step, each input being known only after the step before: what a
/// decoder with attention repeats.
///
/// It does what the cell's `step` does, in less time where gradients are asked for: weights are
/// brought into the order of the kernels once, their gradients are one product over all steps, and
/// the parts of the inputs that are known beforehand are multiplied all at once.
///
///     let stepper = cell.stepper(inputSizes: [words.shape[1], feedback.shape[1]])
///     let known = stepper.projected(words, part: 0)      // all steps at once
///     (hidden, state) = stepper.step([known.rows(now), stepper.projected(feedback, part: 1)], state)
///
/// A state is the list of the tensors of the cell's state, in visiting order.
public struct CellStepper: Sendable {
  private let projections: [@Sendable (Tensor) -> Tensor]
  private let advance: @Sendable ([Tensor], [Tensor]) -> (hidden: Tensor, state: [Tensor])

  init(
    projections: [@Sendable (Tensor) -> Tensor],
    advance: @escaping @Sendable ([Tensor], [Tensor]) -> (hidden: Tensor, state: [Tensor])
  ) {
    self.projections = projections
    self.advance = advance
  }

  /// What a step makes of a part of its input, for any number of rows.
  ///
  /// - Precondition: there is such a part, and `rows` is as wide.
  public func projected(_ rows: Tensor, part: Int = 0) -> Tensor {
    projections[part](rows)
  }

  /// Advances by one step.
  ///
  /// - Parameters:
  ///   - projections: what ``projected(_:part:)`` made of each part of the input.
  ///   - state: the state before, a row for each row of the input.
  /// - Returns: the output `[N, P]`, and the state after the step.
  public func step(
    _ projections: [Tensor], _ state: [Tensor]
  ) -> (hidden: Tensor, state: [Tensor]) {
    advance(projections, state)
  }
}

extension RecurrentCell {
  /// The stepper that repeats `step`.
  func repeatingStep(_ inputSizes: [Int]) -> CellStepper {
    repeating(inputSizes) { step($0, $1) }
  }

  /// The stepper that repeats `step` while a probe looks on, rows being in the caller's order.
  func watchedStepper(_ inputSizes: [Int], _ probe: LayerProbe) -> CellStepper {
    let run = probe.begin(.forward, order: nil)
    let steps = StepCount()
    return repeating(inputSizes) { input, state in
      let watch = StepWatch(run, step: steps.next())
      return step(watch.value(.reading, input), state, watch: watch)
    }
  }

  private func repeating(
    _ inputSizes: [Int], _ advance: @escaping @Sendable (Tensor, State) -> State
  ) -> CellStepper {
    requireParts(inputSizes, of: inputSize)
    return CellStepper(projections: inputSizes.map { _ in { $0 } }) { parts, state in
      let input = parts.count == 1 ? parts[0] : Tensor(concatenatingColumns: parts)
      let next = advance(input, zeroState(batch: 0).filled(from: state))
      return (next.hidden, next.tensors)
    }
  }
}

/// Counts the steps of a stepper that a probe looks on at, which one task advances.
private final class StepCount: @unchecked Sendable {
  private var count = 0

  func next() -> Int {
    defer { count += 1 }
    return count
  }
}

extension GateWeights {
  /// The stepper of a cell that computes its state from the products `x = W x + b` and
  /// `y = R h + b` alone, the first tensor of which is `h`.
  func stepper(
    _ inputSizes: [Int],
    _ gates: @escaping @Sendable (_ x: Tensor, _ y: Tensor, _ state: [Tensor]) -> [Tensor]
  ) -> CellStepper {
    requireParts(inputSizes, of: inputSize)
    var start = 0
    let projections = inputSizes.enumerated().map { index, size in
      defer { start += size }
      return RepeatedAffine(
        input.columns(start..<start + size), index == 0 ? inputBias : nil)
    }
    let recurrent = RepeatedAffine(hidden, hiddenBias)
    return CellStepper(projections: projections.map { map in { map($0) } }) { parts, state in
      let x = parts.dropFirst().reduce(parts[0]) { $0 + $1 }
      let next = gates(x, recurrent(state[0]), state)
      return (next[0], next)
    }
  }
}

/// Traps unless the parts of an input make up the whole.
private func requireParts(_ sizes: [Int], of inputSize: Int) {
  precondition(
    sizes.reduce(0, +) == inputSize, "stepper: parts of \(sizes) for an input of \(inputSize)")
}

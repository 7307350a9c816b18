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
  private let advance: Advance

  /// Makes the output and the state after of what a step makes of each part of its input, of the state
  /// before and of the noise of the step.
  fileprivate typealias Advance =
    @Sendable ([Tensor], [Tensor], RecurrentNoise?) -> (
      hidden: Tensor, state: [Tensor]
    )

  fileprivate init(
    projections: [@Sendable (Tensor) -> Tensor], advance: @escaping Advance
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
    step(projections, state, noise: nil)
  }

  /// Advances by one step, in which chance has its part.
  func step(
    _ projections: [Tensor], _ state: [Tensor], noise: RecurrentNoise?
  ) -> (hidden: Tensor, state: [Tensor]) {
    advance(projections, state, noise)
  }
}

extension CellStepper {
  /// The stepper of a cell that knows of its input no more than the product `x = W x + b`, and whose state
  /// begins with the output.
  ///
  /// - Parameters:
  ///   - weight: `W`, `[O, I]`.
  ///   - bias: `b`, `[O]`, or nil for none.
  ///   - inputSizes: the sizes of the parts of an input.
  ///   - advance: makes the state after from the product, the state before and the noise of the step.
  init(
    _ weight: Tensor, _ bias: Tensor?, _ inputSizes: [Int],
    advance: @escaping @Sendable (_ x: Tensor, _ state: [Tensor], RecurrentNoise?) -> [Tensor]
  ) {
    requireParts(inputSizes, of: weight.shape[1])
    var start = 0
    let maps = inputSizes.enumerated().map { index, size in
      defer { start += size }
      return RepeatedAffine(weight.columns(start..<start + size), index == 0 ? bias : nil)
    }
    self.init(projections: maps.map { map in { map($0) } }) { parts, state, noise in
      let next = advance(parts.dropFirst().reduce(parts[0]) { $0 + $1 }, state, noise)
      return (next[0], next)
    }
  }
}

extension RecurrentCell {
  /// The stepper that repeats `step`.
  func repeatingStep(_ inputSizes: [Int]) -> CellStepper {
    repeating(inputSizes) { input, state, _ in step(input, state) }
  }

  /// The stepper that repeats `step` while a probe looks on, rows being in the order of a layout, if there
  /// is one.
  func watchedStepper(
    _ inputSizes: [Int], _ probe: LayerProbe, _ layout: SequenceLayout?
  ) -> CellStepper {
    let run = probe.begin(.forward, layout)
    let steps = StepCount()
    return repeating(inputSizes) { input, state, noise in
      let watch = StepWatch(run, step: steps.next(), noise: noise)
      return step(watch.value(.reading, input), state, watch: watch)
    }
  }

  private func repeating(
    _ inputSizes: [Int], _ advance: @escaping @Sendable (Tensor, State, RecurrentNoise?) -> State
  ) -> CellStepper {
    requireParts(inputSizes, of: inputSize)
    return CellStepper(projections: inputSizes.map { _ in { $0 } }) { parts, state, noise in
      let input = parts.count == 1 ? parts[0] : Tensor(concatenatingColumns: parts)
      let next = advance(input, zeroState(batch: 0).filled(from: state), noise)
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

/// Traps unless the parts of an input make up the whole.
private func requireParts(_ sizes: [Int], of inputSize: Int) {
  precondition(
    sizes.reduce(0, +) == inputSize, "stepper: parts of \(sizes) for an input of \(inputSize)")
}

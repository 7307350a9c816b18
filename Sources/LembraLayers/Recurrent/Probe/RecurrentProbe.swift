package import LembraTensor

/// A look into the recurrent layers of a module while it runs.
///
///     let probe = RecurrentProbe()
///     let (loss, gradients) = valueAndGradients(of: module.probed(by: probe)) { … }
///     for record in probe.records { print(record.part, record.step, record.value) }
///
/// A layer that is looked into repeats the `step` of its cell, which is the definition of what the
/// kernels compute. Everything that a step shows is kept, in the order in which it was computed, and
/// after the way back so is the gradient of the loss with respect to it.
///
/// A probe belongs to the one task that runs the module.
package final class RecurrentProbe: @unchecked Sendable {
  /// One run of a layer.
  package struct Run: Sendable {
    /// The place of the layer in the module, such as `encoder.l0.forward`.
    package let layer: String

    package let direction: Direction

    /// The caller's index of each row of a step; nil if rows are in the caller's order.
    package let order: [Int]?
  }

  /// A part of one step of a run.
  package struct Record: Sendable {
    /// The run, by its place in ``RecurrentProbe/runs``.
    package let run: Int

    /// The step, counted from 0 at the beginning of each sequence.
    package let step: Int

    package let part: StepPart
    package let squashing: Squashing

    /// What was computed, a row for each sequence that has this step.
    package let value: Tensor

    /// The gradient of the loss with respect to ``value``; nil if the loss does not depend on it, or
    /// before the way back.
    package fileprivate(set) var gradient: Tensor?
  }

  package private(set) var runs: [Run] = []

  /// What was shown, in the order in which it was computed.
  package private(set) var records: [Record] = []

  /// A number that is infinite or not a number: an element of the part of a record or, which is no record
  /// of this probe, of a sum that a part is made of.
  package struct NotFinite: Sendable {
    package let record: Record
    package let isSum: Bool
    package let index: Int
  }

  /// The first number that is infinite or not a number, in the order of computation.
  package private(set) var firstNotFinite: NotFinite?

  package init() {}

  func begin(_ layer: String, _ direction: Direction, order: [Int]?) -> ProbedRun {
    runs.append(Run(layer: layer, direction: direction, order: order))
    return ProbedRun(probe: self, index: runs.count - 1)
  }

  /// Keeps a part of a step, and returns it so that its gradient will be kept too.
  fileprivate func keep(
    _ part: StepPart, _ squashing: Squashing, sum: Tensor?, _ value: Tensor, run: Int, step: Int
  ) -> Tensor {
    if let sum { check(part, ofSum: sum, run: run, step: step) }
    let record = Record(
      run: run, step: step, part: part, squashing: squashing, value: value.detached)
    check(record, isSum: false)
    let place = records.count
    records.append(record)
    return .recorded(
      value.detached,
      value.receiving { [self] gradient in
        records[place].gradient = gradient
        return gradient
      })
  }

  fileprivate func check(_ part: StepPart, ofSum sum: Tensor, run: Int, step: Int) {
    check(
      Record(run: run, step: step, part: part, squashing: .none, value: sum.detached), isSum: true)
  }

  private func check(_ record: Record, isSum: Bool) {
    guard firstNotFinite == nil, let index = record.value.firstNotFinite else { return }
    firstNotFinite = NotFinite(record: record, isSum: isSum, index: index)
  }
}

/// A run of a layer that is looked into.
struct ProbedRun: Sendable {
  fileprivate let probe: RecurrentProbe
  fileprivate let index: Int

  func keep(
    _ part: StepPart, _ squashing: Squashing, sum: Tensor?, _ value: Tensor, step: Int
  ) -> Tensor {
    probe.keep(part, squashing, sum: sum, value, run: index, step: step)
  }

  func check(_ part: StepPart, ofSum sum: Tensor, step: Int) {
    probe.check(part, ofSum: sum, run: index, step: step)
  }
}

/// What looks into one layer.
struct LayerProbe: Sendable {
  private let probe: RecurrentProbe
  private let layer: String

  init(_ probe: RecurrentProbe, layer: String) {
    self.probe = probe
    self.layer = layer
  }

  /// Begins a run over sequences that are laid out so, or in the caller's order if there is no layout.
  func begin(_ direction: Direction, _ layout: SequenceLayout?) -> ProbedRun {
    probe.begin(
      layer, direction, order: layout.flatMap { $0.isInCallersOrder ? nil : $0.order })
  }
}

extension Module {
  /// This module, whose recurrent layers `probe` looks into.
  package func probed(by probe: RecurrentProbe) -> Self {
    var copy = self
    var walk = ParameterWalk(probe: probe)
    copy.visitParameters(&walk)
    return copy
  }

  /// This module, into which nothing looks.
  package var unprobed: Self {
    var copy = self
    var walk = ParameterWalk(removingProbes: true)
    copy.visitParameters(&walk)
    return copy
  }
}

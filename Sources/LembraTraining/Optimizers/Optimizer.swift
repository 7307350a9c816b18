public import LembraLayers
public import LembraTensor

/// A rule by which parameters follow their gradients.
///
/// An optimizer is a value: copying it is a snapshot of its state.
///
///     var optimizer = Adam(learningRate: 0.001)
///     let (loss, gradients) = valueAndGradients(of: model) { $0.loss(batch) }
///     optimizer.update(&model, along: gradients)
///
/// State begins as zeros at the first update. A parameter without a gradient is left alone, with
/// its state, as in PyTorch.
public protocol Optimizer: Sendable {
  /// The step size, which a schedule may change between updates.
  var learningRate: Double { get set }

  /// The name and the settings but for the learning rate, such as `sgd momentum=0.9`.
  var summary: String { get }

  /// Makes the state that updates of `model` need, zeros, unless it is there.
  mutating func prepare(for model: some Module)

  /// Moves the parameters of `model` one step against `gradients`.
  ///
  /// - Precondition: `gradients` are those of `model`, and so is the state.
  mutating func update<M: Module>(
    _ model: inout M, along gradients: Gradients, scaling: GradientScaling)

  /// Shows all state to `walk`, always in the same order and under the same name.
  mutating func visitState(_ walk: inout OptimizerStateWalk)
}

extension Optimizer {
  /// Moves the parameters of `model` one step against `gradients` as they are.
  ///
  /// - Precondition: `gradients` are those of `model`, and so is the state.
  public mutating func update<M: Module>(_ model: inout M, along gradients: Gradients) {
    update(&model, along: gradients, scaling: .none)
  }
}

/// One pass over the state of an optimizer: for each name a tensor, or a count, for each parameter.
///
/// The arrays are empty before the first update.
public struct OptimizerStateWalk {
  private let tensors: (String, inout [Tensor]) -> Void
  private let counts: (String, inout [Int]) -> Void

  package init(
    tensors: @escaping (String, inout [Tensor]) -> Void,
    counts: @escaping (String, inout [Int]) -> Void
  ) {
    self.tensors = tensors
    self.counts = counts
  }

  /// Visits tensors of the parameters' shapes, in visiting order.
  public func callAsFunction(_ name: String, _ state: inout [Tensor]) {
    tensors(name, &state)
  }

  /// Visits numbers, one for each parameter in visiting order.
  public func callAsFunction(_ name: String, _ state: inout [Int]) {
    counts(name, &state)
  }
}

public import LembraTensor

/// What a recurrent cell carries from one step to the next: one row per sequence.
///
/// A state is visited like the parameters of a module; a learnt first state is trained in the same
/// way.
public protocol RecurrentState: Module, CarriedState {
  /// The cell's output, `[N, P]`.
  var hidden: Tensor { get }
}

extension RecurrentState {
  public mutating func visitTensors(_ body: (inout Tensor) -> Void) {
    updateParameters { _, rows in body(&rows) }
  }

  /// This state for its sequences, followed by `rest` from the same position on.
  func replacingPrefix(of rest: Self) -> Self {
    batchCount == rest.batchCount
      ? self : Self(stacking: [self, rest.rows(batchCount..<rest.batchCount)])
  }

  /// `count` copies of a state of one sequence.
  func repeated(_ count: Int) -> Self {
    gatheringRows(Array(repeating: 0, count: count))
  }
}

/// A state that is nothing but the output: that of an RNN or a GRU.
public struct HiddenState: RecurrentState {
  public var hidden: Tensor

  /// A state from its output, `[N, H]`.
  public init(hidden: Tensor) {
    self.hidden = hidden
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("hidden", &hidden)
  }

  // As the default does, without the names: every run of a layer visits its states.
  public mutating func visitTensors(_ body: (inout Tensor) -> Void) { body(&hidden) }
}

public import LembraTensor

/// What a recurrent cell carries from one step to the next: one row per sequence.
///
/// A state is visited like the parameters of a module, which is all that cutting, joining and
/// reordering its rows need; a learnt first state is trained in the same way.
public protocol RecurrentState: Module, CarriedState {
  /// The cell's output, `[N, H]`.
  var hidden: Tensor { get }
}

extension RecurrentState {
  /// The number of sequences, N.
  public var batchCount: Int { hidden.shape[0] }

  public var detached: Self { mapping(\.detached) }

  /// The state of the sequences in `range`.
  public func rows(_ range: Range<Int>) -> Self { mapping { $0.rows(range) } }

  /// The states of single sequences or batches, one after the other.
  ///
  /// - Precondition: there is at least one.
  public init(stacking states: [Self]) {
    precondition(!states.isEmpty, "RecurrentState: there are no states to stack")
    let parts = states.map { $0.parameters.map(\.value) }
    var index = 0
    self = states[0].mapping { _ in
      defer { index += 1 }
      return Tensor(stacking: parts.map { $0[index] })
    }
  }

  func mapping(_ transform: (Tensor) -> Tensor) -> Self {
    var copy = self
    copy.updateParameters { _, rows in rows = transform(rows) }
    return copy
  }

  /// This state for its sequences, followed by `rest` from the same position on.
  func replacingPrefix(of rest: Self) -> Self {
    batchCount == rest.batchCount
      ? self : Self(stacking: [self, rest.rows(batchCount..<rest.batchCount)])
  }

  /// `count` copies of a state of one sequence.
  func repeated(_ count: Int) -> Self {
    mapping { $0.gatheringRows(Array(repeating: 0, count: count)) }
  }
}

/// A state that is nothing but the output: that of an RNN or a GRU.
public struct HiddenState: RecurrentState {
  public var hidden: Tensor

  public init(hidden: Tensor) {
    self.hidden = hidden
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("hidden", &hidden)
  }
}

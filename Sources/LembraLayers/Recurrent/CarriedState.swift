public import LembraTensor

/// What a recurrent model hands on from one step, or one chunk of its streams, to the next: tensors
/// with a row for each sequence.
///
/// A state is a value. Cutting, joining and reordering its sequences follow from visiting its
/// tensors, whatever the model: a cell, a bidirectional layer or a stack of layers.
public protocol CarriedState: Sendable {
  /// Shows every tensor to `body`, always in the same order, for changing it in place.
  mutating func visitTensors(_ body: (inout Tensor) -> Void)
}

extension CarriedState {
  /// The same numbers as constants, through which no gradient flows.
  public var detached: Self { mapping(\.detached) }

  /// The number of sequences, N.
  public var batchCount: Int { tensors.first?.shape[0] ?? 0 }

  /// The state of the sequences in `range`.
  ///
  /// - Precondition: there are that many sequences.
  public func rows(_ range: Range<Int>) -> Self { mapping { $0.rows(range) } }

  /// The state of the sequences at `indices`, in that order; one may occur more than once.
  ///
  /// - Precondition: every index is that of a sequence.
  public func gatheringRows(_ indices: [Int]) -> Self { mapping { $0.gatheringRows(indices) } }

  /// The states of single sequences or batches, one after the other.
  ///
  /// - Precondition: there is at least one, and all are states of the same model.
  public init(stacking states: [Self]) {
    precondition(!states.isEmpty, "CarriedState: there are no states to stack")
    let parts = states.map(\.tensors)
    precondition(
      parts.allSatisfy { $0.count == parts[0].count },
      "CarriedState: the states are not of the same model")
    var index = 0
    self = states[0].mapping { _ in
      defer { index += 1 }
      return Tensor(stacking: parts.map { $0[index] })
    }
  }

  /// The tensors in visiting order.
  var tensors: [Tensor] {
    var copy = self
    var result: [Tensor] = []
    copy.visitTensors { result.append($0) }
    return result
  }

  func mapping(_ transform: (Tensor) -> Tensor) -> Self {
    var copy = self
    copy.visitTensors { rows in rows = transform(rows) }
    return copy
  }

  /// A state like this one that has other tensors.
  ///
  /// - Precondition: there are as many as in this one.
  func filled(from tensors: [Tensor]) -> Self {
    var index = 0
    let result = mapping { _ in
      precondition(index < tensors.count, "a state of only \(tensors.count) tensors")
      defer { index += 1 }
      return tensors[index]
    }
    precondition(index == tensors.count, "\(tensors.count) tensors for a state of \(index)")
    return result
  }
}

extension Tensor: CarriedState {
  public mutating func visitTensors(_ body: (inout Tensor) -> Void) { body(&self) }
}

extension Array: CarriedState where Element: CarriedState {
  public mutating func visitTensors(_ body: (inout Tensor) -> Void) {
    for index in indices { self[index].visitTensors(body) }
  }
}

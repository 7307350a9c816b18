/// A record of the operations behind a value, replayed in reverse to compute gradients.
///
/// The records lie flat in one array and refer to each other's results by index. A graph of linked
/// objects would be torn down recursively and overflow the stack on long sequences.
///
/// A tape belongs to the one task that records on it.
package final class Tape: @unchecked Sendable {
  /// Maps the gradients of an operation's results to the gradients of its inputs.
  ///
  /// A result that nothing used has no gradient. An input that needs none, because it is not on the
  /// tape, may be answered with `nil`.
  package typealias Pullback = (_ gradients: [Tensor?]) -> [Tensor?]

  /// A pullback that adds to the sums of the gradients of its inputs that there are so far, in an order
  /// of its own.
  ///
  /// Nobody else holds the sums meanwhile, so what is added in place is not copied.
  package typealias SummingPullback = (_ gradients: [Tensor?], _ sums: inout [Tensor?]) -> Void

  private enum WayBack {
    case fresh(Pullback)
    case summing(SummingPullback)
  }

  private struct Record {
    var inputs: [Int?]
    var results: Range<Int>
    var pullback: WayBack
  }

  private var records: [Record] = []
  private var valueCount = 0
  private var leafCount = 0
  private var isRecording = true

  /// Whether values on this tape are constants from now on.
  fileprivate private(set) var isClosed = false

  package init() {}

  /// Forgets every record.
  ///
  /// Pullbacks hold tensors and tensors hold their tape, so a tape that is not closed keeps itself
  /// alive. Values that outlive the tape are constants from here on.
  package func close() {
    records = []
    isRecording = false
    isClosed = true
  }

  /// Returns `value` as a leaf: a value to differentiate with respect to.
  ///
  /// - Precondition: nothing was recorded yet.
  package func leaf(_ value: Tensor) -> Tensor {
    precondition(records.isEmpty, "Tape: leaves come before the first operation")
    leafCount += 1
    return tracked(value)
  }

  private func tracked(_ value: Tensor) -> Tensor {
    defer { valueCount += 1 }
    return value.recorded(at: Node(tape: self, index: valueCount))
  }

  /// The numbers in the results of all operations so far.
  package private(set) var recordedFloats = 0

  fileprivate func append(
    _ values: [Tensor], inputs: [Node?], pullback: @escaping Pullback
  ) -> [Tensor] {
    append(values, inputs: inputs, .fresh(pullback))
  }

  fileprivate func append(
    _ values: [Tensor], inputs: [Node?], summing pullback: @escaping SummingPullback
  ) -> [Tensor] {
    append(values, inputs: inputs, .summing(pullback))
  }

  private func append(
    _ values: [Tensor], inputs: [Node?], _ pullback: WayBack
  ) -> [Tensor] {
    guard isRecording else { return values }
    let inputs = inputs.map { node -> Int? in
      guard let node, !node.tape.isClosed else { return nil }
      precondition(node.tape === self, "Tape: the inputs of an operation are on different tapes")
      return node.index
    }
    let results = valueCount..<valueCount + values.count
    for value in values { recordedFloats += value.shape.count }
    records.append(Record(inputs: inputs, results: results, pullback: pullback))
    return values.map(tracked)
  }

  /// Returns the gradients of the scalar `loss` with respect to the leaves, and closes the tape.
  ///
  /// A leaf that the loss does not depend on has no gradient. Records are released as they are
  /// replayed, so memory falls while the gradients are computed.
  package func gradients(of loss: Tensor) -> [Tensor?] {
    gradients(of: [(loss, Tensor(repeating: 1, shape: loss.shape))])
  }

  /// Returns the gradients of the leaves from those of some values, and closes the tape.
  ///
  /// - Parameters:
  ///   - values: values and their gradients; values that are not on the tape are passed over.
  ///   - sums: what is added to, one for each of the first leaves.
  /// - Returns: a gradient for each leaf that has one.
  package func gradients(
    of values: [(value: Tensor, gradient: Tensor)], onto sums: consuming [Tensor?] = []
  ) -> [Tensor?] {
    isRecording = false
    defer { close() }
    var gradients = consume sums
    gradients.append(contentsOf: repeatElement(nil, count: valueCount - gradients.count))
    for (value, gradient) in values {
      guard let node = value.node, node.tape === self else { continue }
      gradients[node.index].add(gradient)
    }
    while let record = records.popLast() {
      let results = record.results.map { gradients[$0].take() }
      guard results.contains(where: { $0 != nil }) else { continue }
      var contributions: [Tensor?]
      switch record.pullback {
      case .fresh(let pullback): contributions = pullback(results)
      case .summing(let pullback):
        contributions = record.inputs.map { input in input.flatMap { gradients[$0].take() } }
        pullback(results, &contributions)
      }
      for (input, contribution) in zip(record.inputs, contributions) {
        if let input { gradients[input].add(contribution) }
      }
    }
    return Array(gradients.prefix(leafCount))
  }
}

/// A value's place on the tape that recorded it.
package struct Node: Sendable {
  fileprivate let tape: Tape
  fileprivate let index: Int
}

// MARK: - Recording operations

/// An input of an operation together with its share of the pullback.
package struct Receiver {
  fileprivate let input: Tensor
  fileprivate let pullback: (Tensor) -> Tensor
}

extension Tensor {
  /// Whether this value is on a tape that is still open, and so needs a gradient.
  package var isTracked: Bool { node.map { !$0.tape.isClosed } ?? false }

  private var tape: Tape? { node.flatMap { $0.tape.isClosed ? nil : $0.tape } }

  /// This tensor as an input that receives what `pullback` makes of the result's gradient.
  package func receiving(_ pullback: @escaping (_ gradient: Tensor) -> Tensor) -> Receiver {
    Receiver(input: self, pullback: pullback)
  }

  /// Returns `value` recorded as the result of an operation on the inputs of `receivers`.
  ///
  /// When no input is on a tape nothing is recorded. Only the pullbacks of inputs that are on a
  /// tape ever run.
  package static func recorded(_ value: Tensor, _ receivers: Receiver...) -> Tensor {
    let tracked = receivers.filter(\.input.isTracked)
    guard let tape = tracked.first?.input.tape else { return value }
    return tape.append([value], inputs: tracked.map(\.input.node)) { gradients in
      tracked.map { receiver in gradients[0].map(receiver.pullback) }
    }[0]
  }

  /// Returns `values` recorded as the results of one operation on `inputs`.
  package static func recorded(
    _ values: [Tensor], from inputs: [Tensor], pullback: @escaping Tape.Pullback
  ) -> [Tensor] {
    guard let tape = inputs.lazy.compactMap(\.tape).first else { return values }
    return tape.append(values, inputs: inputs.map(\.node), pullback: pullback)
  }

  /// The same where the pullback adds to the gradients that its inputs have so far.
  package static func recorded(
    _ values: [Tensor], from inputs: [Tensor], summing pullback: @escaping Tape.SummingPullback
  ) -> [Tensor] {
    guard let tape = inputs.lazy.compactMap(\.tape).first else { return values }
    return tape.append(values, inputs: inputs.map(\.node), summing: pullback)
  }
}

extension Tensor? {
  /// Adds a gradient, if there is one, to a sum that may not have begun.
  package mutating func add(_ gradient: Tensor?) {
    guard let gradient else { return }
    if self == nil {
      self = gradient
    } else {
      self?.accumulate(gradient)
    }
  }
}

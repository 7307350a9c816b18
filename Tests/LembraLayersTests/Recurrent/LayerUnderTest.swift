import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// The state of a layer as a list of tensors, one row a sequence.
protocol ListedState {
  var tensors: [Tensor] { get }

  /// A state like this one that takes its tensors from the front of `tensors`.
  func filled(from tensors: inout ArraySlice<Tensor>) -> Self
}

extension ListedState where Self: RecurrentState {
  var tensors: [Tensor] { parameters.map(\.value) }

  func filled(from tensors: inout ArraySlice<Tensor>) -> Self {
    var copy = self
    var rest = tensors
    copy.updateParameters { _, rows in rows = rest.removeFirst() }
    tensors = rest
    return copy
  }
}

extension HiddenState: ListedState {}
extension LSTMCell.State: ListedState {}

extension Bidirectional.State: ListedState where Cell.State: ListedState {
  var tensors: [Tensor] { forward.tensors + backward.tensors }

  func filled(from tensors: inout ArraySlice<Tensor>) -> Self {
    Self(forward: forward.filled(from: &tensors), backward: backward.filled(from: &tensors))
  }
}

extension Array: ListedState where Element: ListedState {
  var tensors: [Tensor] { flatMap(\.tensors) }

  func filled(from tensors: inout ArraySlice<Tensor>) -> Self {
    map { $0.filled(from: &tensors) }
  }
}

/// A recurrent layer of any type.
struct LayerUnderTest: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// Whether whole runs are computed by fused kernels, not by repeated steps.
  let isFused: Bool
  let parameters: [(name: String, value: Tensor)]
  let storedTensors: Int
  let inputSize: Int
  let outputSize: Int

  /// Runs the layer without a tape.
  let run:
    @Sendable (_ input: SequenceBatch, _ state: [Tensor]?, _ key: RandomKey?) -> (
      output: SequenceBatch, state: [Tensor], summary: Tensor
    )

  /// Runs it with everything on a tape; the gradients are those of a weighted sum of all results by
  /// the parameters, the input's rows and the state.
  let train:
    @Sendable (_ input: SequenceBatch, _ state: [Tensor]?) -> (
      output: SequenceBatch, state: [Tensor], gradients: [Tensor?]
    )

  /// The same, unrolled in some way; with a weighted sum of the last states alone unless it keeps the
  /// outputs.
  let unroll:
    @Sendable (
      _ input: SequenceBatch, _ state: [Tensor]?, _ key: RandomKey?, _ unrolling: Unrolling,
      _ keepsOutputs: Bool
    ) -> (output: SequenceBatch?, state: [Tensor], gradients: [Tensor?])

  init<Layer: SequenceLayer>(
    _ name: String, isFused: Bool = true, _ layer: Layer
  ) where Layer.State: ListedState {
    testDescription = name
    self.isFused = isFused
    parameters = layer.parameters
    storedTensors = storedTensorCount(in: layer)
    inputSize = layer.inputSize
    outputSize = layer.outputSize
    run = { input, state, key in
      let first = state.map { Self.state(of: layer, $0, for: input) }
      let (output, last) = layer(input, from: first, dropoutKey: key)
      return (output, last.tensors, layer.summary(of: last))
    }
    train = { input, state in
      let tape = Tape()
      var tracked = layer
      tracked.updateParameters { _, parameter in parameter = tape.leaf(parameter) }
      let rows = tape.leaf(input.rows)
      let first = state.map { Self.state(of: layer, $0.map(tape.leaf), for: input) }
      let (output, last) = tracked(input.replacing(rows: rows), from: first)
      let loss = ([output.rows] + last.tensors).enumerated().reduce(Tensor(0)) { sum, part in
        sum + (part.1 * random(part.1.shape, seed: UInt64(part.0))).sum()
      }
      let gradients = tape.gradients(of: loss)
      return (
        output.replacing(rows: output.rows.detached), last.tensors.map(\.detached), gradients
      )
    }
    unroll = { input, state, key, unrolling, keepsOutputs in
      let tape = Tape()
      var tracked = layer
      tracked.updateParameters { _, parameter in parameter = tape.leaf(parameter) }
      let batch = input.replacing(rows: tape.leaf(input.rows))
      let first = state.map { Self.state(of: layer, $0.map(tape.leaf), for: input) }
      var output: SequenceBatch?
      let last: Layer.State
      if keepsOutputs {
        let run = tracked(batch, from: first, dropoutKey: key, unrolling: unrolling)
        (output, last) = (run.output, run.finalState)
      } else {
        last = tracked.finalState(of: batch, from: first, dropoutKey: key, unrolling: unrolling)
      }
      let parts = (output.map { [$0.rows] } ?? []) + last.tensors
      let loss = parts.enumerated().reduce(Tensor(0)) { sum, part in
        sum + (part.1 * random(part.1.shape, seed: UInt64(part.0))).sum()
      }
      let gradients = tape.gradients(of: loss)
      return (
        output.map { $0.replacing(rows: $0.rows.detached) }, last.tensors.map(\.detached), gradients
      )
    }
  }

  private static func state<Layer: SequenceLayer>(
    of layer: Layer, _ tensors: [Tensor], for input: SequenceBatch
  ) -> Layer.State where Layer.State: ListedState {
    var rest = tensors[...]
    return layer(input).finalState.filled(from: &rest)
  }

  /// A state of random numbers for the sequences of `input`.
  func randomState(for input: SequenceBatch) -> [Tensor] {
    run(input, nil, nil).state.enumerated().map {
      random($1.shape, in: -1...1, seed: 100 + UInt64($0))
    }
  }
}

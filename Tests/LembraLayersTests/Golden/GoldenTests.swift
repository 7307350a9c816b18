import LembraFormats
import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// A layer with what it is applied to, so that all of it has gradients.
private struct Case<Layer: SequenceLayer>: Module {
  var layer: Layer
  /// The rows of all sequences, one sequence after the other.
  var input: Tensor
  /// Hidden states of each layer and direction, then cell states.
  var first: [State]

  /// One tensor of the state.
  struct State: Module {
    var rows: Tensor

    mutating func visitParameters(_ walk: inout ParameterWalk) { walk("rows", &rows) }
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("layer", &layer)
    walk("input", &input)
    walk("first", &first)
  }
}

@Suite("Layers give PyTorch's values, and weights saved by PyTorch load by their own names")
struct GoldenTests {
  static let forms = ["one", "two", "both"]

  private func key(_ index: Int) -> RandomKey { RandomKey(seed: 1).folding(index) }

  /// Runs `layer` with PyTorch's weights and compares everything.
  private func check<Layer: SequenceLayer>(_ name: String, _ layer: Layer) throws
  where Layer.State: ListedState {
    let golden = try GoldenFile(name)
    var layer = layer
    try layer.load(from: golden.weightsPath)
    var start = 0
    let ranges = golden.lengths.map { length in
      defer { start += length }
      return start..<start + length
    }
    let first = try ["hidden", "cell"].flatMap { try golden.states("first.\($0)") ?? [] }
    let weights = try Dictionary(
      uniqueKeysWithValues: ["output", "hidden", "cell"].compactMap { part in
        golden.tensors[part] == nil ? nil : (part, try golden.tensor("weight.\(part)"))
      })

    let module = Case(
      layer: layer, input: try golden.tensor("input"), first: first.map { .init(rows: $0) })
    var results: [String: Tensor] = [:]
    let (_, gradients) = valueAndGradients(of: module) { module in
      let batch = SequenceBatch(ranges.map { module.input.rows($0) })
      let template = layer(batch).finalState
      let isLSTM = golden.tensors["cell"] != nil
      var given = interleaved(module.first.map(\.rows), isLSTM: isLSTM)[...]
      let state = given.isEmpty ? nil : template.filled(from: &given)
      let (output, last) = module.layer(batch, from: state)
      results["output"] = Tensor(stacking: output.sequences)
      let states = last.tensors
      let parts = isLSTM ? ["hidden", "cell"] : ["hidden"]
      for (offset, part) in parts.enumerated() {
        let own = states.indices.filter { $0 % parts.count == offset }.map { states[$0] }
        results[part] = Tensor(stacking: own).reshaped(
          to: Shape([own.count, golden.lengths.count, own[0].shape[1]]))
      }
      return results.reduce(Tensor(0)) { sum, result in
        sum + (result.value * (weights[result.key] ?? Tensor(0))).sum()
      }
    }
    for (part, value) in results {
      #expect(relativeError(value.detached, try golden.tensor(part)) < 1e-5, "\(name) \(part)")
    }
    try compare(gradients, of: module, with: golden, name)
  }

  private func compare<Layer>(
    _ gradients: Gradients, of module: Case<Layer>, with golden: GoldenFile, _ name: String
  ) throws {
    let expected =
      try module.layer.parameters.map { try golden.tensor("gradient.\($0.name)") }
      + [golden.tensor("gradient.input")]
      + ["hidden", "cell"].flatMap { try golden.states("gradient.first.\($0)") ?? [] }
    #expect(gradients.values.count == expected.count)
    for (index, parameter) in module.parameters.enumerated() {
      let gradient = try #require(gradients.values[index], "\(name) \(parameter.name)")
      #expect(relativeError(gradient, expected[index]) < 1e-4, "\(name) \(parameter.name)")
    }
  }

  /// PyTorch keeps all hidden states before all cell states; here each layer has both.
  private func interleaved(_ states: [Tensor], isLSTM: Bool) -> [Tensor] {
    guard isLSTM else { return states }
    let half = states.count / 2
    return (0..<half).flatMap { [states[$0], states[half + $0]] }
  }

  private func check<Cell: RecurrentCell>(
    _ name: String, form: String, _ cell: (_ inputs: Int) -> Cell
  ) throws where Cell.State: ListedState {
    let count = form == "one" ? 1 : 2
    if form == "both" {
      let layer = Stack(count: count, inputSize: 5) {
        Bidirectional(forward: cell($1), backward: cell($1))
      }
      try check("\(name)_\(form)", layer)
    } else {
      try check("\(name)_\(form)", Stack(count: count, inputSize: 5) { Recurrent(cell($1)) })
    }
  }

  @Test(arguments: forms) func lstm(form: String) throws {
    try check("lstm", form: form) { LSTMCell(inputSize: $0, hiddenSize: 7, key: key(0)) }
  }

  @Test(arguments: forms) func gru(form: String) throws {
    try check("gru", form: form) { GRUCell(inputSize: $0, hiddenSize: 7, key: key(0)) }
  }

  @Test(arguments: forms, [RNNCell.Nonlinearity.tanh, .relu])
  func rnn(form: String, nonlinearity: RNNCell.Nonlinearity) throws {
    try check("rnn_\(nonlinearity)", form: form) {
      RNNCell(inputSize: $0, hiddenSize: 7, nonlinearity: nonlinearity, key: key(0))
    }
  }

  @Test("a single layer loads by the same names")
  func singleLayer() throws {
    let golden = try GoldenFile("lstm_one")
    var layer = LSTM(LSTMCell(inputSize: 5, hiddenSize: 7, key: key(0)))
    try layer.load(from: golden.weightsPath)
    let input = try golden.tensor("input")
    let batch = SequenceBatch((0..<3).map { input.rows($0 * 6..<$0 * 6 + 6) })
    let output = Tensor(stacking: layer(batch).output.sequences)
    #expect(relativeError(output, try golden.tensor("output")) < 1e-5)
  }
}

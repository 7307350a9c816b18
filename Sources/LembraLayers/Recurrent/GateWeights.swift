public import LembraTensor

/// The weights that cells with a product of the state have in common, under PyTorch's names.
///
/// `G` is the number of gates: 1, 4 (input, forget, candidate, output), 3 (reset, update, new; or,
/// where the gates of an LSTM are coupled, forget, candidate, output) or 2 (forget, new).
public struct GateWeights: Module {
  /// `W`, `[G·H, I]`.
  public var input: Tensor

  /// `R`, `[G·H, P]`: P is H unless outputs are projected.
  ///
  /// With several heads it is made of blocks and `[G·H, P/heads]`: a unit has weights for its own head's
  /// part of the state alone.
  public var hidden: Tensor

  /// `[G·H]`, or nil for a cell without biases.
  public var inputBias: Tensor?

  /// `[G·H]`, or nil for a cell without biases.
  public var hiddenBias: Tensor?

  /// The number of heads, among which units and outputs are divided in order.
  public let heads: Int

  /// What the kernels made of these weights, shared with copies of them.
  let packed = PackedWeights()

  /// The same of `W` and of `R`, where gates are finished apart from the products.
  private let packedInput = PackedCache()
  let packedHidden = PackedCache()

  /// The number of inputs, I.
  public var inputSize: Int { input.shape[1] }

  /// The length of an output, P: the number of units, unless outputs are projected.
  public var outputSize: Int { hidden.shape[1] * heads }

  init(
    gates: Int, inputSize: Int, hiddenSize: Int, outputSize: Int? = nil, heads: Int = 1,
    hasBias: Bool, initialization: RecurrentInitialization, forgetGate: Int? = nil, key: RandomKey
  ) {
    precondition(
      inputSize > 0 && hiddenSize > 0,
      "a recurrent cell needs inputs and units, not \(inputSize) and \(hiddenSize)")
    let outputSize = outputSize ?? hiddenSize
    precondition(
      heads > 0 && hiddenSize.isMultiple(of: heads) && outputSize.isMultiple(of: heads),
      "\(heads) heads do not divide \(hiddenSize) units and \(outputSize) outputs")
    self.heads = heads
    let standard = Initializer.uniform(bound: 1 / Float(hiddenSize).squareRoot())
    func draw(
      _ initializer: Initializer?, _ shape: Shape, _ name: String, blocks: Int = 1
    ) -> Tensor {
      (initializer ?? standard)(shape, parts: gates * blocks, key: key.folding(name))
    }
    let units = gates * hiddenSize
    input = draw(initialization.input, [units, inputSize], "weight_ih")
    hidden = draw(
      initialization.hidden, [units, outputSize / heads], "weight_hh", blocks: heads)
    guard hasBias else { return }
    var inputBias = draw(initialization.bias, [units], "bias_ih")
    var hiddenBias = draw(initialization.bias, [units], "bias_hh")
    if let forgetGate, let value = initialization.forgetGateBias {
      let units = forgetGate * hiddenSize..<(forgetGate + 1) * hiddenSize
      inputBias.fill(units, with: value)
      hiddenBias.fill(units, with: 0)
    }
    self.inputBias = inputBias
    self.hiddenBias = hiddenBias
  }

  /// `W x`, plus `bias` to every row, of which nothing is recorded; `W` is packed once while it stays
  /// the same.
  func inputProducts(_ rows: Tensor, _ bias: Tensor?) -> Tensor {
    input.isTracked
      ? rows.detached.affine(input.detached, bias?.detached)
      : rows.detached.times(packed: packedInput.transposed(input), bias: bias)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("weight_ih", &input)
    walk("weight_hh", &hidden)
    walk("bias_ih", &inputBias)
    walk("bias_hh", &hiddenBias)
  }
}

extension Tensor {
  fileprivate mutating func fill(_ range: Range<Int>, with value: Float) {
    var elements = mutableElements
    for index in range { elements[index] = value }
  }
}

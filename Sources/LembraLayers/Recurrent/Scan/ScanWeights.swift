public import LembraTensor

/// The weights of a cell whose gates know only the input.
public struct ScanWeights: Module {
  /// `W`, `[G·H, I]`.
  public var input: Tensor

  /// `[G·H]`, or nil for a cell without biases.
  public var bias: Tensor?

  /// The number of inputs, I.
  public var inputSize: Int { input.shape[1] }

  init(
    gates: Int, inputSize: Int, hiddenSize: Int, hasBias: Bool,
    initialization: RecurrentInitialization, key: RandomKey
  ) {
    precondition(
      inputSize > 0 && hiddenSize > 0,
      "a recurrent cell needs inputs and units, not \(inputSize) and \(hiddenSize)")
    let standard = Initializer.uniform(bound: 1 / Float(inputSize).squareRoot())
    input = (initialization.input ?? standard)(
      [gates * hiddenSize, inputSize], parts: gates, key: key.folding("weight_ih"))
    if hasBias {
      bias = (initialization.bias ?? standard)(
        [gates * hiddenSize], parts: gates, key: key.folding("bias_ih"))
    }
  }

  /// About how many numbers a step of one sequence leaves in memory while gradients are wanted: products
  /// and states, and their gradients.
  var trainingFloats: Int { 2 * input.shape[0] + 5 * (input.shape[0] + inputSize) }

  func callAsFunction(_ rows: Tensor) -> Tensor { rows.affine(input, bias) }

  /// The stepper of a cell that computes its state from the product of its input and the state before.
  func stepper(
    _ inputSizes: [Int], _ advance: @escaping @Sendable (_ sums: Tensor, HiddenState) -> HiddenState
  ) -> CellStepper {
    CellStepper(input, bias, inputSizes) { sums, state, _ in
      [advance(sums, HiddenState(hidden: state[0])).hidden]
    }
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("weight_ih", &input)
    walk("bias_ih", &bias)
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport

/// A minimal gated unit, written as a user would write a cell: by its step alone.
///
///     f = σ(W_f [x, h] + b_f)
///     n = tanh(W_n [x, f ⊙ h] + b_n)
///     h' = (1 - f) ⊙ h + f ⊙ n
///
/// - Note: Zhou et al., "Minimal gated unit for recurrent neural networks", 2016.
struct MinimalGatedCell: RecurrentCell {
  var forget: Linear
  var candidate: Linear

  var inputSize: Int { forget.inputSize - forget.outputSize }
  var hiddenSize: Int { forget.outputSize }

  init(inputSize: Int, hiddenSize: Int, key: RandomKey) {
    let inputs = inputSize + hiddenSize
    forget = Linear(inputSize: inputs, outputSize: hiddenSize, key: key.folding("forget"))
    candidate = Linear(inputSize: inputs, outputSize: hiddenSize, key: key.folding("candidate"))
  }

  func step(_ input: Tensor, _ state: HiddenState) -> HiddenState {
    let h = state.hidden
    let f = sigmoid(forget(Tensor(concatenatingColumns: [input, h])))
    let n = tanh(candidate(Tensor(concatenatingColumns: [input, f * h])))
    return HiddenState(hidden: (1 - f) * h + f * n)
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("forget", &forget)
    walk("candidate", &candidate)
  }
}

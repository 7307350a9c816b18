import CLembraKernels

/// How many bits the numbers have that a recurrent layer multiplies with each other.
///
/// With fewer bits the weights of a step come faster from memory, which is most of the time of a step
/// of few sequences. Outputs change, by how much is for whoever asks for it to measure; nothing
/// chooses fewer bits on its own. They are for inference: no gradient flows through such a run.
///
/// Sums, gates and states have single precision at every precision. An output does not depend on
/// the number of threads nor on the sequences beside its own, to the bit.
public enum Precision: String, Hashable, Codable, CaseIterable, Sendable {
  /// Weights and activations of single precision.
  case float32

  /// Weights and activations rounded to bfloat16, which has the range of single precision and 8
  /// significant bits.
  case bfloat16

  /// Weights and activations rounded to 255 levels, from the largest magnitude of a unit's row of
  /// weights, or of one input row or state, to its negative.
  case int8

  /// What the kernels call it; nil for single precision.
  var format: lembra_number_format? {
    switch self {
    case .float32: nil
    case .bfloat16: .bf16
    case .int8: .int8
    }
  }

  /// The bits of a number.
  var bitCount: Int {
    switch self {
    case .float32: 32
    case .bfloat16: 16
    case .int8: 8
    }
  }
}

import CLembraKernels
import LembraTensor

/// How many bits the numbers have that a recurrent layer multiplies with each other.
///
/// With fewer bits the weights of a step come faster from memory, which is most of the time of a step
/// of few sequences. Outputs change, by how much is for whoever asks for it to measure; nothing
/// chooses fewer bits on its own. At ``bfloat16`` layers are trained, too: the products of gradients
/// have its bits as well, while weights, and what is added up for them, stay in single precision. That
/// takes less time on processors whose instructions multiply such numbers, and more on others;
/// `lembra benchmark precision` tells. At ``int8`` no gradient flows through a run.
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

  /// Whether gradients flow through a run.
  public var hasGradients: Bool { self != .int8 }

  /// Whether training uses instructions of this processor that are made for such numbers.
  ///
  /// Without them it takes more time than at ``float32``.
  public var isTrainedNatively: Bool {
    switch self {
    case .float32: true
    case .bfloat16: reducedKernels.multiplies_bf16 != 0
    case .int8: false
    }
  }

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

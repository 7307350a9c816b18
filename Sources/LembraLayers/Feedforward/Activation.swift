public import LembraTensor

/// A function applied to every element between two layers.
public enum Activation: String, Hashable, Codable, CaseIterable, Sendable {
  case identity
  case relu
  case gelu
  case tanh
  case sigmoid
  case softplus

  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .identity: x
    case .relu: x.relu()
    case .gelu: x.gelu()
    case .tanh: LembraTensor.tanh(x)
    case .sigmoid: LembraTensor.sigmoid(x)
    case .softplus: x.softplus()
    }
  }
}

public import LembraTensor

/// How the first values of a weight are drawn.
///
/// A weight `[O, I]` maps `I` inputs to `O` outputs.
public enum Initializer: Hashable, Codable, Sendable {
  /// Every element is 0.
  case zeros
  /// Every element has this value.
  case constant(Float)
  /// Uniform in `-bound ... bound`.
  case uniform(bound: Float)
  /// Normal with mean 0.
  case normal(standardDeviation: Float)
  /// Uniform in `± √(6 / (I + O))` (Glorot and Bengio, 2010).
  case glorotUniform
  /// Normal with variance `2 / (I + O)` (Glorot and Bengio, 2010).
  case glorotNormal
  /// Uniform in `± √(6 / I)` (He et al., 2015).
  case heUniform
  /// Normal with variance `2 / I` (He et al., 2015).
  case heNormal
  /// Rows, or columns where there are fewer, that are orthonormal (Saxe et al., 2013).
  case orthogonal

  /// Draws a tensor of `shape`.
  ///
  /// - Precondition: all but `zeros`, `constant`, `uniform` and `normal` need a matrix.
  public func callAsFunction(_ shape: Shape, key: RandomKey) -> Tensor {
    switch self {
    case .zeros: return Tensor(zeros: shape)
    case .constant(let value): return Tensor(repeating: value, shape: shape)
    case .uniform(let bound): return Tensor(uniformIn: -bound...bound, shape: shape, key: key)
    case .normal(let deviation):
      return Tensor(normalWithMean: 0, standardDeviation: deviation, shape: shape, key: key)
    default: break
    }
    precondition(shape.rank == 2, "Initializer: \(self) draws matrices, not \(shape)")
    let (outputs, inputs) = (Float(shape[0]), Float(max(shape[1], 1)))
    func uniform(_ variance: Float) -> Tensor {
      Initializer.uniform(bound: (3 * variance).squareRoot())(shape, key: key)
    }
    func normal(_ variance: Float) -> Tensor {
      Initializer.normal(standardDeviation: variance.squareRoot())(shape, key: key)
    }
    return switch self {
    case .glorotUniform: uniform(2 / (inputs + outputs))
    case .glorotNormal: normal(2 / (inputs + outputs))
    case .heUniform: uniform(2 / inputs)
    case .heNormal: normal(2 / inputs)
    default: orthonormal(shape, key: key)
    }
  }

  /// Draws a matrix `[parts · O, I]` part by part, each as a matrix `[O, I]` of its own.
  ///
  /// The gates of a recurrent cell share one matrix but are maps by themselves.
  func callAsFunction(_ shape: Shape, parts: Int, key: RandomKey) -> Tensor {
    let part = shape.replacing(0, with: shape[0] / parts)
    return Tensor(stacking: (0..<parts).map { self(part, key: key.folding($0)) })
  }
}

/// Normal vectors made orthonormal one after the other (modified Gram-Schmidt, done twice for
/// accuracy), as the rows or the columns of a matrix, whichever are fewer.
private func orthonormal(_ shape: Shape, key: RandomKey) -> Tensor {
  let (rows, columns) = (shape[0], shape[1])
  let (count, length) = (min(rows, columns), max(rows, columns))
  var vectors = Tensor(normalWithMean: 0, shape: [count, length], key: key).array.map(Double.init)
  vectors.withUnsafeMutableBufferPointer { vectors in
    for index in 0..<count {
      let vector = UnsafeMutableBufferPointer(
        rebasing: vectors[index * length..<(index + 1) * length])
      for _ in 0..<2 {
        for earlier in 0..<index {
          let other = UnsafeMutableBufferPointer(
            rebasing: vectors[earlier * length..<(earlier + 1) * length])
          var projection = 0.0
          for i in 0..<length { projection += vector[i] * other[i] }
          for i in 0..<length { vector[i] -= projection * other[i] }
        }
      }
      let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for i in 0..<length { vector[i] /= norm }
    }
  }
  let tall = Tensor(vectors.map(Float.init), shape: [count, length])
  return rows <= columns ? tall : tall.transposed()
}

public import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Reference {
  /// The rows, a row being what lies along the last axis.
  public var rows: [[Double]] {
    let width = shape.columns
    return (0..<shape.rows).map { Array(elements[$0 * width..<($0 + 1) * width]) }
  }

  /// Creates a matrix from its rows, of which there is at least one.
  public init(rows: [[Double]]) {
    self.init(rows.flatMap(\.self), shape: Shape(rows: rows.count, columns: rows[0].count))
  }

  /// The array whose rows are what `function` makes of this one's.
  public func mapRows(_ function: ([Double]) -> [Double]) -> Reference {
    Reference(rows.flatMap(function), shape: shape)
  }

  /// One number for each row, `[rows]`.
  public func reduceRows(_ function: ([Double]) -> Double) -> Reference {
    Reference(rows.map(function), shape: [shape.rows])
  }

  /// The same elements in another shape.
  public func reshaped(to shape: Shape) -> Reference { Reference(elements, shape: shape) }

  /// The sum of all elements.
  public func sum() -> Reference { Reference(elements.reduce(0, +)) }

  /// The sum along `axis`, which the result no longer has.
  public func sum(axis: Int) -> Reference {
    var result = Reference(shape: shape.removing(axis)) { _ in 0 }
    let inner = shape.extents[(axis + 1)...].reduce(1, *)
    for (place, element) in elements.enumerated() {
      let outer = place / inner / shape[axis]
      result.elements[outer * inner + place % inner] += element
    }
    return result
  }

  public func softmax() -> Reference {
    mapRows { row in
      let largest = row.max() ?? 0
      let powers = row.map { exp($0 - largest) }
      let total = powers.reduce(0, +)
      return powers.map { $0 / total }
    }
  }

  public func logSoftmax() -> Reference { softmax().map { log($0) } }

  public func layerNormalized(scale: Reference, shift: Reference, epsilon: Double) -> Reference {
    let normalized = mapRows { row in
      let mean = row.reduce(0, +) / Double(row.count)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
      return row.map { ($0 - mean) / (variance + epsilon).squareRoot() }
    }
    return normalized * scale + shift
  }

  /// The product of two matrices.
  public func matmul(_ other: Reference) -> Reference {
    Reference(shape: Shape(rows: shape[0], columns: other.shape[1])) { index in
      (0..<shape[1]).reduce(0) { $0 + self[index[0], $1] * other[$1, index[1]] }
    }
  }

  public func transposed() -> Reference {
    Reference(shape: Shape(rows: shape[1], columns: shape[0])) { self[$0[1], $0[0]] }
  }

  /// `x Wᵀ + b` for every row `x`.
  public func affine(_ weight: Reference, _ bias: Reference? = nil) -> Reference {
    let flat = reshaped(to: Shape(rows: shape.rows, columns: shape.columns))
    let product = flat.matmul(weight.transposed())
    let result = bias.map { product + $0 } ?? product
    return result.reshaped(to: shape.replacing(shape.rank - 1, with: weight.shape[0]))
  }
}

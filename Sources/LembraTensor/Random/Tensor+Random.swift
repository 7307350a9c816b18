import CLembraKernels

extension Tensor {
  /// Creates a tensor of numbers drawn uniformly from `range`.
  public init(uniformIn range: ClosedRange<Float>, shape: Shape, key: RandomKey) {
    self.init(shape: shape) { out in
      kernels.random.uniform(key.bits, 0, range.lowerBound, range.upperBound, out, shape.count)
    }
  }

  /// Creates a tensor of numbers drawn from the normal distribution.
  public init(
    normalWithMean mean: Float = 0, standardDeviation: Float = 1, shape: Shape, key: RandomKey
  ) {
    self.init(shape: shape) { out in
      kernels.random.normal(key.bits, 0, mean, standardDeviation, out, shape.count)
    }
  }

  /// Returns this tensor with each element set to 0 with probability `rate` and the others divided
  /// by `1 - rate` (Srivastava et al., 2014).
  ///
  /// The mask of a row depends only on `key` and on the row's identity: its index, or what
  /// `rowIdentities` gives for it, so that a sequence keeps its masks in any batch.
  ///
  /// - Precondition: `0 ≤ rate ≤ 1`; there is one identity a row.
  public func dropout(_ rate: Float, key: RandomKey, rowIdentities: [UInt64]? = nil) -> Tensor {
    precondition(rate >= 0 && rate <= 1, "dropout: the rate \(rate) is no probability")
    precondition(
      rowIdentities.map { $0.count == shape.rows } ?? true,
      "dropout: \(rowIdentities?.count ?? 0) identities for \(shape.rows) rows")
    if rate == 0 { return self }
    func masked(_ x: Tensor) -> Tensor {
      let (rows, columns) = (x.shape.rows, x.shape.columns)
      return Tensor(shape: x.shape) { out in
        x.withElements { x in
          inParallel(over: rows, cost: Double(columns)) { part in
            let start = part.lowerBound * columns
            let own = rowIdentities.map { Array($0[part]) }
            own.withPointerOrNil { identities in
              kernels.random.dropout_rows(
                x + start, identities, UInt64(part.lowerBound), key.bits, rate, out + start,
                part.count, columns)
            }
          }
        }
      }
    }
    return .recorded(masked(detached), receiving(masked))
  }
}

extension [UInt64]? {
  fileprivate func withPointerOrNil(_ body: (UnsafePointer<UInt64>?) -> Void) {
    if let self { self.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
  }
}

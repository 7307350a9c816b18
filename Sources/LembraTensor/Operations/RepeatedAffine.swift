import CLembraKernels

/// An affine map that is applied many times, such as at every step of a decoder.
///
/// It gives `x Wᵀ + b` as ``Tensor/affine(_:_:)`` does. The weight is brought into the order of the
/// kernels once, and its gradient is one product over the rows of all applications instead of a
/// product and a sum for each of them.
public struct RepeatedAffine: Sendable {
  private let weight: Tensor
  private let bias: Tensor?
  private let forward: PackedMatrix
  private let uses = Uses()

  /// Stands for the weight and the bias on the tape: its own record is replayed after all uses.
  private let handle: Tensor

  /// - Parameters:
  ///   - weight: `W`, `[O, I]`.
  ///   - bias: `b`, `[O]`, or nil for none.
  /// - Precondition: the extents agree.
  public init(_ weight: Tensor, _ bias: Tensor? = nil) {
    precondition(
      weight.shape.rank == 2 && (bias.map { $0.shape == [weight.shape[0]] } ?? true),
      "RepeatedAffine: bias \(bias?.shape ?? []) does not match weight \(weight.shape)")
    self.weight = weight
    self.bias = bias
    forward = PackedMatrix(weight, isTransposed: true, work: Self.work(weight))
    let inputs = [weight] + (bias.map { [$0] } ?? [])
    handle =
      Tensor.recorded([Tensor(zeros: [0])], from: inputs) { [uses] _ in
        let (product, sums) = uses.gradients()
        return [product, sums]
      }[0]
  }

  /// Applies the map to each row of `x`, `[rows, I]`.
  ///
  /// - Returns: `[rows, O]`.
  /// - Precondition: the extents agree.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    check(x)
    let result = x.times(packed: forward, bias: bias)
    return Tensor.recorded([result], from: [x, handle]) { [self] gradients in
      guard let gradient = gradients[0] else { return [nil, nil] }
      if handle.isTracked { uses.append(x.detached, gradient) }
      return [
        x.isTracked ? gradient.times(packed: uses.packed(weight)) : nil, Tensor(zeros: [0]),
      ]
    }[0]
  }

  /// The length of a row of results, O.
  public var outputSize: Int { weight.shape[0] }

  /// Traps unless the map applies to `x`.
  package func check(_ x: Tensor) {
    precondition(
      x.shape.rank == 2 && x.shape[1] == weight.shape[1],
      "RepeatedAffine: input \(x.shape) does not match weight \(weight.shape)")
  }

  /// Writes some columns of the results of some rows, on this thread.
  func multiply(
    _ x: Tensor, rows: Range<Int>, columns: Range<Int>, into out: UnsafeMutablePointer<Float>
  ) {
    withElementsOf(x, bias ?? x) { elements, biasElements in
      forward.multiply(
        elements + rows.lowerBound * x.shape[1], rows: rows.count,
        bias: bias == nil ? nil : biasElements, columns: columns, into: out)
    }
  }

  fileprivate static func work(_ weight: Tensor) -> Double { Double(weight.shape.count) * 64 }

  /// What the pullbacks of the uses leave behind.
  ///
  /// They run one after the other, on the thread that asks for gradients.
  private final class Uses: @unchecked Sendable {
    private var inputs: [Tensor] = []
    private var outputGradients: [Tensor] = []
    private var backward: PackedMatrix?

    func append(_ input: Tensor, _ gradient: Tensor) {
      inputs.append(input)
      outputGradients.append(gradient)
    }

    /// The weight as the products of gradients read it.
    func packed(_ weight: Tensor) -> PackedMatrix {
      if let backward { return backward }
      let packed = PackedMatrix(weight, isTransposed: false, work: RepeatedAffine.work(weight))
      backward = packed
      return packed
    }

    /// The gradients of the weight and of the bias; the record runs where there was a use.
    func gradients() -> (weight: Tensor, bias: Tensor) {
      defer { (inputs, outputGradients) = ([], []) }
      let (weight, bias) = Tensor(stacking: outputGradients)
        .transposedTimesWithSums(Tensor(stacking: inputs))
      return (weight, bias)
    }
  }
}

public import LembraTensor

/// An array of `Double` with the operations that tensors have, written for being obviously right.
///
/// Tests compare operations on tensors, and central differences of these for their gradients.
public struct Reference: Sendable {
  public let shape: Shape
  public var elements: [Double]

  /// - Precondition: there are as many elements as the shape has.
  public init(_ elements: [Double], shape: Shape) {
    precondition(elements.count == shape.count, "Reference: \(elements.count) for \(shape)")
    self.shape = shape
    self.elements = elements
  }

  public init(_ number: Double) {
    self.init([number], shape: [])
  }

  public init(_ tensor: Tensor) {
    self.init(tensor.array.map(Double.init), shape: tensor.shape)
  }

  /// The elements rounded to `Float`.
  public var tensor: Tensor {
    Tensor(elements.map(Float.init), shape: shape)
  }

  /// The element at `index`, one number for each axis.
  public subscript(index: Int...) -> Double {
    get { elements[offset(index)] }
    set { elements[offset(index)] = newValue }
  }

  /// Creates an array whose element at each index is `element(index)`.
  public init(shape: Shape, _ element: (_ index: [Int]) -> Double) {
    let extents = shape.extents
    var index = [Int](repeating: 0, count: extents.count)
    var elements: [Double] = []
    for _ in 0..<shape.count {
      elements.append(element(index))
      for axis in extents.indices.reversed() {
        index[axis] += 1
        if index[axis] < extents[axis] { break }
        index[axis] = 0
      }
    }
    self.init(elements, shape: shape)
  }

  /// The element at `index` of this array repeated along axes of extent 1 and missing first axes.
  func repeated(at index: [Int]) -> Double {
    elements[offset(zip(index.suffix(shape.rank), shape.extents).map { $1 == 1 ? 0 : $0 })]
  }

  private func offset(_ index: [Int]) -> Int {
    zip(index, shape.extents).reduce(0) { $0 * $1.1 + $1.0 }
  }
}

// MARK: - Element by element

extension Reference {
  public func map(_ function: (Double) -> Double) -> Reference {
    Reference(elements.map(function), shape: shape)
  }

  /// Combines two arrays, repeating either along axes of extent 1 and missing first axes.
  public func combined(
    with other: Reference, _ function: (Double, Double) -> Double
  ) -> Reference {
    if shape == other.shape {
      return Reference(zip(elements, other.elements).map(function), shape: shape)
    }
    let rank = max(shape.rank, other.shape.rank)
    let sides = [self, other].map {
      Array(repeating: 1, count: rank - $0.shape.rank) + $0.shape.extents
    }
    return Reference(shape: Shape(zip(sides[0], sides[1]).map { $0 == 1 ? $1 : $0 })) {
      function(repeated(at: $0), other.repeated(at: $0))
    }
  }

  public static func + (a: Reference, b: Reference) -> Reference { a.combined(with: b, +) }
  public static func - (a: Reference, b: Reference) -> Reference { a.combined(with: b, -) }
  public static func * (a: Reference, b: Reference) -> Reference { a.combined(with: b, *) }
  public static func / (a: Reference, b: Reference) -> Reference { a.combined(with: b, /) }
}

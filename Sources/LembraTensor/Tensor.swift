/// A dense, row-major array of `Float` with value semantics and up to four axes.
///
/// Copies share their memory until one of them is written to. The elements are called rows and
/// columns by the last axis: a tensor of shape `[2, 3, 4]` has 6 rows of 4 columns.
public struct Tensor: Sendable {
  /// All there is to a tensor, behind one reference: tensors are handed on far more often than made.
  private final class Content: @unchecked Sendable {
    let shape: Shape
    // Never replaced; a variable only so that it can be asked whether anybody else refers to it.
    var storage: Storage
    let node: Node?

    init(_ shape: Shape, _ storage: Storage, _ node: Node? = nil) {
      self.shape = shape
      self.storage = storage
      self.node = node
    }
  }

  private var content: Content

  public var shape: Shape { content.shape }

  private var storage: Storage { content.storage }

  /// Where this value is recorded, while gradients are being computed.
  package var node: Node? { content.node }

  /// This value at another place on a tape.
  func recorded(at node: Node) -> Tensor {
    Tensor(sharing: storage, shape: shape, node)
  }

  /// Creates a tensor whose elements `initialize` writes, all of them, in row-major order.
  package init(shape: Shape, initialize: (UnsafeMutablePointer<Float>) -> Void) {
    let storage = Storage(count: shape.count)
    initialize(storage.base)
    content = Content(shape, storage)
  }

  private init(sharing storage: Storage, shape: Shape, _ node: Node? = nil) {
    content = Content(shape, storage, node)
  }

  /// Creates a tensor from `elements` in row-major order.
  ///
  /// - Precondition: `elements.count == shape.count`.
  public init(_ elements: [Float], shape: Shape) {
    precondition(
      elements.count == shape.count,
      "Tensor: \(elements.count) elements cannot fill the shape \(shape)")
    self.init(shape: shape) { out in
      elements.withUnsafeBufferPointer { elements in
        if let base = elements.baseAddress { out.update(from: base, count: elements.count) }
      }
    }
  }

  /// Creates a tensor in which every element is `value`.
  public init(repeating value: Float, shape: Shape) {
    content = Content(shape, Storage(count: shape.count, repeating: value))
  }

  /// Creates a tensor of zeros.
  public init(zeros shape: Shape) {
    self.init(repeating: 0, shape: shape)
  }

  /// Creates a tensor without axes that holds one number.
  public init(_ value: Float) {
    self.init(repeating: value, shape: [])
  }

  /// The only element of a tensor with one element.
  ///
  /// - Precondition: `shape.count == 1`.
  public var scalar: Float {
    precondition(shape.count == 1, "scalar: a tensor of shape \(shape) has no single element")
    return uniformValue ?? withElements { $0[0] }
  }

  /// The elements as an array, in row-major order.
  public var array: [Float] {
    withElements { Array(UnsafeBufferPointer(start: $0, count: shape.count)) }
  }

  /// The elements in row-major order.
  public var elements: Span<Float> {
    @_lifetime(borrow self)
    get {
      let span = Span(_unsafeStart: UnsafePointer(storage.base), count: shape.count)
      return _overrideLifetime(span, borrowing: self)
    }
  }

  /// The elements in row-major order, for writing in place.
  public var mutableElements: MutableSpan<Float> {
    @_lifetime(&self)
    mutating get {
      makeUnique()
      let span = MutableSpan(_unsafeStart: storage.base, count: shape.count)
      return _overrideLifetime(span, mutating: &self)
    }
  }

  /// This value without its place on a tape: a constant for every gradient.
  public var detached: Tensor {
    Tensor(sharing: storage, shape: shape)
  }

  /// The same elements seen in another shape; nothing is copied and nothing is recorded.
  package func sharing(as shape: Shape) -> Tensor {
    precondition(
      shape.count == self.shape.count, "sharing: \(self.shape) does not fill \(shape)")
    return Tensor(sharing: storage, shape: shape)
  }

  private mutating func makeUnique() {
    if isKnownUniquelyReferenced(&content), isKnownUniquelyReferenced(&content.storage) {
      storage.willChange()
      return
    }
    let copy: Storage
    if let value = storage.uniformValue {
      copy = Storage(count: shape.count, repeating: value)
      copy.willChange()
    } else {
      copy = Storage(count: shape.count)
      copy.base.update(from: storage.base, count: shape.count)
    }
    content = Content(shape, copy, node)
  }
}

// MARK: - Access for kernels

extension Tensor {
  /// The first element, for kernels that read many tensors at once.
  ///
  /// It is valid as long as the tensor lives, which the caller sees to by `withExtendedLifetime`.
  package var unsafeBase: UnsafePointer<Float> { UnsafePointer(storage.base) }

  /// The first element of this tensor alone, for kernels that write many tensors at once; valid as
  /// long as the tensor lives and is not copied.
  package mutating func unsafeMutableBase() -> UnsafeMutablePointer<Float> {
    makeUnique()
    return storage.base
  }

  /// What every element is, if that is known without looking at them: the gradient of a sum is such
  /// a tensor, and so are zeros.
  package var uniformValue: Float? { storage.uniformValue }

  /// A number that only tensors with these very contents have: what was computed from them can be
  /// kept under it until one of them is written to.
  package var contentStamp: UInt64 { storage.contentStamp }

  /// Calls `body` with the elements.
  package func withElements<R>(_ body: (UnsafePointer<Float>) throws -> R) rethrows -> R {
    try withExtendedLifetime(storage) { try body(UnsafePointer($0.base)) }
  }

  /// Calls `body` with the elements of this tensor alone, for writing in place.
  package mutating func withMutableElements<R>(
    _ body: (UnsafeMutablePointer<Float>) throws -> R
  ) rethrows -> R {
    makeUnique()
    return try withExtendedLifetime(storage) { try body($0.base) }
  }
}

/// Calls `body` with the elements of two tensors.
package func withElementsOf<R>(
  _ a: Tensor, _ b: Tensor,
  _ body: (UnsafePointer<Float>, UnsafePointer<Float>) throws -> R
) rethrows -> R {
  try a.withElements { a in try b.withElements { b in try body(a, b) } }
}

/// Calls `body` with the elements of three tensors.
package func withElementsOf<R>(
  _ a: Tensor, _ b: Tensor, _ c: Tensor,
  _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) throws -> R
) rethrows -> R {
  try a.withElements { a in
    try b.withElements { b in try c.withElements { c in try body(a, b, c) } }
  }
}

extension Tensor: CustomStringConvertible {
  /// The shape and the first elements: `Tensor [2, 3]: 1.0, 2.0, 3.0, …`.
  public var description: String {
    let shown = array.prefix(8).map { String($0) }.joined(separator: ", ")
    return "Tensor \(shape): \(shown)\(shape.count > 8 ? ", …" : "")"
  }
}

extension Tensor: Equatable {
  /// Whether two tensors have the same shape and equal elements, as `Float` compares them.
  public static func == (a: Tensor, b: Tensor) -> Bool {
    let count = a.shape.count
    return a.shape == b.shape
      && withElementsOf(a, b) { a, b in (0..<count).allSatisfy { a[$0] == b[$0] } }
  }
}

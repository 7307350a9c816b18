/// The extent of a tensor along each axis, outermost first; at most four axes.
///
/// A shape without axes is that of a single number. Extents are stored inline, so making a shape
/// allocates nothing.
public struct Shape: Hashable, Sendable {
  /// The number of axes.
  public let rank: Int

  /// The number of elements in a tensor of this shape.
  public let count: Int

  // The extents of axes that the shape does not have are 1.
  private var first = 1
  private var second = 1
  private var third = 1
  private var fourth = 1

  /// Creates the shape with these extents.
  ///
  /// - Precondition: there are at most four extents, and none is negative.
  public init(_ extents: [Int]) {
    precondition(extents.count <= 4, "Shape: \(extents) has more than four axes")
    precondition(extents.allSatisfy { $0 >= 0 }, "Shape: \(extents) has a negative extent")
    rank = extents.count
    count = extents.reduce(1, *)
    if rank > 0 { first = extents[0] }
    if rank > 1 { second = extents[1] }
    if rank > 2 { third = extents[2] }
    if rank > 3 { fourth = extents[3] }
  }

  /// Creates the shape of a matrix.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "Shape: [\(rows), \(columns)] has a negative extent")
    rank = 2
    count = rows * columns
    first = rows
    second = columns
  }

  /// Creates the shape of a vector.
  public init(count: Int) {
    precondition(count >= 0, "Shape: [\(count)] has a negative extent")
    rank = 1
    self.count = count
    first = count
  }

  /// The extent along `axis`.
  ///
  /// - Precondition: `axis` is one of the shape's axes.
  public subscript(axis: Int) -> Int {
    precondition(axis >= 0 && axis < rank, "Shape: \(self) has no axis \(axis)")
    return switch axis {
    case 0: first
    case 1: second
    case 2: third
    default: fourth
    }
  }

  /// The extents, outermost first.
  public var extents: [Int] { (0..<rank).map { self[$0] } }

  /// The extent of the last axis: the length of a row.
  ///
  /// It is 1 for a single number.
  public var columns: Int { rank == 0 ? 1 : self[rank - 1] }

  /// The number of rows: the product of all extents but the last.
  public var rows: Int {
    switch rank {
    case 0, 1: 1
    case 2: first
    case 3: first * second
    default: first * second * third
    }
  }

  /// This shape with another extent along `axis`.
  public func replacing(_ axis: Int, with extent: Int) -> Shape {
    precondition(axis >= 0 && axis < rank, "Shape: \(self) has no axis \(axis)")
    var extents = extents
    extents[axis] = extent
    return Shape(extents)
  }

  /// This shape without `axis`.
  public func removing(_ axis: Int) -> Shape {
    precondition(axis >= 0 && axis < rank, "Shape: \(self) has no axis \(axis)")
    var extents = extents
    extents.remove(at: axis)
    return Shape(extents)
  }
}

extension Shape: ExpressibleByArrayLiteral, CustomStringConvertible {
  public init(arrayLiteral extents: Int...) {
    self.init(extents)
  }

  public var description: String {
    "[" + extents.map(String.init).joined(separator: ", ") + "]"
  }
}

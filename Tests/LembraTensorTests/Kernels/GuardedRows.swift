import CLembraKernels
import Testing

extension InstructionSet {
  var matrix: lembra_matrix { kernels.pointee.matrix }
  var recurrent: lembra_recurrent { kernels.pointee.recurrent }
  var lanes: Int { Int(kernels.pointee.lanes) }
}

/// The same numbers in -1...1 for the same seed.
struct Noise {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
  }
}

/// A matrix whose rows lie apart, with NaN between them: a kernel that reads a gap returns NaN, and
/// one that writes a gap is found out by `gapsAreIntact`.
final class GuardedRows {
  let count: Int
  let width: Int
  let stride: Int
  private let memory: UnsafeMutablePointer<Float>
  private var size: Int { (count + 1) * stride + 1 }

  /// The first row, at an address that suits no vector.
  var pointer: UnsafeMutablePointer<Float> { memory + 1 }
  var constant: UnsafePointer<Float> { UnsafePointer(pointer) }

  /// All NaN: what a kernel does not write stays NaN.
  init(nan count: Int, _ width: Int, gap: Int = 3) {
    self.count = count
    self.width = width
    stride = width + gap
    memory = .allocate(capacity: (count + 1) * stride + 1)
    memory.initialize(repeating: .nan, count: size)
  }

  /// Contiguous, all NaN.
  convenience init(scratch count: Int) {
    self.init(nan: 1, count, gap: 0)
  }

  convenience init(
    _ count: Int, _ width: Int, gap: Int = 3, _ value: (_ row: Int, _ column: Int) -> Float
  ) {
    self.init(nan: count, width, gap: gap)
    for row in 0..<count {
      for column in 0..<width { pointer[row * stride + column] = value(row, column) }
    }
  }

  convenience init(_ count: Int, _ width: Int, seed: UInt64, scale: Float = 1) {
    var noise = Noise(seed: seed)
    self.init(count, width) { _, _ in scale * noise.next() }
  }

  deinit { memory.deallocate() }

  subscript(row: Int, column: Int) -> Double { Double(pointer[row * stride + column]) }

  func row(_ row: Int) -> UnsafeMutablePointer<Float> { pointer + row * stride }

  /// The elements row by row, without the gaps.
  var values: [Float] {
    (0..<count).flatMap { UnsafeBufferPointer(start: row($0), count: width) }
  }

  var gapsAreIntact: Bool {
    memory[0].isNaN
      && (0...count).allSatisfy { row in
        let start = row < count ? width : 0
        return (start..<stride).allSatisfy { pointer[row * stride + $0].isNaN }
      }
  }
}

/// The largest difference as a share of the largest reference.
///
/// It is infinite where a value is not finite. The terms of all sums are around one: a result below
/// 0.1 comes from cancellation, and is measured by that instead.
func largestError(_ values: [Float], _ reference: [Double]) -> Double {
  guard values.count == reference.count, values.allSatisfy(\.isFinite) else { return .infinity }
  let scale = reference.map(abs).max() ?? 0
  let error = zip(values, reference).map { abs(Double($0) - $1) }.max() ?? 0
  return error / max(scale, 0.1)
}

/// The range cut into ranges of at most `size`.
func pieces(_ range: Range<Int>, of size: Int) -> [Range<Int>] {
  stride(from: range.lowerBound, to: range.upperBound, by: size).map {
    $0..<min($0 + size, range.upperBound)
  }
}

import CLembraKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The table of one instruction set that this processor has, as an argument of a test.
struct InstructionSet: CustomTestStringConvertible, @unchecked Sendable {
  let kernels: UnsafePointer<lembra_kernels>

  var testDescription: String { String(cString: kernels.pointee.name) }
  var elementwise: lembra_elementwise { kernels.pointee.elementwise }
  var rows: lembra_rows { kernels.pointee.rows }
  var optimizers: lembra_optimizers { kernels.pointee.optimizers }
  var random: lembra_random { kernels.pointee.random }

  static let supported = (0..<lembra_kernels_count())
    .map { InstructionSet(kernels: lembra_kernels_at($0)) }
    .filter { lembra_kernels_supported($0.kernels) != 0 }
}

/// Lengths around the widths of vectors and of unrolled loops.
let oddCounts = [0, 1, 3, 4, 5, 15, 16, 17, 33, 63, 64, 65, 1000]

/// Shapes with ragged vectors, without rows, without columns, of one row and of one column.
let oddShapes = [
  (0, 5), (5, 0), (1, 1), (33, 1), (1, 33), (3, 4), (4, 5), (2, 15), (5, 16), (7, 17), (3, 70),
  (2, 1000),
]

/// What `body` writes into room for `count` elements, having checked that it writes nothing else.
func written<Element: Equatable>(
  _ count: Int, filledWith guardian: Element, _ body: (UnsafeMutablePointer<Element>) -> Void
) -> [Element] {
  let margin = 32
  var memory = [Element](repeating: guardian, count: count + 2 * margin)
  memory.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { return }
    body(base + margin)
  }
  #expect(memory.prefix(margin).allSatisfy { $0 == guardian }, "written before the start")
  #expect(memory.suffix(margin).allSatisfy { $0 == guardian }, "written past the end")
  return Array(memory[margin..<(margin + count)])
}

func written(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
  written(count, filledWith: -12345.5, body)
}

/// What `body` makes of `values`, in place.
func updated(_ values: [Float], _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
  written(values.count) { memory in
    for (i, value) in values.enumerated() { memory[i] = value }
    body(memory)
  }
}

/// Reproducible numbers in `range`, which do not come from the code under test.
func samples(_ count: Int, in range: ClosedRange<Float> = -2...2, seed: UInt64 = 1) -> [Float] {
  var generator = SplitMix(state: seed)
  return (0..<count).map { _ in Float.random(in: range, using: &generator) }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

func bits(_ values: [Float]) -> [UInt32] {
  values.map(\.bitPattern)
}

/// The distance in units of the last place of a float of the reference's size; 0 for two NaNs or
/// equal infinities.
func distanceInUlps(_ value: Float, _ reference: Double) -> Double {
  let rounded = Float(reference)
  if value.isNaN && rounded.isNaN || value == rounded { return 0 }
  guard value.isFinite && rounded.isFinite else { return .infinity }
  return abs(Double(value) - reference) / Double(rounded.ulp)
}

/// Expects each value to be within `tolerance` times the largest reference.
func expectClose(
  _ values: [Float], _ references: [Double], tolerance: Double = 1e-6,
  _ what: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(values.count == references.count, sourceLocation: sourceLocation)
  let largest = references.map { abs($0) }.max() ?? 0
  for (i, (value, reference)) in zip(values, references).enumerated()
  where !(abs(Double(value) - reference) <= tolerance * largest) {
    Issue.record(
      "\(what()) at \(i): \(value) instead of \(reference)", sourceLocation: sourceLocation)
  }
}

// MARK: - References in Double

func sigmoid(_ x: Double) -> Double {
  1 / (1 + exp(-x))
}

func softplus(_ x: Double) -> Double {
  max(x, 0) + log1p(exp(-abs(x)))
}

/// Φ, the distribution function of the normal distribution.
func normalDistribution(_ x: Double) -> Double {
  erfc(-x / 2.0.squareRoot()) / 2
}

/// φ, its density.
func normalDensity(_ x: Double) -> Double {
  exp(-x * x / 2) / (2 * Double.pi).squareRoot()
}

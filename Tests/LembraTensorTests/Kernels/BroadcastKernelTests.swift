import CLembraKernels
import Testing

@Suite("Elementwise kernels of several operands")
struct BroadcastKernelTests {
  /// Values and how they are laid over a matrix.
  struct Operand {
    let values: [Float]
    let rowStride: Int
    let columnStride: Int

    /// All ways to lie over [rows, columns]: matrix, padded matrix, row, column, scalar.
    static func all(_ rows: Int, _ columns: Int, seed: UInt64) -> [Operand] {
      [(columns, 1), (columns + 3, 1), (0, 1), (1, 0), (4, 0), (0, 0)].map { strides in
        let count = max(rows, 1) * max(strides.0, 1) + columns
        return Operand(
          values: samples(count, seed: seed), rowStride: strides.0, columnStride: strides.1)
      }
    }

    subscript(row: Int, column: Int) -> Float {
      values[row * rowStride + column * columnStride]
    }

    func withOperand<Result>(_ body: (lembra_operand) -> Result) -> Result {
      values.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("no values") }
        return body(
          lembra_operand(base: base, row_stride: rowStride, column_stride: columnStride))
      }
    }
  }

  struct Function: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let kernel: @Sendable (lembra_elementwise) -> lembra_binary
    let reference: @Sendable (Float, Float) -> Float

    static let all = [
      Function(testDescription: "add", kernel: { $0.add }, reference: { $0 + $1 }),
      Function(testDescription: "subtract", kernel: { $0.subtract }, reference: { $0 - $1 }),
      Function(testDescription: "multiply", kernel: { $0.multiply }, reference: { $0 * $1 }),
      Function(testDescription: "divide", kernel: { $0.divide }, reference: { $0 / $1 }),
      Function(
        testDescription: "maximum", kernel: { $0.maximum }, reference: { $0 > $1 ? $0 : $1 }),
      Function(
        testDescription: "minimum", kernel: { $0.minimum }, reference: { $0 < $1 ? $0 : $1 }),
      Function(testDescription: "greater", kernel: { $0.greater }, reference: { $0 > $1 ? 1 : 0 }),
      Function(testDescription: "less", kernel: { $0.less }, reference: { $0 < $1 ? 1 : 0 }),
      Function(testDescription: "equal", kernel: { $0.equal }, reference: { $0 == $1 ? 1 : 0 }),
    ]
  }

  @Test(
    "lay matrices, rows, columns and scalars over each other",
    arguments: InstructionSet.supported, Function.all)
  func broadcasting(set: InstructionSet, function: Function) {
    let kernel = function.kernel(set.elementwise)
    for (rows, columns) in oddShapes {
      for a in Operand.all(rows, columns, seed: 1) {
        for b in Operand.all(rows, columns, seed: 2) + [a] {
          let result = a.withOperand { a in
            b.withOperand { b in written(rows * columns) { kernel(a, b, $0, rows, columns) } }
          }
          let reference = (0..<rows).flatMap { row in
            (0..<columns).map { function.reference(a[row, $0], b[row, $0]) }
          }
          #expect(result == reference, "[\(rows), \(columns)]")
        }
      }
    }
  }

  @Test("let a NaN through, but compare it as false", arguments: InstructionSet.supported)
  func nan(set: InstructionSet) {
    for function in Function.all {
      let isComparison = ["greater", "less", "equal"].contains(function.testDescription)
      for (a, b) in [(Float.nan, Float(1)), (1, .nan), (.nan, .nan), (.nan, .infinity)] {
        let left = Operand(values: [a], rowStride: 0, columnStride: 0)
        let right = Operand(values: [b], rowStride: 0, columnStride: 0)
        let result = left.withOperand { left in
          right.withOperand { right in
            written(1) { function.kernel(set.elementwise)(left, right, $0, 1, 1) }
          }
        }
        #expect(isComparison ? result == [0] : result[0].isNaN, "\(function.testDescription)")
      }
    }
  }

  @Test("select by a broadcast condition", arguments: InstructionSet.supported)
  func select(set: InstructionSet) {
    for (rows, columns) in oddShapes {
      for var condition in Operand.all(rows, columns, seed: 3) {
        condition = Operand(
          values: condition.values.map { $0 > 0 ? $0 : 0 }, rowStride: condition.rowStride,
          columnStride: condition.columnStride)
        for (a, b) in zip(
          Operand.all(rows, columns, seed: 1), Operand.all(rows, columns, seed: 2).reversed())
        {
          let result = condition.withOperand { condition in
            a.withOperand { a in
              b.withOperand { b in
                written(rows * columns) {
                  set.elementwise.select(condition, a, b, $0, rows, columns)
                }
              }
            }
          }
          let reference = (0..<rows).flatMap { row in
            (0..<columns).map { condition[row, $0] != 0 ? a[row, $0] : b[row, $0] }
          }
          #expect(result == reference, "[\(rows), \(columns)]")
        }
      }
    }
  }
}

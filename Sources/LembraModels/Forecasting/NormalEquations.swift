/// The normal equations `A X = B` of a linear forecast: the sums over all windows of the products of
/// two inputs, and of an input and an answer.
///
/// The windows overlap, so the sum for a pair of rows of the window differs from that for the pair
/// one row later only in its first and its last term. With W rows of a window, H of the horizon, C
/// columns and N windows that takes `(W + H) · C² · N` products.
struct NormalEquations {
  /// `A`, `[W·C + 1, W·C + 1]`; the last input is the constant 1.
  private(set) var matrix: [Double]

  /// `B`, `[W·C + 1, H·K]`.
  private(set) var right: [Double]

  private let columnCount: Int
  private let targetCount: Int
  private let window: Int
  private let size: Int
  private let outputs: Int

  /// Sums over the `count` windows that begin at the first rows of `values`.
  init(
    _ values: [Double], columnCount: Int, targetCount: Int, window: Int, horizon: Int, count: Int
  ) {
    self.columnCount = columnCount
    self.targetCount = targetCount
    self.window = window
    size = window * columnCount + 1
    outputs = horizon * targetCount
    matrix = Array(repeating: 0, count: size * size)
    right = Array(repeating: 0, count: size * outputs)
    values.withUnsafeBufferPointer { values in
      for lag in 0..<window + horizon {
        addProducts(values, lag: lag, rowCount: window + horizon, count: count)
      }
      addSums(values, rowCount: window + horizon, count: count)
    }
    matrix[size * size - 1] = Double(count)
  }

  /// Fills in the products of all rows that lie `lag` apart, the earlier one within the window.
  private mutating func addProducts(
    _ values: UnsafeBufferPointer<Double>, lag: Int, rowCount: Int, count: Int
  ) {
    let columns = columnCount
    for first in 0..<columns {
      for second in 0..<columns {
        var sum = 0.0
        for row in 0..<count {
          sum += values[row * columns + first] * values[(row + lag) * columns + second]
        }
        for row in 0..<min(window, rowCount - lag) {
          store(sum, row * columns + first, row: row + lag, column: second)
          // The next pair of rows leaves the first window and enters one after the last.
          guard row + lag + 1 < rowCount else { break }
          let (left, entered) = (row * columns, (row + count) * columns)
          sum -= values[left + first] * values[left + lag * columns + second]
          sum += values[entered + first] * values[entered + lag * columns + second]
        }
      }
    }
  }

  private mutating func store(_ sum: Double, _ input: Int, row: Int, column: Int) {
    if row < window {
      let other = row * columnCount + column
      matrix[input * size + other] = sum
      matrix[other * size + input] = sum
    } else if column < targetCount {
      right[input * outputs + (row - window) * targetCount + column] = sum
    }
  }

  /// Fills in the sums of all rows of the window and of the horizon.
  private mutating func addSums(
    _ values: UnsafeBufferPointer<Double>, rowCount: Int, count: Int
  ) {
    for column in 0..<columnCount {
      var sum = 0.0
      for row in 0..<count { sum += values[row * columnCount + column] }
      for row in 0..<rowCount {
        store(sum, size - 1, row: row, column: column)
        guard row + 1 < rowCount else { break }
        sum += values[(row + count) * columnCount + column] - values[row * columnCount + column]
      }
    }
  }
}

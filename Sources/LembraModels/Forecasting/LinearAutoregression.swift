/// Forecasts by one linear map of the window: the baseline that a network has to beat.
///
/// The map `[O, W·C + 1]` minimises the sum of the squared errors over the training windows. A tiny
/// ridge settles inputs that never change or repeat each other.
struct LinearAutoregression {
  let window: Int
  let columnCount: Int
  let outputCount: Int

  /// `[W·C + 1, O]`, the last row being the constant.
  private let coefficients: [Double]

  /// Fits the map to the windows that begin at the first row of `values`.
  ///
  /// - Parameters:
  ///   - values: scaled rows, `[R, C]`; all windows and answers lie within them.
  ///   - columnCount: C.
  ///   - targetCount: K; the first K columns are forecast.
  ///   - window: W.
  ///   - horizon: the number of rows that are forecast; O is `horizon · K`.
  /// - Precondition: there is at least one window.
  init(
    fitting values: [Double], columnCount: Int, targetCount: Int, window: Int, horizon: Int
  ) {
    let count = values.count / columnCount - window - horizon + 1
    precondition(count > 0, "LinearAutoregression: no window fits into the training rows")
    let products = LaggedProducts(values, columnCount: columnCount, count: count)
    let inputs = window * columnCount
    let size = inputs + 1
    var gram = [Double](repeating: 0, count: size * size)
    products.fillGram(&gram, stride: size, window: window)
    let outputs = horizon * targetCount
    var right = [Double](repeating: 0, count: size * outputs)
    for row in 0..<window {
      for column in 0..<columnCount {
        let input = row * columnCount + column
        let sum = products.sum(row, column)
        gram[input * size + inputs] = sum
        gram[inputs * size + input] = sum
        for step in 0..<horizon {
          for target in 0..<targetCount {
            right[input * outputs + step * targetCount + target] =
              products.product(row, column, window + step, target)
          }
        }
      }
    }
    gram[inputs * size + inputs] = Double(count)
    for step in 0..<horizon {
      for target in 0..<targetCount {
        right[inputs * outputs + step * targetCount + target] =
          products.sum(window + step, target)
      }
    }
    self.window = window
    self.columnCount = columnCount
    outputCount = outputs
    coefficients = solveRidge(gram, right, size: size, columns: outputs)
  }

  /// The forecast for one window `[W, C]`: `horizon · K` scaled numbers.
  func callAsFunction(_ input: ArraySlice<Float>) -> [Double] {
    var forecast = Array(coefficients.suffix(outputCount))
    for (index, value) in input.enumerated() {
      for output in 0..<outputCount {
        forecast[output] += Double(value) * coefficients[index * outputCount + output]
      }
    }
    return forecast
  }
}

/// Sums of products of a series with itself, shifted.
///
/// The windows overlap, so the sum for a pair of rows of the window differs from that for the pair
/// one row later only in its first and its last term.
private struct LaggedProducts {
  let values: [Double]
  let columnCount: Int
  let count: Int

  init(_ values: [Double], columnCount: Int, count: Int) {
    self.values = values
    self.columnCount = columnCount
    self.count = count
  }

  private func value(_ row: Int, _ column: Int) -> Double { values[row * columnCount + column] }

  /// The sum over all windows of the value in a row of the window.
  func sum(_ row: Int, _ column: Int) -> Double {
    (0..<count).reduce(0) { $0 + value($1 + row, column) }
  }

  /// The sum over all windows of the product of the values in two rows of the window.
  func product(_ row: Int, _ column: Int, _ otherRow: Int, _ otherColumn: Int) -> Double {
    (0..<count).reduce(0) { $0 + value($1 + row, column) * value($1 + otherRow, otherColumn) }
  }

  /// Writes the products of all pairs of inputs.
  func fillGram(_ gram: inout [Double], stride: Int, window: Int) {
    for lag in 0..<window {
      for first in 0..<columnCount {
        for second in 0..<columnCount {
          var sum = product(0, first, lag, second)
          for row in 0..<window - lag {
            let (a, b) = (row * columnCount + first, (row + lag) * columnCount + second)
            gram[a * stride + b] = sum
            gram[b * stride + a] = sum
            sum -= value(row, first) * value(row + lag, second)
            sum += value(row + count, first) * value(row + count + lag, second)
          }
        }
      }
    }
  }
}

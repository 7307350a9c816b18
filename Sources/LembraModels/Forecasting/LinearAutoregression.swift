import LembraTensor

/// Forecasts by one linear map of the window: the baseline that a network has to beat.
///
/// The map minimises the sum of the squared errors over the training windows. Columns are brought
/// to mean 0 and deviation 1 first, so that data far from zero lose no digits; a tiny ridge settles
/// inputs that never change or repeat each other.
///
/// The cost of fitting grows with the cube of the inputs, so the map reads the last
/// `max(1, 1024 / C)` rows of longer windows.
struct LinearAutoregression {
  private let inputCount: Int
  private let outputCount: Int
  private let targetCount: Int
  private let columns: ColumnScales

  /// `[inputs + 1, outputs]` between standardised values, the last row being the constant.
  private let coefficients: [Double]

  /// Fits the map to all windows within `values`.
  ///
  /// - Parameters:
  ///   - values: the training rows, `[R, C]`.
  ///   - columnCount: C.
  ///   - targetCount: K; the first K columns are forecast.
  ///   - window: W.
  ///   - horizon: H.
  /// - Precondition: there is at least one window.
  init(
    fitting values: ArraySlice<Double>, columnCount: Int, targetCount: Int, window: Int,
    horizon: Int
  ) {
    let read = min(window, max(1, 1024 / columnCount))
    let count = values.count / columnCount - window - horizon + 1
    precondition(count > 0, "LinearAutoregression: no window fits into the training rows")
    columns = ColumnScales(values, columnCount: columnCount)
    self.targetCount = targetCount
    inputCount = read * columnCount
    outputCount = horizon * targetCount
    // The windows begin with the first row that is read.
    let equations = NormalEquations(
      columns.standardized(values.dropFirst((window - read) * columnCount)),
      columnCount: columnCount, targetCount: targetCount, window: read, horizon: horizon,
      count: count)
    coefficients = solveRidge(
      equations.matrix, equations.right, size: inputCount + 1, columns: outputCount)
  }

  /// The forecast for one window `[W, C]`: `[H, K]`.
  func callAsFunction(_ window: ArraySlice<Double>) -> [Double] {
    let input = columns.standardized(window.suffix(inputCount))
    var forecast = Array(coefficients.suffix(outputCount))
    for (index, value) in input.enumerated() {
      let start = index * outputCount
      for output in 0..<outputCount { forecast[output] += value * coefficients[start + output] }
    }
    for output in 0..<outputCount {
      let target = output % targetCount
      forecast[output] = forecast[output] * columns.deviations[target] + columns.means[target]
    }
    return forecast
  }
}

/// The mean and the standard deviation of each column, the latter 1 where it vanishes.
private struct ColumnScales {
  private(set) var means: [Double] = []
  private(set) var deviations: [Double] = []

  init(_ values: ArraySlice<Double>, columnCount: Int) {
    let rows = Double(values.count / columnCount)
    for column in 0..<columnCount {
      let positions = stride(
        from: values.startIndex + column, to: values.endIndex, by: columnCount)
      let mean = positions.reduce(0) { $0 + values[$1] } / rows
      let squares = positions.reduce(0) { sum, position in
        sum + (values[position] - mean) * (values[position] - mean)
      }
      let deviation = (squares / rows).squareRoot()
      means.append(mean)
      deviations.append(deviation > 0 && deviation.isFinite ? deviation : 1)
    }
  }

  /// Standardises whole rows.
  func standardized(_ values: ArraySlice<Double>) -> [Double] {
    var result = Array(values)
    for index in result.indices {
      let column = index % means.count
      result[index] = (result[index] - means[column]) / deviations[column]
    }
    return result
  }
}

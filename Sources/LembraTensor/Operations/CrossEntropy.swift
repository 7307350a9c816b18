import CLembraKernels

extension Tensor {
  /// The cross entropy of each row of logits with its right class: `-log softmax(x)[target]`.
  ///
  /// With class weights `w` and a smoothing `ε` over `C` columns it is, as in PyTorch,
  ///
  ///     -Σ_c w_c ((1 - ε) [c = target] + ε / C) log softmax(x)_c
  ///
  /// - Parameters:
  ///   - targets: the right class of each row, or nil for a row that does not count, whose value is
  ///     0.
  ///   - classWeights: `w`, a constant for each column, `[columns]`; 1 each when nil.
  ///   - labelSmoothing: `ε`, the share of the target that is spread over all classes (Szegedy et
  ///     al., "Rethinking the Inception architecture for computer vision", 2016).
  /// - Returns: `[rows]`.
  /// - Precondition: there is one target a row, and each is one of the columns; there is a weight a
  ///   column; `0 ≤ ε ≤ 1`.
  public func crossEntropies(
    _ targets: [Int?], classWeights: Tensor? = nil, labelSmoothing: Float = 0
  ) -> Tensor {
    let (rows, columns) = (shape.rows, shape.columns)
    precondition(targets.count == rows, "crossEntropies: \(targets.count) targets for \(shape)")
    let classes = ClassTargets(
      targets, logits: shape, weights: classWeights, smoothing: labelSmoothing,
      operation: "crossEntropies")
    let logarithms = mappingRows(kernels.rows.log_softmax)
    let result = Tensor(shape: [rows]) { out in
      logarithms.withElements { y in
        inParallel(over: rows, cost: labelSmoothing == 0 ? 2 : Double(columns) * 0.1) { part in
          classes.losses(y + part.lowerBound * columns, part, out + part.lowerBound)
        }
      }
    }
    return .recorded(
      result,
      receiving { [shape] gradient in
        Tensor(shape: shape) { out in
          withElementsOf(logarithms, gradient) { y, gradient in
            inParallel(over: rows, cost: Double(columns) * 0.5) { part in
              let start = part.lowerBound * columns
              classes.pullback(y + start, part, gradient + part.lowerBound, out + start)
            }
          }
        }
      })
  }
}

/// The right classes of rows, and what mistakes cost, as the kernels take them.
struct ClassTargets {
  /// The class of each row, -1 for a row that does not count.
  private let places: [Int32]
  private let count: Int
  private let weights: Tensor?
  private let smoothing: Float

  /// Checks the targets of logits `[rows, classes]`.
  init(
    _ targets: [Int?], logits: Shape, weights: Tensor?, smoothing: Float, operation: StaticString
  ) {
    let count = logits.columns
    precondition(
      weights.map { $0.shape == [count] } ?? true,
      "\(operation): class weights \(weights?.shape ?? []) for \(logits)")
    precondition(
      smoothing >= 0 && smoothing <= 1, "\(operation): a label smoothing of \(smoothing)")
    places = targets.map { target -> Int32 in
      guard let target else { return -1 }
      precondition(
        target >= 0 && target < count, "\(operation): class \(target) is not in \(logits)")
      return Int32(target)
    }
    self.count = count
    self.weights = weights?.detached
    self.smoothing = smoothing
  }

  private var isPlain: Bool { weights == nil && smoothing == 0 }

  /// The weights of the rows' classes added up: what a mean divides by.
  var total: Double {
    guard let weights else { return Double(places.count { $0 >= 0 }) }
    return weights.withElements { weights in
      places.reduce(0) { $1 >= 0 ? $0 + Double(weights[Int($1)]) : $0 }
    }
  }

  /// The losses of `rows` from their logarithms `y` of the softmax.
  func losses(
    _ y: UnsafePointer<Float>, _ rows: Range<Int>, _ out: UnsafeMutablePointer<Float>
  ) {
    withPointers(rows) { places, weights in
      if isPlain {
        kernels.rows.negative_log_likelihood(y, places, out, rows.count, count)
      } else {
        kernels.rows.weighted_cross_entropy(
          y, places, weights, smoothing, out, rows.count, count)
      }
    }
  }

  /// The gradient of the logits of `rows`; `out` may be `y`.
  func pullback(
    _ y: UnsafePointer<Float>, _ rows: Range<Int>, _ gradient: UnsafePointer<Float>,
    _ out: UnsafeMutablePointer<Float>
  ) {
    withPointers(rows) { places, weights in
      if isPlain {
        kernels.rows.cross_entropy_pullback(y, places, gradient, out, rows.count, count)
      } else {
        kernels.rows.weighted_cross_entropy_pullback(
          y, places, weights, smoothing, gradient, out, rows.count, count)
      }
    }
  }

  private func withPointers(
    _ rows: Range<Int>, _ body: (UnsafePointer<Int32>, UnsafePointer<Float>?) -> Void
  ) {
    places.withUnsafeBufferPointer { places in
      guard let places = places.baseAddress else { return }
      guard let weights else { return body(places + rows.lowerBound, nil) }
      weights.withElements { body(places + rows.lowerBound, $0) }
    }
  }
}

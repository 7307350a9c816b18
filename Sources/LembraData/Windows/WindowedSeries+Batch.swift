import LembraTensor

/// The order of the rows of a batch of windows.
public enum BatchOrder: Hashable, Sendable {
  /// All first steps, then all second steps, `[W, N, C]`: what recurrent layers run over.
  case timeMajor
  /// One window after the other, `[N, W, C]`: what a layer sees that takes a window whole.
  case windowMajor
}

extension WindowedSeries {
  /// Copies the inputs of the windows at `positions` into `destination`.
  ///
  /// - Precondition: the positions are those of windows, and `destination` has N · W · C elements.
  public func copyInputs(
    of positions: some Collection<Int>, order: BatchOrder,
    into destination: inout MutableSpan<Float>
  ) {
    let batchCount = positions.count
    precondition(
      destination.count == batchCount * window * columnCount,
      "\(destination.count) elements cannot hold \(batchCount) windows of \(window) x \(columnCount)"
    )
    for (batchPosition, position) in positions.enumerated() {
      precondition(indices.contains(position), "window \(position) is not one of \(count)")
      let start = (origins.lowerBound + position - window) * columnCount
      for step in 0..<window {
        let row =
          order == .timeMajor ? step * batchCount + batchPosition : batchPosition * window + step
        for column in 0..<columnCount {
          destination[row * columnCount + column] = values[start + step * columnCount + column]
        }
      }
    }
  }

  /// Copies the values to be forecast from the windows at `positions`, `[N, H, K]`.
  ///
  /// - Precondition: the positions are those of windows, and `destination` has N · H · K elements.
  public func copyTargets(
    of positions: some Collection<Int>, into destination: inout MutableSpan<Float>
  ) {
    precondition(
      destination.count == positions.count * horizon * targetCount,
      "\(destination.count) elements cannot hold \(positions.count) answers of "
        + "\(horizon) x \(targetCount)")
    var next = 0
    for position in positions {
      precondition(indices.contains(position), "window \(position) is not one of \(count)")
      for row in origins.lowerBound + position..<origins.lowerBound + position + horizon {
        for column in 0..<targetCount {
          destination[next] = values[row * columnCount + column]
          next += 1
        }
      }
    }
  }

  /// The inputs of the windows at `positions`, in `order`.
  public func inputs(of positions: some Collection<Int>, order: BatchOrder) -> [Float] {
    var result = [Float](repeating: 0, count: positions.count * window * columnCount)
    var span = result.mutableSpan
    copyInputs(of: positions, order: order, into: &span)
    return result
  }

  /// The values to be forecast from the windows at `positions`, `[N, H, K]`.
  public func targets(of positions: some Collection<Int>) -> [Float] {
    var result = [Float](repeating: 0, count: positions.count * horizon * targetCount)
    var span = result.mutableSpan
    copyTargets(of: positions, into: &span)
    return result
  }
}

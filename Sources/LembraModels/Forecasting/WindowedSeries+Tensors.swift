import LembraData
import LembraTensor

extension BatchOrder {
  /// The windows moved on by what was forecast, `[N, steps · columns]`; the oldest rows fall away.
  func appending(
    _ forecast: Tensor, to input: Tensor, count: Int, columns: Int
  ) -> Tensor {
    let window = input.shape.count / (count * columns)
    let steps = forecast.shape[1] / columns
    let kept = max(0, window - steps)
    let newest = steps - (window - kept)
    switch self {
    case .timeMajor:
      let old = input.reshaped(to: [window, count, columns]).rows(window - kept..<window)
      let new = (newest..<steps).map { step in
        forecast.columns(step * columns..<(step + 1) * columns)
      }
      return Tensor(stacking: [old.reshaped(to: [kept * count, columns])] + new)
    case .windowMajor:
      let old = input.reshaped(to: [count, window * columns])
      return Tensor(concatenatingColumns: [
        old.columns((window - kept) * columns..<window * columns),
        forecast.columns(newest * columns..<steps * columns),
      ]).reshaped(to: [count * window, columns])
    }
  }
}

extension WindowedSeries {
  /// The inputs of some windows, `[W · N, C]`.
  func inputTensor(of positions: some Collection<Int>, order: BatchOrder) -> Tensor {
    var tensor = Tensor(shape: [window * positions.count, columnCount]) { _ in }
    var elements = tensor.mutableElements
    copyInputs(of: positions, order: order, into: &elements)
    return tensor
  }

  /// The answers of some windows, `[N, H · K]`.
  func targetTensor(of positions: some Collection<Int>) -> Tensor {
    var tensor = Tensor(shape: [positions.count, horizon * targetCount]) { _ in }
    var elements = tensor.mutableElements
    copyTargets(of: positions, into: &elements)
    return tensor
  }
}

import LembraLayers
import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension TrainingLoop {
  /// The model that is judged and kept: that with the averaged weights, if they are averaged.
  var judged: M { average ?? model }

  /// Takes the weights of the last step into the average.
  ///
  /// - Parameter stepCount: the number of steps of an epoch.
  mutating func updateAverage(stepCount: Int) {
    guard let epochs = configuration.averagedEpochs else { return }
    guard var average else {
      average = model
      return
    }
    // Until there are enough steps, all of them count the same.
    let share = max(
      1 / Double(progress.totalSteps + 1), 1 - exp(-1 / (epochs * Double(stepCount))))
    let values = model.parameters.map(\.value)
    // The only reference to the weights, so that they are written in place.
    self.average = nil
    average.move(towards: values, by: Float(share))
    self.average = average
  }
}

extension Module {
  /// Replaces each parameter `p` by `p + share · (value − p)`.
  fileprivate mutating func move(towards values: [Tensor], by share: Float) {
    var index = 0
    updateParameters { _, parameter in
      let count = parameter.shape.count
      values[index].withElements { value in
        parameter.withMutableElements { parameter in
          updateInParallel(count) { start, count in
            for place in start..<start + count {
              parameter[place] += share * (value[place] - parameter[place])
            }
          }
        }
      }
      index += 1
    }
  }
}

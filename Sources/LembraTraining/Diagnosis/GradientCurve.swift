package import LembraLayers
import LembraTensor

/// How large the gradient of a loss is at the states of a layer, by the distance from the end.
///
/// The end is where the layer stops reading: the last step of each sequence, or the first of a layer
/// that reads backward.
public struct GradientCurve: Hashable, Codable, Sendable {
  /// The place of the layer in the model, such as `encoder.l0.forward`.
  public let layer: String

  /// The part of the state: `hidden` or, of an LSTM, also `cell`.
  public let state: String

  /// The mean of `‖∂loss/∂h_t‖` over sequences, for t the last step, the one before it, and so on.
  public let norms: [Double]

  /// The number of sequences that are as long.
  public let counts: [Int]
}

/// Sums up the norms of gradients, run by run.
package struct GradientNorms {
  fileprivate struct Place: Hashable {
    let layer: String
    let state: StepPart
  }

  fileprivate struct Sums {
    var norms: [Double] = []
    var counts: [Int] = []
  }

  private var places: [Place] = []
  private var sums: [Place: Sums] = [:]

  package init() {}

  /// Adds the gradients that a probe has seen; a state that the loss does not depend on has the norm 0.
  ///
  /// - Parameters:
  ///   - probe: the probe, after the way back.
  ///   - counts: whether a run of a layer counts; the default is all of them.
  package mutating func add(
    _ probe: RecurrentProbe, where counts: (RecurrentProbe.Run) -> Bool = { _ in true }
  ) {
    var lengths = [[Int]](repeating: [], count: probe.runs.count)
    for record in probe.records where record.part == .hidden {
      lengths[record.run].take(record.value.shape[0], step: record.step)
    }
    for record in probe.records where [.hidden, .cell].contains(record.part) {
      let run = probe.runs[record.run]
      guard counts(run) else { continue }
      let norms = record.gradient?.rowNorms ?? Array(repeating: 0, count: record.value.shape[0])
      let place = Place(layer: run.layer, state: record.part)
      if sums[place] == nil { places.append(place) }
      for (row, norm) in norms.enumerated() {
        let distance =
          run.direction == .forward ? lengths[record.run][row] - 1 - record.step : record.step
        sums[place, default: Sums()].add(norm, at: distance)
      }
    }
  }

  /// The curves so far, in the order in which the layers ran.
  package var curves: [GradientCurve] {
    places.compactMap { place in
      sums[place].map { own in
        GradientCurve(
          layer: place.layer, state: place.state.name,
          norms: zip(own.norms, own.counts).map { $1 == 0 ? 0 : $0 / Double($1) },
          counts: own.counts)
      }
    }
  }
}

extension GradientNorms.Sums {
  fileprivate mutating func add(_ norm: Double, at distance: Int) {
    while norms.count <= distance {
      norms.append(0)
      counts.append(0)
    }
    norms[distance] += norm
    counts[distance] += 1
  }
}

extension [Int] {
  /// Takes note that the first `count` sequences have this step.
  fileprivate mutating func take(_ count: Int, step: Int) {
    while self.count < count { append(0) }
    for row in 0..<count { self[row] = Swift.max(self[row], step + 1) }
  }
}

extension Tensor {
  /// The Euclidean norm of each row, in double precision.
  fileprivate var rowNorms: [Double] {
    let (elements, width) = (array, shape[1])
    return (0..<shape[0]).map { row in
      elements[row * width..<(row + 1) * width]
        .reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
  }
}

import LembraLayers
import LembraTensor

/// What the values of a gate, or of a part of the state, were in some steps of training.
public struct GateStatistics: Hashable, Codable, Sendable {
  /// The place of the layer in the model, such as `encoder.l0.forward`.
  public let layer: String

  /// The gate or the part of the state, such as `forget`.
  public let gate: String

  public let mean: Double
  public let sd: Double
  public let minimum: Double
  public let maximum: Double

  /// The share of values in which the gate's function is saturated: σ below 0.05 or above 0.95, tanh
  /// beyond ±0.95; nil for what is no value of either.
  public let saturated: Double?
}

/// Sums up the values of every gate of every layer.
struct GateSums {
  fileprivate struct Place: Hashable {
    let layer: String
    let part: StepPart
  }

  fileprivate struct Sums {
    let squashing: Squashing
    var count = 0.0
    var sum = 0.0
    var squares = 0.0
    var minimum = Float.infinity
    var maximum = -Float.infinity
    var saturated = 0.0
  }

  private var places: [Place] = []
  private var sums: [Place: Sums] = [:]

  /// Adds all that a probe has seen, but for what layers read.
  mutating func add(_ probe: RecurrentProbe) {
    for record in probe.records where record.part != .reading {
      let place = Place(layer: probe.runs[record.run].layer, part: record.part)
      var own = sums.removeValue(forKey: place) ?? start(place, record.squashing)
      own.add(record.value)
      sums[place] = own
    }
  }

  private mutating func start(_ place: Place, _ squashing: Squashing) -> Sums {
    places.append(place)
    return Sums(squashing: squashing)
  }

  var statistics: [GateStatistics] {
    places.compactMap { place in
      sums[place].map { own in
        let mean = own.sum / own.count
        return GateStatistics(
          layer: place.layer, gate: place.part.name, mean: mean,
          sd: max(0, own.squares / own.count - mean * mean).squareRoot(),
          minimum: Double(own.minimum), maximum: Double(own.maximum),
          saturated: own.squashing == .none ? nil : own.saturated / own.count)
      }
    }
  }
}

extension GateSums.Sums {
  fileprivate mutating func add(_ values: Tensor) {
    let open = squashing.open
    let elements = values.elements
    for index in elements.indices {
      let value = elements[index]
      sum += Double(value)
      squares += Double(value) * Double(value)
      minimum = min(minimum, value)
      maximum = max(maximum, value)
      if !open.contains(value) { saturated += 1 }
    }
    count += Double(elements.count)
  }
}

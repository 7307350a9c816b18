public import LembraLayers
import LembraTensor

/// A number of a recurrent layer that is infinite, not a number or far too large, and its place.
public struct BadNumber: Hashable, Codable, Sendable {
  /// What is said of it.
  public enum Kind: String, Hashable, Codable, Sendable {
    /// The first number on the way forward that is not finite.
    case forward
    /// The first gradient on the way back that is not finite.
    case backward
    /// The gradient of the largest magnitude.
    case largestGradient
  }

  public let kind: Kind

  /// The place of the layer in the model, such as `encoder.l0.forward`.
  public let layer: String

  public let gate: StepPart

  /// Whether it is the sum that the function of the gate is applied to.
  public let isSum: Bool

  /// The step of the sequence, counted from 1.
  public let step: Int

  /// The sequence of the batch, counted from 1.
  public let row: Int

  /// The unit, counted from 1: the column of what the layer reads, if it is that.
  public let unit: Int

  public let value: Float

  /// What the sequence is called in the data, such as `window 17`; nil if nothing is known.
  public var sequence: String?

  fileprivate init(
    _ kind: Kind, _ record: RecurrentProbe.Record, of probe: RecurrentProbe, isSum: Bool = false,
    index: Int, value: Float
  ) {
    let run = probe.runs[record.run]
    let (position, column) = index.quotientAndRemainder(dividingBy: record.value.shape[1])
    self.kind = kind
    layer = run.layer
    gate = record.part
    self.isSum = isSum
    step = record.step + 1
    row = (run.order?[position] ?? position) + 1
    unit = column + 1
    self.value = value
  }

  /// Where it is, in words.
  private var place: String {
    let unit = gate == .reading ? "column \(unit)" : "unit \(unit)"
    return "\(isSum ? "the sum of " : "")\(gate.title) of \(layer), \(unit), at step \(step) of "
      + "sequence \(row) of the batch" + (sequence.map { " (\($0))" } ?? "")
  }
}

extension BadNumber: CustomStringConvertible {
  /// A sentence without its full stop.
  public var description: String {
    switch kind {
    case .forward: "the first bad number on the way forward is \(value.text), in \(place)"
    case .backward: "the first bad gradient on the way back is \(value.text), that of \(place)"
    case .largestGradient: "the largest gradient is \(value.text), that of \(place)"
    }
  }
}

extension Float {
  /// The number as text, without the sign that NaN may have.
  var text: String { isNaN ? "nan" : "\(self)" }
}

extension RecurrentProbe {
  /// The first number that is infinite or not a number, in the order of computation.
  package var firstBadNumber: BadNumber? {
    firstNotFinite.map {
      BadNumber(
        .forward, $0.record, of: self, isSum: $0.isSum, index: $0.index,
        value: $0.record.value.elements[$0.index])
    }
  }

  /// The first gradient that is infinite or not a number, in the order of the way back.
  package var firstBadGradient: BadNumber? {
    for record in records.reversed() {
      guard let gradient = record.gradient, let index = gradient.firstNotFinite else { continue }
      return BadNumber(.backward, record, of: self, index: index, value: gradient.elements[index])
    }
    return nil
  }

  /// The gradient of the largest magnitude.
  package var largestGradient: BadNumber? {
    var largest: (record: Record, index: Int, value: Float)?
    for record in records {
      guard let gradient = record.gradient else { continue }
      let elements = gradient.elements
      for index in elements.indices
      where elements[index].magnitude > largest?.value.magnitude ?? -1 {
        largest = (record, index, elements[index])
      }
    }
    return largest.map { record, index, value in
      BadNumber(.largestGradient, record, of: self, index: index, value: value)
    }
  }
}

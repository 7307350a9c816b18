import ArgumentParser

extension ParsableArguments {
  /// Throws unless the value of an option, where it is given, is in a range.
  func require(_ name: String, _ value: Int?, in range: ClosedRange<Int>) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
      "\(name) is \(value); choose from \(range.lowerBound) to \(range.upperBound).")
  }
}

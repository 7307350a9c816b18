/// The order in which a recurrence reads each sequence.
public enum Direction: String, Hashable, Codable, Sendable {
  /// From the first step to the last.
  case forward

  /// From each sequence's own last step to the first.
  case backward
}

extension Direction {
  var reversed: Direction { self == .forward ? .backward : .forward }
}

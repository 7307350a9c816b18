/// The order in which a recurrence reads each sequence.
public enum Direction: String, Hashable, Codable, Sendable {
  case forward
  case backward
}

extension Direction {
  var reversed: Direction { self == .forward ? .backward : .forward }
}

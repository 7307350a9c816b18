/// The order in which a recurrence reads each sequence.
public enum Direction: String, Hashable, Codable, Sendable {
  case forward
  case backward
}

/// How the steps of a sequence become one vector.
public enum SequencePooling: String, Hashable, Codable, CaseIterable, Sendable {
  /// What is known at the end of the sequence, each direction at its own end.
  case last

  /// The mean of the steps.
  case mean

  /// The largest of each feature.
  case max

  /// A weighted mean, with weights that are learnt; see ``AttentionPooling``.
  case attention
}

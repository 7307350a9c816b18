/// A regular expression as a tree.
indirect enum PatternNode: Hashable, Sendable {
  enum Greed: Hashable, Sendable {
    /// As many as possible, and fewer if the rest does not match then.
    case greedy
    /// As few as possible.
    case lazy
    /// As many as possible, whatever follows.
    case possessive
  }

  enum Anchor: Hashable, Sendable {
    case textStart, textEnd, lineStart, lineEnd
    case wordBoundary(isNegated: Bool)
  }

  case scalar(ScalarSet)
  case sequence([PatternNode])
  case alternatives([PatternNode])
  case repeated(PatternNode, minimum: Int, maximum: Int?, Greed)
  /// What matches first, whatever follows.
  case atomic(PatternNode)
  /// Whether something follows, which is not taken.
  case ahead(PatternNode, isNegated: Bool)
  /// Whether a scalar of the set comes before.
  case behind(ScalarSet, isNegated: Bool)
  case anchor(Anchor)

  /// Whether it can match without taking anything.
  var canBeEmpty: Bool {
    switch self {
    case .scalar: false
    case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
    case .alternatives(let nodes): nodes.contains(where: \.canBeEmpty)
    case .repeated(let node, let minimum, _, _): minimum == 0 || node.canBeEmpty
    case .atomic(let node): node.canBeEmpty
    case .ahead, .behind, .anchor: true
    }
  }

  /// The bytes that what it matches can begin with; all when it can be empty.
  var firstBytes: ByteSet {
    switch self {
    case .scalar(let set): return set.firstBytes
    case .sequence(let nodes):
      var bytes = ByteSet()
      for node in nodes {
        // What only looks does not restrict what comes next.
        if case .ahead = node { continue }
        if case .repeated(let part, 0, _, _) = node {
          bytes = bytes.union(part.firstBytes)
          continue
        }
        return bytes.union(node.firstBytes)
      }
      return .all
    case .alternatives(let nodes): return nodes.reduce(ByteSet()) { $0.union($1.firstBytes) }
    case .repeated(let node, let minimum, _, _): return minimum == 0 ? .all : node.firstBytes
    case .atomic(let node): return node.firstBytes
    case .ahead, .behind, .anchor: return .all
    }
  }
}

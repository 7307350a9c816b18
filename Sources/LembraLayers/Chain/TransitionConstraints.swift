import LembraTensor

/// Which tags may begin a sequence, end it, and follow each other.
///
/// Tags are numbers from 0 to below K. A ``LinearChainCRF`` with constraints gives a path that they
/// do not allow the probability 0.
public struct TransitionConstraints: Hashable, Sendable {
  /// The number of tags, K.
  public let tagCount: Int

  /// By tag, whether a sequence may begin with it.
  let starts: [Bool]

  /// By tag, whether a sequence may end with it.
  let ends: [Bool]

  /// Whether one tag may follow another, `[K, K]`, from and to.
  let transitions: [Bool]

  /// Asks for every tag and every pair whether it is allowed.
  ///
  /// - Parameters:
  ///   - tagCount: K.
  ///   - start: whether a sequence may begin with a tag.
  ///   - end: whether a sequence may end with a tag.
  ///   - transition: whether the second tag may follow the first.
  /// - Precondition: there is at least one tag.
  public init(
    tagCount: Int, start: (_ tag: Int) -> Bool = { _ in true },
    end: (_ tag: Int) -> Bool = { _ in true },
    transition: (_ from: Int, _ to: Int) -> Bool
  ) {
    precondition(tagCount >= 1, "TransitionConstraints: \(tagCount) tags")
    self.tagCount = tagCount
    let tags = 0..<tagCount
    starts = tags.map(start)
    ends = tags.map(end)
    transitions = tags.flatMap { from in tags.map { transition(from, $0) } }
  }

  /// Whether a sequence may begin with `tag`.
  ///
  /// - Precondition: the tag is in `0 ..< K`. This holds for all tags below.
  public func allowsStart(_ tag: Int) -> Bool { starts[checked(tag)] }

  /// Whether a sequence may end with `tag`.
  public func allowsEnd(_ tag: Int) -> Bool { ends[checked(tag)] }

  /// Whether `to` may follow `from`.
  public func allowsTransition(from: Int, to: Int) -> Bool {
    transitions[checked(from) * tagCount + checked(to)]
  }

  /// Whether a whole path is allowed; one without tags is.
  public func allows(_ path: [Int]) -> Bool {
    guard let first = path.first, let last = path.last else { return true }
    return allowsStart(first) && allowsEnd(last)
      && zip(path, path.dropFirst()).allSatisfy { allowsTransition(from: $0, to: $1) }
  }

  private func checked(_ tag: Int) -> Int {
    precondition(
      tag >= 0 && tag < tagCount, "TransitionConstraints: there is no tag \(tag) among \(tagCount)")
    return tag
  }
}

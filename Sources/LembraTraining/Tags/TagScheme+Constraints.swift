public import LembraLayers
public import LembraTensor

extension TagScheme {
  /// What paths through these tags look like in this scheme, for a `LinearChainCRF`.
  ///
  /// - Parameter tags: the names of the tags 0, 1 and so on.
  /// - Returns: the starts, ends and neighbours that the scheme allows.
  /// - Throws: `LembraError` with code `invalidData` if one is not a tag of this scheme.
  /// - Precondition: there is at least one tag.
  public func constraints(for tags: [String]) throws(LembraError) -> TransitionConstraints {
    let parts = tags.map { SpanTag($0) }
    if let stranger = parts.firstIndex(where: { !knows($0) }) {
      throw LembraError(
        .invalidData, "\"\(tags[stranger])\" is no tag of the scheme \(rawValue)",
        remedy: "use O, or one of \(prefixes.joined(separator: ", ")) with a type, as in "
          + "\(SpanTag.text(String(prefixes[0]), "PER"))",
        at: .init(name: tags[stranger]))
    }
    return TransitionConstraints(
      tagCount: tags.count, start: { allows(parts[$0], after: nil) },
      end: { allowsEnd(parts[$0]) }, transition: { allows(parts[$1], after: parts[$0]) })
  }
}

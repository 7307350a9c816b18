public import LembraTensor

extension TagScheme {
  /// Whether tags can mark spans: each is `O`, or one of the letters `B I E S` with or without a type.
  public static func marksSpans(_ tags: some Sequence<String>) -> Bool {
    tags.allSatisfy { TagScheme.bioes.knows(SpanTag($0)) }
  }

  /// Finds out which scheme the tags of some sentences are of.
  ///
  /// Tags that fit IOB1 as well as IOB2 count as IOB2.
  ///
  /// - Parameter sentences: the tags of each sentence.
  /// - Returns: nil if these are not tags of spans: one is neither `O` nor one of the letters
  ///   `B I E S` with or without a type.
  /// - Throws: `LembraError` with code `invalidData` if some spans begin as in IOB1 and others as in
  ///   IOB2.
  public static func detected(
    in sentences: some Sequence<[String]>
  ) throws(LembraError) -> TagScheme? {
    var hasEnds = false
    var first: (iob1: Evidence?, bio: Evidence?)
    for (number, sentence) in sentences.enumerated() {
      var previous = SpanTag.outside
      for (place, text) in sentence.enumerated() {
        let tag = SpanTag(text)
        guard TagScheme.bioes.knows(tag) else { return nil }
        hasEnds = hasEnds || tag.prefix == "E" || tag.prefix == "S"
        let evidence = Evidence(tag: text, sentence: number + 1, token: place + 1)
        let continues = previous.prefix != "O" && previous.type == tag.type
        if tag.prefix == "I" && !continues { first.iob1 = first.iob1 ?? evidence }
        if tag.prefix == "B" && !continues { first.bio = first.bio ?? evidence }
        previous = tag
      }
    }
    if hasEnds { return .bioes }
    guard let iob1 = first.iob1 else { return .bio }
    guard let bio = first.bio else { return .iob1 }
    throw LembraError(
      .invalidData, "spans begin in two ways: \(bio), but \(iob1)",
      remedy: "begin every span with B-, or none but those right after another of the same type")
  }
}

/// A tag that speaks for a scheme.
private struct Evidence: CustomStringConvertible {
  let tag: String
  let sentence: Int
  let token: Int

  var description: String { "\(tag) at token \(token) of sentence \(sentence)" }
}

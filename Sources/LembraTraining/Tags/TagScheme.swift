import LembraTensor

/// How the tags of tokens mark spans.
///
/// A tag is a letter and the type of the span, such as `B-PER`; `O` is outside of all spans.
///
///     tokens   Ana   Bel   met   Carlos  Lisboa
///     IOB1     I-PER I-PER O     I-PER   I-LOC
///     IOB2     B-PER I-PER O     B-PER   B-LOC
///     BIOES    B-PER E-PER O     S-PER   S-LOC
///
/// - Note: Ramshaw and Marcus, "Text chunking using transformation-based learning", 1995 (IOB1);
///   Tjong Kim Sang and Veenstra, "Representing text chunks", 1999 (IOB2).
public enum TagScheme: String, CaseIterable, Codable, Sendable {
  /// `B` begins a span only right after another one of the same type; otherwise `I` does.
  case iob1
  /// `B` begins every span: IOB2, also called BIO.
  case bio
  /// `B` begins and `E` ends a span of several tokens, `S` is a span of one.
  case bioes

  /// The letters before the types, beside `O`.
  var prefixes: [Substring] {
    switch self {
    case .iob1, .bio: ["B", "I"]
    case .bioes: ["B", "I", "E", "S"]
    }
  }

  /// The tags of a sentence of `count` tokens with these spans.
  ///
  /// - Precondition: the spans are in order, lie within the sentence, and do not overlap.
  public func tags(for spans: [TagSpan], count: Int) -> [String] {
    var tags = [String](repeating: "O", count: count)
    var previous: TagSpan?
    for span in spans {
      precondition(
        span.range.lowerBound >= previous?.range.upperBound ?? 0 && span.range.upperBound <= count,
        "TagScheme: the span \(span.range) after \(previous?.range ?? 0..<0) in \(count) tokens")
      let touches = previous?.range.upperBound == span.range.lowerBound
      let follows = touches && previous?.type == span.type
      for place in span.range {
        let isFirst = place == span.range.lowerBound
        let isLast = place == span.range.upperBound - 1
        let prefix =
          switch self {
          case .iob1: isFirst && follows ? "B" : "I"
          case .bio: isFirst ? "B" : "I"
          case .bioes: isFirst ? (isLast ? "S" : "B") : (isLast ? "E" : "I")
          }
        tags[place] = SpanTag.text(prefix, span.type)
      }
      previous = span
    }
    return tags
  }

  /// Tags of any scheme, for the same spans, in this one.
  public func converting(_ tags: [String]) -> [String] {
    self.tags(for: TagSpan.spans(in: tags), count: tags.count)
  }
}

// MARK: - What the scheme allows

extension TagScheme {
  /// The place of the first tag that cannot stand where it does in this scheme; nil if all can.
  ///
  /// A span that the sentence leaves unfinished is found at its last tag.
  public func firstFault(in tags: [String]) -> Int? {
    var previous: SpanTag?
    for (place, text) in tags.enumerated() {
      let tag = SpanTag(text)
      guard knows(tag), allows(tag, after: previous) else { return place }
      previous = tag
    }
    return previous.map { allowsEnd($0) ? nil : tags.count - 1 } ?? nil
  }

  /// Whether it is `O`, or has one of the scheme's letters.
  func knows(_ tag: SpanTag) -> Bool {
    tag == .outside || prefixes.contains(tag.prefix)
  }

  /// Whether a tag may follow another, or begin a sentence if there is none.
  func allows(_ tag: SpanTag, after previous: SpanTag?) -> Bool {
    let previous = previous ?? .outside
    let continues = previous != .outside && previous.type == tag.type
    switch (self, tag.prefix) {
    case (.iob1, "B"), (.bio, "I"): return continues
    case (.iob1, _), (.bio, _): return true
    case (.bioes, "I"), (.bioes, "E"): return continues && isOpen(previous)
    case (.bioes, _): return !isOpen(previous)
    }
  }

  /// Whether a tag may be a sentence's last.
  func allowsEnd(_ tag: SpanTag) -> Bool { self != .bioes || !isOpen(tag) }

  /// Whether the span of a BIOES tag goes on after it.
  private func isOpen(_ tag: SpanTag) -> Bool { tag.prefix == "B" || tag.prefix == "I" }
}

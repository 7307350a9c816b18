import LembraTensor

/// A stretch of tokens of one type, such as the name of a person.
public struct TagSpan: Hashable, Sendable {
  /// What the tokens are; empty where tags name no type.
  public var type: String

  /// The tokens, counted from 0 within the sentence.
  public var range: Range<Int>

  /// - Precondition: the range is not empty.
  public init(type: String, range: Range<Int>) {
    precondition(!range.isEmpty, "TagSpan: \(type) has no tokens")
    self.type = type
    self.range = range
  }

  /// The spans that a sentence's tags mark, in order.
  ///
  /// It reads every ``TagScheme``. Tags that keep to none are read as the script `conlleval` reads
  /// them: an `I` after `O`, or after another type, begins a span.
  public static func spans(in tags: [String]) -> [TagSpan] {
    var spans: [TagSpan] = []
    var open: (type: Substring, start: Int)?
    var previous = SpanTag.outside
    for (place, tag) in (tags.map { SpanTag($0) } + [.outside]).enumerated() {
      let begins = tag.begins(after: previous)
      if let span = open, begins || previous.ends(before: tag) {
        spans.append(TagSpan(type: String(span.type), range: span.start..<place))
        open = nil
      }
      if begins { open = (tag.type, place) }
      previous = tag
    }
    return spans
  }
}

/// A tag in two parts: `B-PER` has the prefix `B` and the type `PER`, `O` the prefix `O` and the type
/// of no name.
///
/// The type begins after the first hyphen and may have others.
struct SpanTag: Hashable {
  let prefix: Substring
  let type: Substring

  /// The tag before and after a sentence.
  static let outside = SpanTag("O")

  init(_ tag: some StringProtocol) {
    let tag = Substring(tag)
    guard let hyphen = tag.firstIndex(of: "-") else {
      (prefix, type) = (tag, "")
      return
    }
    prefix = tag[..<hyphen]
    type = tag[tag.index(after: hyphen)...]
  }

  /// The text of a tag of these parts.
  static func text(_ prefix: String, _ type: String) -> String {
    type.isEmpty ? prefix : "\(prefix)-\(type)"
  }
}

// MARK: - Where spans begin and end

// The rules are those of the script `conlleval` (Tjong Kim Sang, 1998 to 2004), whatever scheme the
// tags are of and whether or not they keep to it: spans of B I O, of I O E, and of brackets. It does
// not know the tags of BIOES; here an S is a span of its own, and a B after an E begins another one.

extension SpanTag {
  /// Whether a span that this tag is in ends with it when `next` follows.
  func ends(before next: SpanTag) -> Bool {
    switch (prefix, next.prefix) {
    case ("O", _), (".", _): false
    case ("E", _), ("S", _), ("[", _), ("]", _): true
    case ("B", "B"), ("B", "S"), ("B", "O"), ("I", "B"), ("I", "S"), ("I", "O"): true
    default: type != next.type
    }
  }

  /// Whether a span begins with this tag after `previous`.
  func begins(after previous: SpanTag) -> Bool {
    switch (previous.prefix, prefix) {
    case (_, "O"), (_, "."): false
    case (_, "B"), (_, "S"), (_, "["), (_, "]"): true
    case ("O", "I"), ("E", "I"), ("S", "I"), ("O", "E"), ("E", "E"), ("S", "E"): true
    default: type != previous.type
    }
  }
}

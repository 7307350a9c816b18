import LembraReport

/// A line that shows progress in a given width.
///
/// What a narrow terminal has no room for goes in this order: the rate, the epoch, the bar, the time
/// left, the loss, the title. The share of the work always stays.
package struct ProgressBar: Sendable {
  package let text: String

  package init(_ progress: Progress, width: Int) {
    var parts = Part.all(progress)
    let dropped: [Part.Kind] = [.rate, .epoch, .bar, .timeLeft, .loss, .title]
    for kind in dropped where Self.width(of: parts) > width {
      parts.removeAll { $0.kind == kind }
    }
    let room = width - Self.width(of: parts)
    text = parts.map { part in
      guard part.kind == .bar else { return part.text }
      return Self.bar(progress.fraction, length: min(Part.shortestBar + max(room, 0), 30))
    }.joined(separator: Self.gap)
  }

  private static let gap = "  "

  private static func width(of parts: [Part]) -> Int {
    parts.reduce(0) { $0 + $1.width } + gap.count * max(0, parts.count - 1)
  }

  private static func bar(_ fraction: Double, length: Int) -> String {
    let done = Int(fraction * Double(length))
    return String(repeating: "━", count: done) + String(repeating: "╌", count: length - done)
  }
}

/// A part of the line that is shown or left out as a whole.
private struct Part {
  enum Kind { case title, bar, percent, epoch, loss, rate, timeLeft }

  static let shortestBar = 8

  let kind: Kind
  let text: String

  var width: Int { kind == .bar ? Self.shortestBar : text.displayWidth }

  static func all(_ progress: Progress) -> [Part] {
    let texts: [(Kind, String?)] = [
      (.title, progress.title), (.bar, ""), (.percent, progress.percentText),
      (.epoch, progress.epochText), (.loss, progress.lossText), (.rate, progress.rateText),
      (.timeLeft, progress.timeLeftText),
    ]
    return texts.compactMap { kind, text in text.map { Part(kind: kind, text: $0) } }
  }
}

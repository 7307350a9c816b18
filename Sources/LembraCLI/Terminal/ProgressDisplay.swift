import LembraReport

/// Shows progress: on a terminal one line that is drawn again in place, elsewhere a few plain lines.
package final class ProgressDisplay {
  package enum Style: Sendable {
    case bar
    case lines
    case silent
  }

  private let style: Style
  private let width: () -> Int
  private let now: () -> Double
  private let write: (String) -> Void

  /// The columns that the line on the screen takes; 0 for none.
  private var drawnWidth = 0
  private var lastDrawing = -Double.infinity
  private var lastTenth = -1

  /// Seconds from one look at the progress to the next, so that a terminal keeps up.
  private static let interval = 0.1

  /// - Parameters:
  ///   - style: how progress is shown.
  ///   - width: the columns of the terminal at the time it is called.
  ///   - now: seconds that never go back.
  ///   - write: puts text on the screen.
  package init(
    _ style: Style, width: @escaping () -> Int, now: @escaping () -> Double,
    write: @escaping (String) -> Void
  ) {
    self.style = style
    self.width = width
    self.now = now
    self.write = write
  }

  /// Shows `progress`, unless the last time was a moment ago.
  package func show(_ progress: @autoclosure () -> Progress) {
    guard style != .silent, now() - lastDrawing >= Self.interval else { return }
    lastDrawing = now()
    let progress = progress()
    guard style == .lines else { return draw(progress) }
    let tenth = Int(progress.fraction * 10)
    guard tenth > lastTenth else { return }
    lastTenth = tenth
    write(progress.line + "\n")
  }

  /// Writes a line of its own, above the bar if there is one.
  package func note(_ text: String) {
    guard style != .silent else { return }
    clear()
    write(text + "\n")
  }

  /// Takes the line off the screen.
  package func clear() {
    guard drawnWidth > 0 else { return }
    write(returnToStart(width: max(width(), 1)))
    drawnWidth = 0
    lastDrawing = -.infinity
  }

  private func draw(_ progress: Progress) {
    let width = max(width(), 1)
    // The last column stays free: a cursor beyond it may already stand on the next line.
    let text = ProgressBar(progress, width: width - 1).text
    write(returnToStart(width: width) + text)
    drawnWidth = text.displayWidth
  }

  /// Moves to where the line began, which lies further up if a narrower terminal has broken it,
  /// and clears all from there.
  private func returnToStart(width: Int) -> String {
    guard drawnWidth > 0 else { return "\r" }
    let above = (drawnWidth - 1) / width
    return "\r" + (above > 0 ? "\u{1B}[\(above)A" : "") + "\u{1B}[J"
  }
}

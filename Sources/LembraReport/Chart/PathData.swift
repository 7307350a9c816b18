/// The `d` of an SVG path, with absolute positions of at most two decimals.
struct PathData {
  private(set) var text = ""
  private var isDrawing = false

  mutating func move(_ x: Double, _ y: Double) {
    text += "M\(Pixels.text(x)) \(Pixels.text(y))"
    isDrawing = false
  }

  mutating func line(_ x: Double, _ y: Double) {
    text += "\(isDrawing ? " " : "L")\(Pixels.text(x)) \(Pixels.text(y))"
    isDrawing = true
  }

  mutating func close() {
    text += "Z"
    isDrawing = false
  }

  /// A path of no length, which a round or square cap makes a dot.
  mutating func dot(_ x: Double, _ y: Double) {
    move(x, y)
    text += "h0"
  }

  /// Something drawn with relative commands around a place.
  mutating func shape(_ commands: String, at x: Double, _ y: Double) {
    move(x, y)
    text += commands
  }
}

/// Positions and sizes as SVG writes them.
enum Pixels {
  /// `value` with at most two decimals.
  static func text(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }
}

import LembraCLI
import Testing

@Suite("The display of progress")
struct ProgressDisplayTests {
  /// A screen that remembers what was written to it.
  private final class Screen {
    var width = 80
    var time = 0.0
    var texts: [String] = []

    func display(_ style: ProgressDisplay.Style) -> ProgressDisplay {
      ProgressDisplay(
        style, width: { self.width }, now: { self.time }, write: { self.texts.append($0) })
    }
  }

  private func progress(_ fraction: Double) -> Progress {
    Progress(title: "GRU", epoch: Int(fraction * 200), epochCount: 200, loss: 1, fraction: fraction)
  }

  @Test("draws at most ten times a second")
  func drawsSeldom() {
    let screen = Screen()
    let display = screen.display(.bar)
    for step in 0..<1000 {
      screen.time = Double(step) / 1000
      display.show(progress(Double(step) / 1000))
    }
    #expect((9...11).contains(screen.texts.count))
  }

  @Test("writes a line for every tenth where nobody watches")
  func writesTenths() {
    let screen = Screen()
    let display = screen.display(.lines)
    for step in 0...1000 {
      screen.time = Double(step)
      display.show(progress(Double(step) / 1000))
    }
    #expect(screen.texts.count == 11)
    #expect(screen.texts.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\u{1B}") })
    #expect(screen.texts.last?.hasPrefix("100%") == true)
  }

  @Test("says nothing when it is to be silent")
  func isSilent() {
    let screen = Screen()
    let display = screen.display(.silent)
    display.show(progress(0.5))
    display.note("a remark")
    display.clear()
    #expect(screen.texts.isEmpty)
  }

  @Test("clears the line it drew before it writes another")
  func clears() {
    let screen = Screen()
    let display = screen.display(.bar)
    display.show(progress(0.1))
    display.note("a remark")
    #expect(screen.texts.dropFirst() == ["\r\u{1B}[J", "a remark\n"])
    display.clear()
    #expect(screen.texts.count == 3)
  }

  @Test("moves up to the start of a line that a narrower window has broken")
  func movesUp() {
    let screen = Screen()
    let display = screen.display(.bar)
    display.show(progress(0.1))
    screen.width = 20
    screen.time = 1
    display.show(progress(0.2))
    #expect(screen.texts.last?.hasPrefix("\r\u{1B}[") == true)
    #expect(screen.texts.last?.contains("A\u{1B}[J") == true)
  }
}

import LembraCLI
import LembraReport
import Testing

@Suite("A line of progress")
struct ProgressBarTests {
  private let progress = Progress(
    title: "LSTM, seed 2", epoch: 120, epochCount: 200, loss: 0.021_34, fraction: 0.4,
    epochsPerSecond: 310.4, secondsLeft: 11.2)

  @Test("fits any width", arguments: 3...200)
  func fits(width: Int) {
    #expect(ProgressBar(progress, width: width).text.displayWidth <= width)
  }

  @Test("says everything where there is room")
  func saysEverything() {
    let text = ProgressBar(progress, width: 100).text
    for part in [
      "LSTM, seed 2", "40%", "epoch 120/200", "loss 0.0213", "310 epochs/s", "12 s left", "━", "╌",
    ] {
      #expect(text.contains(part))
    }
  }

  @Test("keeps title, loss and time in 40 columns")
  func keepsWhatMatters() {
    let text = ProgressBar(progress, width: 45).text
    for part in ["LSTM, seed 2", "40%", "loss 0.0213", "12 s left"] { #expect(text.contains(part)) }
  }

  @Test("always says how much is done", arguments: 3...40)
  func keepsPercentage(width: Int) {
    #expect(ProgressBar(progress, width: width).text.contains("40%"))
  }

  @Test(
    "fills its bar as work is done", arguments: [(-1.0, 0), (0, 0), (0.5, 15), (1, 30), (2, 30)])
  func fills(fraction: Double, count: Int) {
    let progress = Progress(title: "GRU", epoch: 1, epochCount: 2, fraction: fraction)
    #expect(ProgressBar(progress, width: 200).text.count { $0 == "━" } == count)
  }

  @Test("leaves out what is not known")
  func leavesOut() {
    let progress = Progress(title: "GRU", epoch: 0, epochCount: 9, fraction: 0)
    #expect(progress.line == "0%  GRU  epoch 0/9")
  }

  @Test("writes slow epochs as seconds each and long times in minutes")
  func writesSlowness() {
    let slow = Progress(
      title: "GRU", epoch: 1, epochCount: 9, fraction: 0.1, epochsPerSecond: 0.4,
      secondsLeft: 7_322)
    #expect(slow.line == "10%  GRU  epoch 1/9  2.5 s/epoch  2 h 2 min left")
  }
}

import LembraReport

/// What a command tells on standard error while it works.
struct Narrator {
  let display: ProgressDisplay

  init(_ talk: TalkOptions) {
    let terminal = Terminal.error
    let start = ContinuousClock.now
    display = ProgressDisplay(
      talk.quiet ? .silent : terminal.isInteractive ? .bar : .lines,
      width: { terminal.width }, now: { (ContinuousClock.now - start) / .seconds(1) },
      write: StandardStreams.printNote)
  }

  /// Tells something the user may want to know.
  func remark(_ text: String) {
    display.note("lembra: " + text)
  }

  /// Tells how a run ended that was stopped; also when the command is to be quiet, since there is
  /// no result that would speak for itself.
  func farewell(_ text: String) {
    display.clear()
    StandardStreams.printNote("lembra: " + text + "\n")
  }
}

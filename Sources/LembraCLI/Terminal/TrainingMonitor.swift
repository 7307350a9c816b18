import LembraModels
import LembraTraining

/// Follows one or more trainings and shows how far they are.
final class TrainingMonitor {
  private let narrator: Narrator
  private let runCount: Int

  private var runsBegun = 0
  private var title = ""
  private var loss: Double?
  private var hasSaidThatItStops = false

  /// The share of all work, and when it was seen, at the first step of the first training: more than
  /// nothing is done already when that was resumed.
  private var origin: Mark?

  /// The epochs of the current training, and when they were seen, at its first step.
  private var runOrigin: Mark?

  private struct Mark {
    let time = ContinuousClock.now
    let done: Double

    var seconds: Double { (ContinuousClock.now - time) / .seconds(1) }
  }

  init(_ narrator: Narrator, runCount: Int = 1) {
    self.narrator = narrator
    self.runCount = runCount
  }

  func runBegins(_ title: String) {
    self.title = title
    runsBegun += 1
    loss = nil
    runOrigin = nil
  }

  var observer: TrainingObserver {
    TrainingObserver(
      stepEnded: stepEnded, epochEnded: { [self] in loss = $0.trainingLoss },
      warned: narrator.remark)
  }

  /// Asked after every step; the first yes is told to the user.
  func shouldStop() -> Bool {
    guard Interruption.isRequested else { return false }
    if !hasSaidThatItStops {
      hasSaidThatItStops = true
      narrator.remark("stopping after this step; Control-C again ends at once")
    }
    return true
  }

  private func stepEnded(_ report: StepReport) {
    if runOrigin == nil {
      let epochs = epochsDone(report)
      runOrigin = Mark(done: epochs)
      origin = origin ?? Mark(done: share(report))
    }
    narrator.display.show(progress(report))
  }

  private func progress(_ report: StepReport) -> Progress {
    let epochs = epochsDone(report)
    let share = share(report)
    let rate = runOrigin.flatMap { (epochs - $0.done) / $0.seconds }
    let left = origin.flatMap {
      share > $0.done ? $0.seconds * (1 - share) / (share - $0.done) : nil
    }
    return Progress(
      title: title, epoch: Int(epochs), epochCount: report.isTimed ? nil : report.epochCount,
      loss: loss ?? Double(report.loss), fraction: share, epochsPerSecond: rate, secondsLeft: left)
  }

  private func epochsDone(_ report: StepReport) -> Double {
    Double(report.epoch - 1) + Double(report.step) / Double(report.stepCount)
  }

  /// The share of all trainings that is done, each of them counting the same.
  private func share(_ report: StepReport) -> Double {
    (Double(runsBegun - 1) + report.fraction) / Double(runCount)
  }
}

import LembraReport

/// How far the work is, as the user is told.
package struct Progress: Sendable {
  /// What is being trained, such as `LSTM, seed 2`.
  package var title: String
  /// The epochs behind, of those of this training; nil if the clock ends it.
  package var epoch: Int
  package var epochCount: Int?
  /// The training loss of the last epoch.
  package var loss: Double?
  /// The share of all the work that is done, 0 to 1.
  package var fraction: Double
  package var epochsPerSecond: Double?
  package var secondsLeft: Double?

  package init(
    title: String, epoch: Int, epochCount: Int?, loss: Double? = nil, fraction: Double,
    epochsPerSecond: Double? = nil, secondsLeft: Double? = nil
  ) {
    self.title = title
    self.epoch = epoch
    self.epochCount = epochCount
    self.loss = loss
    self.fraction = min(max(fraction, 0), 1)
    self.epochsPerSecond = epochsPerSecond
    self.secondsLeft = secondsLeft
  }

  // MARK: - Words

  var percentText: String { "\(Int(fraction * 100))%" }

  var epochText: String { "epoch \(epoch)" + (epochCount.map { "/\($0)" } ?? "") }

  var lossText: String? { loss.map { "loss " + NumberText.significant($0, digits: 3) } }

  /// `310 epochs/s`, or `2.1 s/epoch` where an epoch takes longer than a second.
  var rateText: String? {
    guard let rate = epochsPerSecond, rate > 0, rate.isFinite else { return nil }
    return rate >= 1
      ? NumberText.significant(rate, digits: 3) + " epochs/s"
      : NumberText.significant(1 / rate, digits: 2) + " s/epoch"
  }

  var timeLeftText: String? {
    guard let seconds = secondsLeft, seconds.isFinite, seconds >= 0 else { return nil }
    let whole = seconds.rounded(.up)
    return (whole < 60 ? "\(Int(whole)) s" : NumberText.duration(seconds: whole)) + " left"
  }

  /// One line for a log: `40%  LSTM, seed 2  epoch 80/200  loss 0.0213  310 epochs/s  4 s left`.
  package var line: String {
    [percentText, title, epochText, lossText, rateText, timeLeftText]
      .compactMap { $0 }.joined(separator: "  ")
  }
}

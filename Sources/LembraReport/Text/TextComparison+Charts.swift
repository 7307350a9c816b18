import LembraData
import LembraModels
import LembraTraining

extension TextComparison {
  /// The loss of the training part by epoch, of the first run of each model.
  func lossChart() -> Chart {
    Chart(
      "Training loss by epoch", x: .init("Epoch", scale: .counting),
      y: .init("Loss", unit: "nats", scale: .logarithmic), marks: lines(\.trainingLoss))
  }

  /// The validation score by epoch, of the first run of each model; nil without a validation part.
  func validationChart() -> Chart? {
    let histories = results.compactMap(\.runs.first?.history)
    guard histories.joined().contains(where: { $0.validationScore != nil }) else { return nil }
    return Chart(
      "Validation by epoch", x: .init("Epoch", scale: .counting),
      y: .init(task.validationTitle), marks: lines { $0.validationScore ?? .nan })
  }

  private func lines(_ value: (EpochRecord) -> Double) -> [Chart.Mark] {
    results.enumerated().compactMap { index, result in
      result.runs.first.map { run in
        .line(
          .init(
            result.title, values: run.history.map(value), startingAt: 1, look: .series(index)))
      }
    }
  }
}

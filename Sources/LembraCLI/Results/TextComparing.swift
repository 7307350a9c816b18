import ArgumentParser
import LembraModels
import LembraReport
import LembraTraining

/// Runs a comparison of models of texts and tells what came of it.
struct TextComparing<Task: TextComparisonTask> {
  let task: Task
  let candidates: [Task.Candidate]
  let comparison: TextComparisonOptions
  let narrator: Narrator

  /// Trains and judges all models, prints the scores and writes the report.
  ///
  /// - Parameter page: makes a page from the comparison, the command and the version.
  /// - Throws: `ExitCode.failure` when a training failed or was interrupted, after telling what is
  ///   finished; `LembraError` when nothing could be trained.
  func run(_ page: (TextComparison<Task>, String, String) -> Page) throws {
    let (options, seeds) = (comparison, comparison.seeds.all)
    let monitor = TrainingMonitor(narrator, runCount: candidates.count * seeds.count)
    let comparison = try TextComparison(
      of: candidates, in: task, seeds: seeds,
      observer: .init(
        runBegins: { monitor.runBegins("\($0.title), seed \($1)") }, training: monitor.observer),
      shouldStop: monitor.shouldStop)
    narrator.display.clear()
    if !comparison.isInterrupted || !comparison.results.isEmpty {
      try StandardStreams.printResult(
        options.talk.json
          ? jsonText(of: comparison.document)
          : ComparisonText.text(
            [comparison.scoreTable(isCompact: true)],
            failures: comparison.results.map { ($0.title, $0.failures) }))
    }
    guard !comparison.isInterrupted else {
      let done = Set(
        comparison.results.filter { $0.runs.count == seeds.count }.map(\.candidate.name))
      ComparisonText.sayHowToGoOn(
        done: comparison.results.reduce(0) { $0 + $1.runs.count },
        of: candidates.count * seeds.count,
        left: candidates.map(\.name).filter { !done.contains($0) }, narrator)
      throw ExitCode.failure
    }
    try options.report.write(narrator) { page(comparison, $0, $1) }
    if comparison.results.contains(where: { !$0.failures.isEmpty }) { throw ExitCode.failure }
  }
}

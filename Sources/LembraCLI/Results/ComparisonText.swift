import LembraModels
import LembraReport

/// What every comparison tells on a terminal.
enum ComparisonText {
  /// Tables, and below them the trainings that came to nothing.
  static func text(
    _ tables: [ReportTable], failures: [(title: String, failures: [TrainingFailure])]
  ) -> String {
    let lines = failures.flatMap { title, failures in
      failures.map { "\(title), seed \($0.seed): \($0.error)" }
    }
    let blocks = tables.map { TextTable($0).description }
    return (lines.isEmpty ? blocks : blocks + [lines.joined(separator: "\n")])
      .joined(separator: "\n\n")
  }

  /// Says how far an interrupted comparison came, and how to train the models that are left.
  static func sayHowToGoOn(done: Int, of all: Int, left: [String], _ narrator: Narrator) {
    let command = ShellCommand.current.setting("--models", to: left.joined(separator: ","))
    narrator.farewell(
      """
      stopped after \(done) of \(NumberText.counted(all, "training")); to train the models that are \
      left: \(command)
      """)
  }
}

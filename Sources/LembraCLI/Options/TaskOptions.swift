import ArgumentParser
import LembraModels

/// The options of a command that only models of some tasks take.
package struct TaskOptions: Sendable {
  /// The tasks of each option.
  package let tasks: [String: [String]]

  /// - Parameter groups: tasks with their options, with blanks between both.
  private init(_ groups: [(tasks: String, options: String)]) {
    let pairs = groups.flatMap { group in
      group.options.split(separator: " ").map {
        (String($0), group.tasks.split(separator: " ").map(String.init))
      }
    }
    tasks = Dictionary(uniqueKeysWithValues: pairs)
  }

  package static let evaluate = TaskOptions([
    (
      "forecast",
      "--index --separator --decimal --date-order --missing --missing-text --test --context --season"
    ),
    ("forecast classify", "--no-header"),
    ("classify", "--text --label --label-separator --skip-empty"),
    ("classify tag", "--format"),
    ("tag", "--comments"),
    ("language", "--validation --streams --dynamic --dynamic-rate"),
    ("translate", "--source --target --with \(searching)"),
  ])

  package static let predict = TaskOptions([
    (
      "forecast",
      "--index --separator --decimal --date-order --no-header --missing --missing-text --steps"
    ),
    ("classify tag", "--probabilities"),
    ("tag", "--comments"),
    ("tag translate", "--n-best"),
    (
      "translate",
      "--alignments --sample --temperature --top-k --top-p --repetition-penalty --seed --with \(searching)"
    ),
  ])

  private static let searching =
    "--beam --length-penalty --coverage-penalty --min-tokens --max-tokens --max-ratio "
    + "--block-repeats"

  private static let models = [
    Forecaster.task: "forecasters", TextClassifier.task: "classifiers",
    SequenceTagger.task: "taggers", LanguageModel.task: "language models",
    Translator.task: "translators",
  ]

  /// Refuses options of the command line that models of this task do not take.
  ///
  /// - Throws: `ValidationError` that names the first and the tasks that do.
  func check(_ task: String) throws {
    for word in CommandLine.arguments.prefix(while: { $0 != "--" }) {
      let name = String(word.prefix { $0 != "=" })
      guard let tasks = tasks[name], !tasks.contains(task) else { continue }
      let models = tasks.compactMap { Self.models[$0] }.joined(separator: " and ")
      throw ValidationError("\(name) is for \(models); leave it out.")
    }
  }
}

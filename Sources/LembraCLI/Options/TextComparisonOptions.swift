import ArgumentParser

/// What the comparisons of all tasks of texts have in common.
struct TextComparisonOptions: ParsableArguments {
  @OptionGroup(title: "Training") var training: TextTrainingArguments
  @OptionGroup(title: "Training") var seeds: SeedListOptions
  @OptionGroup(title: "Training") var threads: ThreadOptions
  @OptionGroup(title: "Output") var report: PageOption
  @OptionGroup(title: "Output") var talk: TalkOptions

  /// Prepares a comparison that reads these files; returns whom to tell of it.
  ///
  /// - Throws: `LembraError` when the report cannot be written.
  func begin(reading files: [String]) throws -> Narrator {
    threads.apply()
    Interruption.listen()
    try OutputFiles.check([("--report", report.report)], inputs: files)
    return Narrator(talk)
  }
}

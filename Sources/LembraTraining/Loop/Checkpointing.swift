import LembraFormats
import LembraLayers
public import LembraTensor

/// Where and how often a training loop saves what it needs to go on.
///
/// A checkpoint is written whenever training is interrupted, and with ``everyEpochs`` also after so
/// many epochs and at the end. It replaces the one before only when it is complete.
public struct Checkpointing: Hashable, Sendable {
  public var path: String

  /// The number of epochs from one checkpoint to the next; nil when only an interruption writes one.
  public private(set) var everyEpochs: Int?

  /// - Precondition: `everyEpochs ≥ 1`.
  public init(path: String, everyEpochs: Int = 1) {
    precondition(everyEpochs >= 1, "Checkpointing: every \(everyEpochs) epochs")
    self.path = path
    self.everyEpochs = everyEpochs
  }

  /// A checkpoint that is written when training is interrupted, and never when it ends by itself.
  public static func onlyWhenInterrupted(path: String) -> Checkpointing {
    var checkpointing = Checkpointing(path: path)
    checkpointing.everyEpochs = nil
    return checkpointing
  }

  /// Whether to write after an epoch that came to its end.
  func isDue(afterEpoch epoch: Int, isLast: Bool) -> Bool {
    guard let everyEpochs else { return false }
    return isLast || epoch % everyEpochs == 0
  }
}

/// What a checkpoint holds beside its tensors.
private struct CheckpointDescription: Codable {
  var settings: [String: String]
  var progress: TrainingProgress
  var optimizerCounts: [String: [Int]]
  /// How many tensors a step hands on to the next; nil for none.
  var carriedCount: Int?
}

extension TrainingLoop {
  private static var task: String { "checkpoint" }

  /// Writes all that ``resume(from:)`` needs to `path`, atomically.
  ///
  /// The file is a `ModelFile` for the task `checkpoint`, with the tensors `model.…`, `best.…`,
  /// `average.…`, `carried.0` and so on, and `optimizer.velocity.…`, so that any reader of safetensors
  /// can get at the weights.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder or the disk refuses.
  public func saveCheckpoint(to path: String) throws {
    var tensors = model.namedParameters(prefix: "model")
    if let best {
      tensors.merge(best.namedParameters(prefix: "best")) { _, last in last }
    }
    if let average {
      tensors.merge(average.namedParameters(prefix: "average")) { _, last in last }
    }
    for (index, tensor) in carried.enumerated() { tensors["carried.\(index)"] = tensor }
    var counts: [String: [Int]] = [:]
    let names = model.parameters.map(\.name)
    var optimizer = optimizer
    var walk = OptimizerStateWalk { name, state in
      for (parameter, tensor) in zip(names, state) {
        tensors["optimizer.\(name).\(parameter)"] = tensor
      }
    } counts: { name, state in
      counts[name] = state
    }
    optimizer.visitState(&walk)
    let description = CheckpointDescription(
      settings: configuration.settings(optimizer: optimizer, learningRate: learningRate),
      progress: progress, optimizerCounts: counts,
      carriedCount: carried.isEmpty ? nil : carried.count)
    try ModelFile(task: Self.task, description: description, tensors: tensors).write(to: path)
  }

  /// Takes up the run whose checkpoint is at `path`, so that ``run(checkpoint:observer:shouldStop:)``
  /// goes on to the same bits as if it had not been interrupted, unless there is a time limit.
  ///
  /// The loop must have been made as the one that wrote the checkpoint. Nothing changes when this
  /// throws.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when the optimizer, the configuration or its
  ///   context has changed since; `invalidFile` when the file is no checkpoint or is one of another
  ///   model; `notFound` or `fileSystem` when it cannot be read.
  public mutating func resume(from path: String) throws(LembraError) {
    let file = try ModelFile(readingFrom: path)
    guard file.task == Self.task else {
      throw LembraError(
        .invalidFile, "this is a model for the task \(file.task) and no checkpoint",
        remedy: "give the checkpoint that was written beside it", at: .init(file: path))
    }
    let description: CheckpointDescription = try file.description()
    try check(description.settings, path: path)
    var next = self
    try next.load(file.tensors, description, path: path)
    self = next
  }

  private mutating func load(
    _ tensors: [String: Tensor], _ description: CheckpointDescription, path: String
  ) throws(LembraError) {
    do {
      try description.progress.check()
      try model.load(tensors, prefix: "model")
      if description.progress.bestScore != nil {
        var best = model
        try best.load(tensors, prefix: "best")
        self.best = best
      }
      if configuration.averagedEpochs != nil, description.progress.totalSteps > 0 {
        var average = model
        try average.load(tensors, prefix: "average")
        self.average = average
      }
      carried = try carriedTensors(tensors, description.carriedCount ?? 0)
      // There is no state before the first step.
      if description.progress.totalSteps > 0 {
        try optimizer.loadState(tensors, counts: description.optimizerCounts, for: model)
      }
    } catch {
      var error = error
      error.location.file = path
      throw error
    }
    progress = description.progress
  }

  private func carriedTensors(
    _ tensors: [String: Tensor], _ count: Int
  ) throws(LembraError) -> [Tensor] {
    let names = tensors.keys.filter { $0.hasPrefix("carried.") }
    let found = names.indices.compactMap { tensors["carried.\($0)"] }
    guard found.count == count, names.count == count, found.isEmpty || task.accepts(found) else {
      throw LembraError(
        .invalidFile, "the checkpoint does not hold what the next step needs of the last one",
        remedy: "train anew, or use an undamaged checkpoint")
    }
    return found
  }

  /// Throws when the settings of a checkpoint are not those of this loop.
  private func check(_ saved: [String: String], path: String) throws(LembraError) {
    let own = configuration.settings(optimizer: optimizer, learningRate: learningRate)
    let changes = Set(saved.keys).union(own.keys).sorted().compactMap { name -> String? in
      let (then, now) = (saved[name] ?? "not given", own[name] ?? "not given")
      return then == now ? nil : "\(name) was \(then) and is \(now)"
    }
    guard changes.isEmpty else {
      throw LembraError(
        .invalidOption,
        "the checkpoint belongs to another configuration: " + changes.joined(separator: ", "),
        remedy: "resume with the settings of the checkpoint, or train anew without it",
        at: .init(file: path))
    }
  }
}

extension Optimizer {
  /// Replaces all state by that of a checkpoint.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when it is not that of these parameters.
  fileprivate mutating func loadState(
    _ tensors: [String: Tensor], counts: [String: [Int]], for model: some Module
  ) throws(LembraError) {
    prepare(for: model)
    let parameters = model.parameters
    var fault: LembraError?
    func refuse(_ what: String, _ name: String) {
      fault =
        fault
        ?? LembraError(
          .invalidFile, what, remedy: "train anew, or use an undamaged checkpoint",
          at: .init(name: name))
    }
    // The state that the optimizer does not use is an empty array, which stays one.
    var walk = OptimizerStateWalk { slot, state in
      for index in state.indices {
        let (name, parameter) = parameters[index]
        if let tensor = tensors["optimizer.\(slot).\(name)"], tensor.shape == parameter.shape {
          state[index] = tensor
        } else {
          refuse("the optimizer's \(slot) is missing or has another shape", name)
        }
      }
    } counts: { slot, state in
      let saved = counts[slot] ?? []
      if saved.count == state.count, saved.allSatisfy(TrainingProgress.counts.contains) {
        state = saved
      } else {
        refuse("the optimizer's \(slot) is no number for each parameter", slot)
      }
    }
    visitState(&walk)
    if let fault { throw fault }
  }
}

import LembraFormats
import LembraLayers
import LembraTensor
import LembraTraining

/// A step of training as a value: all that its loss depends on, but for the weights.
protocol ReplayableStep: Codable, Sendable {
  associatedtype Network: Module

  /// What a network of zeros is made from.
  associatedtype Configuration: Codable & Sendable

  /// The task of the model.
  static var task: String { get }

  /// A network of zeros, to be loaded.
  ///
  /// - Throws: `LembraError` when the configuration cannot be used or has not so many weights.
  static func network(of configuration: Configuration, weightCount: Int) throws(LembraError)
    -> Network

  /// Whether the network can read the step, so that its loss cannot trap.
  func fits(_ network: Network, _ configuration: Configuration, carried: [Tensor]) -> Bool

  /// The loss of the batch.
  ///
  /// - Parameters:
  ///   - network: the network before the step.
  ///   - key: names the random numbers of the step.
  ///   - carried: what the step before handed on, and what this one does.
  /// - Returns: one number.
  func loss(_ network: Network, key: RandomKey, carried: inout [Tensor]) -> Tensor
}

/// What every file of a step tells, whatever the model.
struct ReplayHead: Codable {
  /// The task of the model.
  var task: String
  var epoch: Int
  var step: Int
  var settings: [String: String]
  var finding: StepFinding

  /// What names the random numbers of the step.
  var key: UInt64

  /// The tensors that the step before handed on.
  var carriedCount: Int
}

/// What the file of a step of one kind of model tells beside.
struct ReplayBody<Step: ReplayableStep>: Codable {
  var configuration: Step.Configuration
  var batch: Step
}

/// All of it.
struct ReplayDescription<Step: ReplayableStep>: Codable {
  var head: ReplayHead
  var body: ReplayBody<Step>
}

/// A description of which only the head is read.
struct ReplayDescriptionHead: Codable {
  var head: ReplayHead
}

extension TrainingTask {
  /// A task whose steps are values, and can be kept and run again.
  ///
  /// - Parameters:
  ///   - configuration: what the network is made from.
  ///   - batches: the batches of an epoch, in order.
  ///   - step: what the loss of a batch depends on; `key` names the random numbers of the step.
  ///   - accepts: whether tensors from a checkpoint can be what steps hand on.
  ///   - weight: what a batch counts for.
  ///   - sequenceName: what a sequence of a batch is called in the data.
  init<Step: ReplayableStep>(
    _ configuration: Step.Configuration,
    batches: @escaping (_ epoch: Int, _ key: RandomKey) throws -> [Batch],
    step: @escaping (_ batch: Batch, _ key: RandomKey) -> Step,
    accepts: @escaping (_ carried: [Tensor]) -> Bool = { _ in false },
    weight: @escaping (_ batch: Batch) -> Double,
    sequenceName: @escaping (_ batch: Batch, _ row: Int, _ layer: String) -> String
  ) where Step.Network == M {
    self.init(
      batches: batches,
      carrying: { model, batch, key, carried in
        step(batch, key).loss(model, key: key, carried: &carried)
      },
      accepts: accepts, weight: weight)
    self.sequenceName = sequenceName
    replay = { model, kept, settings, finding in
      let head = ReplayHead(
        task: Step.task, epoch: kept.epoch, step: kept.step, settings: settings,
        finding: finding, key: kept.key.bits, carriedCount: kept.carried.count)
      var tensors = model.namedParameters(prefix: "model")
      for (index, tensor) in kept.carried.enumerated() { tensors["carried.\(index)"] = tensor }
      return try ModelFile(
        task: StepReplay.task,
        description: ReplayDescription(
          head: head,
          body: ReplayBody(configuration: configuration, batch: step(kept.batch, kept.key))),
        tensors: tensors)
    }
  }
}

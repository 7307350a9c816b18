package import LembraFormats
public import LembraLayers
public import LembraTensor

/// What is to be learned: batches, their loss, and how well a model does on other data.
///
/// Everything must depend on the arguments alone, and all randomness on the keys, so that a run can
/// be repeated and resumed to the bit.
public struct TrainingTask<M: Module, Batch> {
  /// The loss of a batch, one number, with `key` for dropout and the like.
  ///
  /// What `carried` holds is handed from one step to the next and kept in checkpoints: the states of
  /// streams that are learnt chunk by chunk. It is empty at the first step of an epoch. No gradient
  /// flows through it.
  public typealias Loss = (
    _ model: M, _ batch: Batch, _ key: RandomKey, _ carried: inout [Tensor]
  ) throws -> Tensor

  /// The batches of an epoch, in order.
  ///
  /// The number `epoch` counts from 0 and is part of `key` already. All batches of an epoch are
  /// there at once, so a batch should be a cheap description, such as the indices of its rows, of
  /// which `loss` makes tensors.
  public var batches: (_ epoch: Int, _ key: RandomKey) throws -> [Batch]

  public var loss: Loss

  /// What a batch counts for in the mean loss of an epoch, such as its number of rows.
  public var weight: (_ batch: Batch) -> Double

  /// The score on the validation part, less being better; `nil` if there is none.
  public var validationScore: ((_ model: M) throws -> Double)?

  /// Whether tensors from a checkpoint, of which there are some, can be what `loss` carries from step
  /// to step.
  public var accepts: (_ carried: [Tensor]) -> Bool

  /// What a sequence of a batch is called in the data, such as `window 17`, by its row, counted from
  /// 0, in the run of a recurrent layer; nil if nothing is known.
  public var sequenceName: ((_ batch: Batch, _ row: Int, _ layer: String) -> String)?

  /// A step as a file that can be run again; nil where there is none.
  package var replay:
    (
      (
        _ model: M, _ step: KeptStep<Batch>, _ settings: [String: String], _ finding: StepFinding
      ) throws -> ModelFile
    )?

  /// A task whose steps do not depend on each other but for the model.
  public init(
    batches: @escaping (_ epoch: Int, _ key: RandomKey) throws -> [Batch],
    loss: @escaping (_ model: M, _ batch: Batch, _ key: RandomKey) throws -> Tensor,
    weight: @escaping (_ batch: Batch) -> Double = { _ in 1 },
    validationScore: ((_ model: M) throws -> Double)? = nil
  ) {
    self.init(
      batches: batches, carrying: { model, batch, key, _ in try loss(model, batch, key) },
      accepts: { _ in false }, weight: weight, validationScore: validationScore)
  }

  /// A task whose steps carry tensors from one to the next.
  public init(
    batches: @escaping (_ epoch: Int, _ key: RandomKey) throws -> [Batch],
    carrying loss: @escaping Loss, accepts: @escaping (_ carried: [Tensor]) -> Bool,
    weight: @escaping (_ batch: Batch) -> Double = { _ in 1 },
    validationScore: ((_ model: M) throws -> Double)? = nil
  ) {
    self.batches = batches
    self.loss = loss
    self.accepts = accepts
    self.weight = weight
    self.validationScore = validationScore
  }
}

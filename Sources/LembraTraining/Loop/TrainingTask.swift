public import LembraLayers
public import LembraTensor

/// What is to be learned: batches, their loss, and how well a model does on other data.
///
/// Everything must depend on the arguments alone, and all randomness on the keys, so that a run can
/// be repeated and resumed to the bit.
public struct TrainingTask<M: Module, Batch> {
  /// The batches of an epoch, in order.
  ///
  /// The number `epoch` counts from 0 and is part of `key` already. All batches of an epoch are there at once, so a batch should be a cheap description, such as
  /// the indices of its rows, of which `loss` makes tensors.
  public var batches: (_ epoch: Int, _ key: RandomKey) throws -> [Batch]

  /// The loss of a batch, one number, with `key` for dropout and the like.
  public var loss: (_ model: M, _ batch: Batch, _ key: RandomKey) throws -> Tensor

  /// What a batch counts for in the mean loss of an epoch, such as its number of rows.
  public var weight: (_ batch: Batch) -> Double

  /// The score on the validation part, less being better; `nil` if there is none.
  public var validationScore: ((_ model: M) throws -> Double)?

  public init(
    batches: @escaping (_ epoch: Int, _ key: RandomKey) throws -> [Batch],
    loss: @escaping (_ model: M, _ batch: Batch, _ key: RandomKey) throws -> Tensor,
    weight: @escaping (_ batch: Batch) -> Double = { _ in 1 },
    validationScore: ((_ model: M) throws -> Double)? = nil
  ) {
    self.batches = batches
    self.loss = loss
    self.weight = weight
    self.validationScore = validationScore
  }
}

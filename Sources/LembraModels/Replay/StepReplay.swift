import LembraFormats
import LembraLayers
public import LembraTensor
public import LembraTraining

/// A step of training that was kept because its numbers were not finite, or exploded.
///
///     let replay = try StepReplay(readingFrom: "sales.bad-batch.safetensors")
///     print(try replay.run())    // what was found in training, found again
///
/// The file is a `ModelFile` for the task `replay`: the weights before the step as `model.…`, what
/// the step before handed on as `carried.0` and so on, and in the description the batch, the names
/// of the random numbers, the settings of the training, and what was found.
public struct StepReplay: Sendable {
  /// The task that files of steps name.
  public static let task = "replay"

  /// The task of the model.
  public var modelTask: String { head.task }

  /// The epoch and its step, counted from 1.
  public var epoch: Int { head.epoch }
  public var step: Int { head.step }

  /// Everything that decided the bits of the training.
  public var settings: [String: String] { head.settings }

  /// What was found in training.
  public var finding: StepFinding { head.finding }

  private let head: ReplayHead
  private let file: ModelFile
  private let path: String

  /// Reads a step that a training has kept.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when the file is damaged or holds no step;
  ///   `notFound` or `fileSystem` when it cannot be read.
  public init(readingFrom path: String) throws(LembraError) {
    file = try ModelFile(readingFrom: path)
    guard file.task == Self.task else {
      throw LembraError(
        .invalidFile, "this is a model for the task \(file.task) and no step of training",
        remedy: "give a file that a training has kept", at: .init(file: path))
    }
    head = try file.description(as: ReplayDescriptionHead.self).head
    self.path = path
  }

  /// Runs the step again, looking into the recurrent layers.
  ///
  /// - Returns: what is found, to the bit what was found in training on the same instruction set.
  /// - Throws: `LembraError` with code `invalidFile` when the parts of the file contradict each other.
  public func run() throws(LembraError) -> StepFinding {
    switch modelTask {
    case ForecastStep.task: try run(ForecastStep.self)
    case ClassifierStep.task: try run(ClassifierStep.self)
    case TaggerStep.task: try run(TaggerStep.self)
    case LanguageStep.task: try run(LanguageStep.self)
    case TranslationStep.task: try run(TranslationStep.self)
    default: throw fault("there are no models for the task \(modelTask)")
    }
  }

  private func run<Step: ReplayableStep>(_ type: Step.Type) throws(LembraError) -> StepFinding {
    let body = try file.description(as: ReplayDescription<Step>.self).body
    let weights = file.tensors.filter { $0.key.hasPrefix("model.") }
    let count = weights.values.reduce(0) { $0 + $1.shape.count }
    var made: Step.Network?
    try ModelFile.checking(path: path) { () throws(LembraError) in
      made = try Step.network(of: body.configuration, weightCount: count)
    }
    guard var network = made else { throw fault("it describes no network") }
    do throws(LembraError) {
      try network.load(weights, prefix: "model")
    } catch {
      throw error.inFile(path)
    }
    var carried = (0..<min(max(head.carriedCount, 0), file.tensors.count)).compactMap {
      file.tensors["carried.\($0)"]
    }
    guard carried.count == head.carriedCount,
      body.batch.fits(network, body.configuration, carried: carried)
    else { throw fault("its batch is not one of its network") }
    let key = RandomKey(seed: head.key)
    var finding = StepFinding(network, probe: RecurrentProbe()) {
      body.batch.loss($0, key: key, carried: &carried)
    }
    // What a sequence is called is known to the training alone.
    if let own = finding.number, own.isSameSequence(as: head.finding.number) {
      finding.number?.sequence = head.finding.number?.sequence
    }
    return finding
  }

  private func fault(_ what: String) -> LembraError { ModelFile.inconsistent(what, path: path) }
}

extension BadNumber {
  fileprivate func isSameSequence(as other: BadNumber?) -> Bool {
    layer == other?.layer && row == other?.row
  }
}

extension LembraError {
  /// The error with the file in which it was found.
  fileprivate func inFile(_ path: String) -> LembraError {
    var error = self
    error.location.file = path
    return error
  }
}

/// A tensor in a description: its shape and its elements.
struct CodedTensor: Codable, Sendable {
  let tensor: Tensor

  private enum CodingKeys: CodingKey { case shape, elements }

  init(_ tensor: Tensor) {
    self.tensor = tensor
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let shape = try container.decode([Int].self, forKey: .shape)
    let elements = try container.decode([Float].self, forKey: .elements)
    guard shape.count <= 4, shape.allSatisfy({ (0...elements.count).contains($0) }),
      shape.reduce(1.0, { $0 * Double($1) }) == Double(elements.count)
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .shape, in: container,
        debugDescription: "\(elements.count) elements cannot fill the shape \(shape)")
    }
    tensor = Tensor(elements, shape: Shape(shape))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(tensor.shape.extents, forKey: .shape)
    try container.encode(tensor.array, forKey: .elements)
  }
}

import LembraTraining

/// A task of texts whose models can be compared: its data, how models are trained on them, and how
/// they are judged.
public protocol TextComparisonTask: Sendable {
  /// A model that takes part.
  associatedtype Candidate: TextComparisonCandidate
  associatedtype Model: TextModel
  associatedtype Evaluation: Sendable

  /// The name of the task, as in `compare classify`.
  static var name: String { get }

  /// What the models are judged by, the most important first.
  var measures: [TextMeasure] { get }

  /// How every candidate is trained, but for the seed.
  var trainingOptions: TextTrainingOptions { get }

  /// How much there is to learn from and to be judged on.
  var parts: TextParts { get }

  /// What the validation score of an epoch is, less being better.
  var validationTitle: String { get }

  /// Checks data and options before any model is trained.
  ///
  /// - Throws: `LembraError` when a part or an option cannot be used.
  func validate() throws

  /// Trains a candidate with a seed.
  ///
  /// - Throws: what training throws.
  func train(
    _ candidate: Candidate, seed: UInt64, supervision: TrainingSupervision
  ) throws -> TextTrainingResult<Model>

  /// Judges a model.
  ///
  /// - Throws: `LembraError` when the model cannot read what it is judged on.
  func evaluate(_ model: Model) throws -> Evaluation

  /// The scores of a model, by the name of the measure; undefined ones are left out.
  func scores(of evaluation: Evaluation) -> [String: Double]
}

/// A model that takes part in a comparison.
public protocol TextComparisonCandidate: Encodable, Sendable {
  /// The name as it is given to a command, such as `bilstm`.
  var name: String { get }

  /// The name as it is written in text, such as `BiLSTM`.
  var title: String { get }
}

/// Something that models are judged by.
public struct TextMeasure: Hashable, Sendable {
  /// The name in a document.
  public let name: String

  /// The name as it is written in text.
  public let title: String

  /// Whether more of it is better.
  public let isHigherBetter: Bool

  public init(_ name: String, _ title: String, isHigherBetter: Bool) {
    self.name = name
    self.title = title
    self.isHigherBetter = isHigherBetter
  }
}

/// How much the parts of a task's data hold.
public struct TextParts: Hashable, Codable, Sendable {
  /// The file that models learn from.
  public var file: String?

  /// What is counted, such as `text`.
  public var unit: String
  public var training: Int
  public var validation: Int

  /// What models are judged on; nil where that is the validation part.
  public var test: Int?

  public init(file: String?, unit: String, training: Int, validation: Int, test: Int?) {
    self.file = file
    self.unit = unit
    self.training = training
    self.validation = validation
    self.test = test
  }
}

import LembraLayers
import LembraModels
import LembraReport
import LembraTraining

/// A model of texts that a command has trained: how it is named.
protocol TrainedTextModel: TextModel {
  /// The name of the model's kind in documents, and that on a terminal.
  var name: String { get }
  var title: String { get }

  /// How the model did on what was held back, in words.
  func words(forValidationScore score: Double) -> String
}

extension TextClassifier: TrainedTextModel {
  var name: String { configuration.architecture.kind.rawValue }
  var title: String { configuration.architecture.kind.title }

  func words(forValidationScore score: Double) -> String {
    "accuracy \(NumberText.significant(1 - score, digits: 4)) on the texts held back"
  }
}

extension SequenceTagger: TrainedTextModel {
  var name: String { title }
  var title: String { configuration.architecture.title }

  func words(forValidationScore score: Double) -> String {
    let measure = configuration.scheme == nil ? "accuracy" : "F1"
    return "\(measure) \(NumberText.significant(1 - score, digits: 4)) on the sentences held back"
  }
}

extension LanguageModel: TrainedTextModel {
  var name: String { architecture.cell.rawValue }
  var title: String { architecture.cell.title }

  func words(forValidationScore score: Double) -> String {
    "\(NumberText.significant(score, digits: 4)) nats a token on the text held back"
  }
}

extension Translator: TrainedTextModel {
  var name: String { architecture.name }
  var title: String { architecture.title }

  func words(forValidationScore score: Double) -> String {
    "chrF \(NumberText.significant(100 - 100 * score, digits: 4)) on the pairs held back"
  }
}

/// What there is to tell after a model of texts was trained.
struct TextTrainingReport<Model: TrainedTextModel> {
  let result: TextTrainingResult<Model>

  /// The name of what was learnt from, and the file of the model.
  let data: String
  let file: String

  var text: String {
    let model = result.model
    return "\(model.title): \(NumberText.counted(model.parameterCount, "parameter")), "
      + "\(NumberText.counted(result.history.count, "epoch")) in "
      + NumberText.duration(seconds: result.seconds)
      + (model.record?.validationScore.map { ", " + model.words(forValidationScore: $0) } ?? "")
  }

  var document: some Encodable {
    Document(
      task: Model.task, model: result.model.name, file: file, data: data,
      parameters: result.model.parameterCount, record: result.model.record,
      history: result.history, diagnosis: result.diagnosis)
  }

  private struct Document: Encodable {
    var task: String
    var model: String
    var file: String
    var data: String
    var parameters: Int
    var record: TextTrainingRecord?
    var history: [EpochRecord]
    var diagnosis: TrainingDiagnosis?
  }
}

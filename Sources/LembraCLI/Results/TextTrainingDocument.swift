import LembraModels
import LembraTraining

/// What a JSON document says after a model of texts was trained.
struct TextTrainingDocument: Encodable {
  var task: String
  var model: String
  var file: String
  var data: String
  var parameters: Int
  var record: TextTrainingRecord?
  var history: [EpochRecord]
}

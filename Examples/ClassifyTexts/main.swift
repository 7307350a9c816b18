// Trains a classifier of texts and asks it about new ones.
//
//     swift run -c release ClassifyTexts reviews.tsv "a warm and clever film"
//
// The file has a column of labels and one of texts, as `train classify` reads it.
import Lembra

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first else {
  print("usage: ClassifyTexts FILE TEXT...")
  throw LembraError(.invalidOption, "no file is named", remedy: "name one")
}

let texts = try LabelledTexts(readingFrom: path)
let (training, validation) = try texts.split(validation: .percent(10), key: RandomKey(seed: 0))

// A bidirectional LSTM whose largest outputs over all words decide.
let result = try TextClassifier.train(
  on: training, validation: validation,
  architecture: ClassifierArchitecture(.bilstm, hiddenSize: 64),
  options: ClassifierTrainingOptions(training: TextTrainingOptions(epochs: 8, batchSize: 32)))

let scores = try result.model.evaluate(validation).scores
print("accuracy on \(validation.count) texts held back: \(scores?.accuracy ?? 0)")

for prediction in result.model.classify(Array(arguments.dropFirst())) {
  print(prediction.labels.joined(separator: ", "), prediction.probabilities)
}

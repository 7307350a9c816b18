// Trains a tagger with a chain of tags and tags a sentence with it.
//
//     swift run -c release TagWords train.txt "He reckons the deficit will narrow"
//
// The file has a word a line, its tag in the last column, and an empty line between sentences.
import Lembra

let arguments = CommandLine.arguments.dropFirst()
let words = arguments.dropFirst().first?.split(separator: " ").map(String.init) ?? []
guard let path = arguments.first, !words.isEmpty else {
  print("usage: TagWords FILE SENTENCE")
  throw LembraError(.invalidOption, "a file or a sentence is missing", remedy: "give both")
}

let sentences = try TaggedSentences(readingFrom: path)
let (training, validation) = try sentences.split(
  validation: .percent(10), key: RandomKey(seed: 0))

var options = TaggerTrainingOptions()
options.training.epochs = 5
let result = try SequenceTagger.train(on: training, validation: validation, options: options)

let evaluation = result.model.evaluate(validation)
print("F1 \(evaluation.spans.f1), accuracy \(evaluation.accuracy)")

let plain = TaggedSentences(words: words, offsets: [0, words.count])
for reading in result.model.readings(2, of: plain)[0] {
  print(zip(words, reading.tags).map { "\($0)/\($1)" }.joined(separator: " "), reading.probability)
}

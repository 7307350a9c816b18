// Trains a language model on a text, character by character, and lets it go on.
//
//     swift run -c release WriteText shakespeare.txt "ROMEO:"
import Lembra

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first else {
  print("usage: WriteText FILE PROMPT")
  throw LembraError(.invalidOption, "no file is named", remedy: "name one")
}

let (training, validation) = try TextFile(readingFrom: path).split(validation: .percent(10))

let result = try LanguageModel.train(
  on: training, validation: validation, tokenizer: .characters(of: training.pieces()),
  architecture: LanguageArchitecture(embeddingSize: 64, hiddenSize: 256),
  options: TextTrainingOptions(
    learningRate: 0.004, schedule: .cosine(end: 0.02), epochs: 1, batchSize: 32))

let scores = try result.model.scores(of: result.model.corpus(of: validation), streams: 8)
print("\(scores.nats) nats, \(scores.bits) bits a character")

// Each piece of text is given as soon as it is drawn.
let prompt = arguments.dropFirst().first ?? ""
print(prompt, terminator: "")
try result.model.generate(
  prompt, count: 200, options: SamplingOptions(temperature: 0.8)
) { text in
  print(text, terminator: "")
  return true
}
print()

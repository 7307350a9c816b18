// Trains a translator on two files of lines that belong together, and lets it translate.
//
//     swift run -c release TranslateLines train.de train.en "ein hund schläft ."
import Lembra

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 2 else {
  print("usage: TranslateLines SOURCES TARGETS TEXT...")
  throw LembraError(.invalidOption, "two files are needed", remedy: "name them")
}

let (training, validation) = try ParallelTexts(source: arguments[0], target: arguments[1])
  .split(validation: .percent(10), key: RandomKey(seed: 0))

// A decoder that attends to what a bidirectional GRU has read.
let result = try Translator.train(
  on: training, validation: validation,
  tokenizers: TranslatorTokenizers(
    training: .word, minimumCount: 1, isLowercased: true, sources: training.sources,
    targets: training.targets),
  architecture: TranslatorArchitecture(embeddingSize: 64, hiddenSize: 64, dropout: 0.2),
  options: TranslatorTrainingOptions(
    training: TextTrainingOptions(
      learningRate: 0.004, schedule: .cosine(end: 0.02), weightDecay: 0, epochs: 12, batchSize: 32),
    batchTokens: nil))

let evaluation = try result.model.evaluate(validation)
print("BLEU \(evaluation.bleu.score), perplexity \(evaluation.taught.perplexity)")

for translations in try result.model.translate(Array(arguments.dropFirst(2))) {
  print(translations[0].text)
}

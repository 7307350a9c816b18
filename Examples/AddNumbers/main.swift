// Teaches a recurrent network to add two numbers of three digits that are written as text, digit by
// digit.
//
//     swift run -c release AddNumbers 50000 12
//
// The arguments are the number of sums to learn from and the number of epochs.
import Lembra

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let (count, epochs) = (arguments.first ?? 50_000, arguments.dropFirst().first ?? 12)

// Each sum is drawn once, so that those held back were never seen.
var generator = RandomGenerator(RandomKey(seed: 0))
var seen: Set<[Int]> = []
while seen.count < count + 1_000 {
  seen.insert((0..<2).map { _ in Int.random(in: 100...999, using: &generator) })
}
let sums = seen.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.shuffled(using: &generator)

func pairs(_ sums: ArraySlice<[Int]>) -> ParallelTexts {
  ParallelTexts(
    sources: sums.map { "\($0[0])+\($0[1])" }, targets: sums.map { "\($0[0] + $0[1])" })
}
let (training, validation) = (pairs(sums.dropLast(1_000)), pairs(sums.suffix(1_000)))

// One layer of 128 reads the sum from its end, and one writes the result while it looks at what the
// first has come to: what has to be remembered is in one state between them.
let result = try Translator.train(
  on: training, validation: validation,
  tokenizers: TranslatorTokenizers(
    training: .character, sources: training.sources, targets: training.targets),
  architecture: TranslatorArchitecture(
    cell: .lstm, context: .summary, embeddingSize: 64, hiddenSize: 128, isBidirectional: false,
    reversesSource: true, dropout: 0),
  options: TranslatorTrainingOptions(
    training: TextTrainingOptions(
      learningRate: 0.004, schedule: .warmup(length: 20, then: .cosine(end: 0.02)),
      weightDecay: 0, epochs: epochs, batchSize: 64),
    batchTokens: nil, labelSmoothing: 0))

let answers = try result.model.translate(validation.sources).map { $0[0].text }
let right = zip(answers, validation.targets).filter { $0 == $1 }.count
print("\(right) of \(validation.count) sums that were held back are exact")
for index in 0..<5 { print("\(validation.sources[index]) = \(answers[index])") }

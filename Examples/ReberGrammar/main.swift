// The embedded Reber grammar: which symbols may follow is known from the symbol before, but for the last
// but one, which has to be the second again.
//
//     swift run -c release ReberGrammar 8440
//
// The argument is the most strings that an LSTM may see. Hochreiter and Schmidhuber, "Long short-term
// memory", 1997, section 5.1: a network has learnt the grammar when, at every step of 256 new strings,
// the symbols that may follow are those it finds most probable. The best network of the paper's table
// took 8,440 strings.
import Lembra

let most = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8_440
let symbols = Array("BTPSXVE")

/// The states of the inner grammar: the symbols that may follow, and the state that each leads to.
let edges: [[(symbol: Character, next: Int)]] = [
  [("B", 1)], [("T", 2), ("P", 3)], [("S", 2), ("X", 4)], [("T", 3), ("V", 5)],
  [("X", 3), ("S", 6)], [("P", 4), ("V", 6)], [("E", 7)],
]

/// A string, and the symbols that may follow each of its symbols but the last.
func draw(_ generator: inout RandomGenerator) -> (text: [Character], next: [Set<Character>]) {
  let second: Character = Bool.random(using: &generator) ? "T" : "P"
  var text: [Character] = ["B", second]
  var next: [Set<Character>] = [["T", "P"], ["B"]]
  var state = 0
  while state < 7 {
    let edge = edges[state].randomElement(using: &generator) ?? edges[state][0]
    text.append(edge.symbol)
    state = edge.next
    next.append(state < 7 ? Set(edges[state].map(\.symbol)) : [second])
  }
  text += [second, "E"]
  next.append(["E"])
  return (text, next)
}

func rows(_ text: some Sequence<Character>) -> Tensor {
  let text = Array(text)
  return Tensor(
    text.flatMap { symbol in symbols.map { $0 == symbol ? 1 : 0 } }, shape: [text.count, 7])
}

/// An LSTM that says at every step which symbol follows.
struct Reader: Module {
  var layer = LSTM(
    LSTMCell(
      inputSize: 7, hiddenSize: 16, initialization: .init(forgetGateBias: 1),
      key: RandomKey(seed: 0)))
  var head = Linear(inputSize: 16, outputSize: 7, key: RandomKey(seed: 1))

  func callAsFunction(_ batch: SequenceBatch) -> Tensor { head(layer(batch).output.rows) }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("layer", &layer)
    walk("head", &head)
  }
}

var generator = RandomGenerator(RandomKey(seed: 2))
let test = (0..<256).map { _ in draw(&generator) }

/// Whether the symbols that may follow are the most probable at every step of a string.
func knows(_ reader: Reader, _ string: (text: [Character], next: [Set<Character>])) -> Bool {
  let scores = reader(SequenceBatch([rows(string.text.dropLast())])).array
  return string.next.indices.allSatisfy { step in
    let own = zip(symbols, scores[7 * step..<7 * step + 7]).sorted { $0.1 > $1.1 }
    return Set(own.prefix(string.next[step].count).map(\.0)) == string.next[step]
  }
}

var reader = Reader()
var optimizer = Adam(learningRate: 0.01)
var (seen, known) = (0, 0)
while seen < most, known < test.count {
  // The strings of a step are new ones.
  let strings = (0..<4).map { _ in draw(&generator).text }
  let batch = SequenceBatch(strings.map { rows($0.dropLast()) })
  let targets = SequenceBatch(strings.map { rows($0.dropFirst()) })
    .rows.argmax()
  let (_, gradients) = valueAndGradients(of: reader) { $0(batch).crossEntropy(targets) }
  optimizer.update(&reader, along: gradients)
  seen += strings.count
  if seen.isMultiple(of: 100) || seen >= most { known = test.count { knows(reader, $0) } }
}
print(
  known == test.count
    ? "learnt after \(seen) strings: all of \(known) new ones are known"
    : "not learnt: \(known) of \(test.count) new strings are known after \(seen)")

// The adding problem: a network reads pairs of a number and a mark, and has to know the sum of the two
// numbers that were marked, hundreds of steps later.
//
//     swift run -c release AddingProblem 100 3
//
// The arguments are T, the least length of a sequence, and the minutes that an RNN, a GRU and an LSTM
// each may take. Hochreiter and Schmidhuber, "Long short-term memory", 1997, section 5.4: lengths are
// from T to 1.1 T, numbers from -1 to 1, one of the first ten is marked and one of the others in the
// first half, and the target is 0.5 + (a + b) / 4. A sequence counts as known if the error is below
// 0.04, and the problem as solved when 99 % of 2,000 new ones are.
import Lembra

let arguments = CommandLine.arguments.dropFirst().compactMap { Double($0) }
let length = Int(arguments.first ?? 100)
let minutes = arguments.dropFirst().first ?? 3
guard length >= 24 else { fatalError("T has to be 24 or more, for two marks to fit") }

let key = RandomKey(seed: 0)

/// Sequences and their targets, `[count, 1]`.
func problems(_ count: Int, _ key: RandomKey) -> (batch: SequenceBatch, targets: Tensor) {
  var generator = RandomGenerator(key)
  var targets: [Float] = []
  let sequences = (0..<count).map { _ in
    let steps = Int.random(in: length...length + length / 10, using: &generator)
    let first = Int.random(in: 0..<10, using: &generator)
    var second = first
    while second == first { second = Int.random(in: 0..<length / 2 - 1, using: &generator) }
    var rows: [Float] = []
    var sum: Float = 0
    for step in 0..<steps {
      let isMarked = step == first || step == second
      let number = Float.random(in: -1...1, using: &generator)
      if isMarked { sum += number }
      // The paper marks both ends with -1, which says where a sequence begins and ends.
      rows += [number, isMarked ? 1 : step == 0 || step == steps - 1 ? -1 : 0]
    }
    targets.append(0.5 + sum / 4)
    return Tensor(rows, shape: [steps, 2])
  }
  return (SequenceBatch(sequences), Tensor(targets, shape: [count, 1]))
}

/// A recurrent layer, from whose last state a number is read.
struct Adder<Cell: RecurrentCell>: Module {
  var layer: Recurrent<Cell>
  var head: Linear

  init(_ cell: Cell) {
    layer = Recurrent(cell)
    head = Linear(inputSize: cell.outputSize, outputSize: 1, key: key.folding("head"))
  }

  func callAsFunction(_ batch: SequenceBatch) -> Tensor {
    head(layer.summary(of: layer(batch).finalState))
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("layer", &layer)
    walk("head", &head)
  }
}

let (test, truth) = problems(2_000, key.folding("test"))

func solve<Cell: RecurrentCell>(_ name: String, _ cell: Cell) {
  var model = Adder(cell)
  var optimizer = Adam(learningRate: 0.002)
  let clock = ContinuousClock()
  let start = clock.now
  var known = 0.0
  var step = 0
  while clock.now - start < .seconds(60 * minutes), known < 0.99 {
    step += 1
    let (batch, targets) = problems(50, key.folding(step))
    let (_, gradients) = valueAndGradients(of: model) {
      $0(batch).meanSquaredError(to: targets)
    }
    let clipping = GradientClipping(norm: 1).scaling(forNorm: gradients.norm)
    optimizer.update(&model, along: gradients, scaling: clipping)
    if step.isMultiple(of: 100) {
      let errors = (model(test) - truth).array
      known = Double(errors.count { abs($0) < 0.04 }) / Double(errors.count)
    }
  }
  let seconds = Int((clock.now - start) / .seconds(1))
  let share = (known * 1_000).rounded() / 10
  print(
    "\(name), T = \(length): \(known < 0.99 ? "not solved" : "solved") after \(50 * step) sequences "
      + "and \(seconds) s, \(share) % of new ones known")
}

// What keeps the state at first forgets after 1 to T steps (Tallec and Ollivier, "Can recurrent neural
// networks warp time?", 2018).
let units = 64
let memory = Tensor(
  uniformIn: 1...Float(length - 1), shape: [units], key: key.folding("memory")
).log().array

solve("RNN", RNNCell(inputSize: 2, hiddenSize: units, key: key.folding("RNN")))

var gru = GRUCell(inputSize: 2, hiddenSize: units, key: key.folding("GRU"))
gru.weights.inputBias = Tensor(
  [Float](repeating: 0, count: units) + memory + [Float](repeating: 0, count: units),
  shape: [3 * units])
solve("GRU", gru)

var lstm = LSTMCell(inputSize: 2, hiddenSize: units, key: key.folding("LSTM"))
lstm.weights.inputBias = Tensor(
  memory.map { -$0 } + memory + [Float](repeating: 0, count: 2 * units), shape: [4 * units])
solve("LSTM", lstm)

import LembraLayers
import LembraTensor
import LembraTraining
import Testing

/// `x Wᵀ + b`, the smallest model there is.
struct Line: Module {
  var weight: Tensor
  var bias: Tensor

  init(inputs: Int = 3, outputs: Int = 2) {
    weight = Tensor(
      (0..<inputs * outputs).map { Float($0) / 10 - 0.2 }, shape: [outputs, inputs])
    bias = Tensor(zeros: [outputs])
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("weight", &weight)
    walk("bias", &bias)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { x.affine(weight, bias) }
}

/// A model of nothing but parameters.
struct Parameters: Module {
  var values: [Tensor]

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    for index in values.indices { walk("p\(index)", &values[index]) }
  }
}

extension Module {
  /// The bits of every parameter.
  var bits: [[UInt32]] { parameters.map { $0.value.array.map(\.bitPattern) } }
}

/// The mean squared error.
func meanSquaredError(_ prediction: Tensor, _ truth: Tensor) -> Tensor {
  (prediction - truth).squared().mean()
}

/// Rows that a line with these weights explains, but for a little noise.
struct LineData {
  let inputs: Tensor
  let truths: Tensor

  init(rows: Int = 24, seed: UInt64 = 1, noise: Float = 0.05) {
    var truth = Line()
    truth.weight = Tensor([1, -2, 0.5, 0.3, 0, -1], shape: [2, 3])
    truth.bias = Tensor([0.7, -0.4], shape: [2])
    let key = RandomKey(seed: seed)
    inputs = Tensor(normalWithMean: 0, shape: [rows, 3], key: key.folding("inputs"))
    truths =
      truth(inputs)
      + Tensor(
        normalWithMean: 0, standardDeviation: noise, shape: [rows, 2], key: key.folding("noise"))
  }

  /// Learning a line from batches of rows in random order, with a random mask on the inputs.
  func task(
    batchSize: Int = 7, dropout: Float = 0, validation: LineData? = nil
  ) -> TrainingTask<Line, [Int]> {
    TrainingTask(
      batches: { _, key in
        var generator = RandomGenerator(key)
        let rows = Array(0..<inputs.shape[0]).shuffled(using: &generator)
        return stride(from: 0, to: rows.count, by: batchSize).map {
          Array(rows[$0..<min($0 + batchSize, rows.count)])
        }
      },
      loss: { model, rows, key in
        let x = inputs.gatheringRows(rows).dropout(dropout, key: key)
        return meanSquaredError(model(x), truths.gatheringRows(rows))
      },
      weight: { Double($0.count) },
      validationScore: validation.map { data in
        { model in Double(meanSquaredError(model(data.inputs), data.truths).scalar) }
      })
  }
}

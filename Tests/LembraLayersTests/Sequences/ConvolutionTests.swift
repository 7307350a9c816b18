import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// PyTorch's `Conv1d` of one sequence, written down from its definition.
private func convolution(
  _ steps: Reference, _ weight: Reference, _ bias: Reference?, _ padding: WindowPadding
) -> [[Double]] {
  let (outputs, inputs, size) = (weight.shape[0], weight.shape[1], weight.shape[2])
  let length = steps.shape[0]
  let (first, count) =
    padding == .same ? (-((size - 1) / 2), length) : (0, max(length - size + 1, 1))
  return (0..<count).map { t in
    (0..<outputs).map { o in
      var sum = bias?[o] ?? 0
      for k in 0..<size where (0..<length).contains(t + first + k) {
        for i in 0..<inputs { sum += weight[o, i, k] * steps[t + first + k, i] }
      }
      return sum
    }
  }
}

@Suite("Convolutions over time")
struct ConvolutionTests {
  private let key = RandomKey(seed: 32)

  @Test(
    "a convolution is PyTorch's, with gradients",
    arguments: [1, 2, 3, 4, 5], WindowPadding.allCases)
  func definition(size: Int, padding: WindowPadding) {
    for lengths in [[1], [4, 2, 7], [2, 0, 3]] {
      for hasBias in [true, false] {
        let layer = Convolution(
          inputSize: 3, outputSize: 4, kernelSize: size, padding: padding, hasBias: hasBias,
          key: key)
        let count = lengths.count
        let inputs =
          sequences(lengths, features: 3) + [layer.weight] + (layer.bias.map { [$0] } ?? [])
        let faults = checkGradients(of: inputs) { inputs in
          var layer = layer
          layer.weight = inputs[count]
          if hasBias { layer.bias = inputs[count + 1] }
          return Tensor(stacking: layer(SequenceBatch(Array(inputs[..<count]))).sequences)
        } matching: { inputs in
          let rows = inputs[..<count].flatMap {
            convolution($0, inputs[count], hasBias ? inputs[count + 1] : nil, padding)
          }
          return Reference(rows.flatMap(\.self), shape: [rows.count, 4])
        }
        #expect(faults == [], "\(lengths)")
      }
    }
  }

  @Test("a convolution begins as PyTorch's and has its names")
  func initialisation() {
    let layer = Convolution(inputSize: 5, outputSize: 40, kernelSize: 5, key: key)
    #expect(
      layer.parameters.map { "\($0.name) \($0.value.shape)" }
        == ["weight [40, 5, 5]", "bias [40]"])
    #expect(layer.inputSize == 5 && layer.outputSize == 40 && layer.kernelSize == 5)
    for (_, values) in layer.parameters {
      #expect(values.array.allSatisfy { abs($0) <= 0.2 })
      #expect(values.array.contains { abs($0) > 0.18 })
    }
  }

  @Test("a sequence gives the same bits alone as in a batch", arguments: WindowPadding.allCases)
  func alone(padding: WindowPadding) {
    let layer = Convolution(
      inputSize: 6, outputSize: 37, kernelSize: 4, padding: padding, key: key)
    let pooled = TextConvolutions(inputSize: 6, filterCount: 9, kernelSizes: [2, 4], key: key)
    for lengths in lengthLists {
      let given = sequences(lengths, features: 6)
      let all = layer(SequenceBatch(given)).sequences
      let vectors = pooled(SequenceBatch(given))
      for index in lengths.indices {
        let alone = SequenceBatch([given[index]])
        #expect(sameBits(layer(alone).sequences[0], all[index]), "\(lengths)[\(index)]")
        #expect(sameBits(pooled(alone), vectors.rows(index..<index + 1)))
      }
    }
  }

  @Test("convolutions of a text are the largest rectified values of each filter")
  func text() {
    let layer = TextConvolutions(inputSize: 3, filterCount: 4, kernelSizes: [2, 3, 5], key: key)
    #expect(layer.outputSize == 12 && layer.inputSize == 3)
    #expect(layer.parameters.count == storedTensorCount(in: layer))
    #expect(
      layer.parameters.map(\.name).prefix(2)
        == ["convolutions.0.weight", "convolutions.0.bias"])
    let lengths = [4, 0, 1, 9]
    let faults = checkGradients(of: sequences(lengths, features: 3)) {
      layer(SequenceBatch($0))
    } matching: { given in
      Reference(
        rows: given.map { steps in
          layer.convolutions.flatMap { own in
            let rows = convolution(
              steps, Reference(own.weight), own.bias.map { Reference($0) }, .valid)
            return (0..<4).map { filter in max(rows.map { $0[filter] }.max() ?? 0, 0) }
          }
        })
    }
    #expect(faults == [])
  }

  @Test("any number of threads gives the same bits")
  func threads() {
    let layer = TextConvolutions(inputSize: 20, filterCount: 30, kernelSizes: [3, 4], key: key)
    let batch = SequenceBatch(sequences((0..<30).map { 1 + $0 * 7 % 40 }, features: 20))
    #expect(
      isSameOnAnyNumberOfThreads {
        let tape = Tape()
        let rows = tape.leaf(batch.rows)
        let vectors = layer(batch.replacing(rows: rows))
        return [vectors.detached]
          + tape.gradients(of: vectors.squared().sum()).compactMap { $0 }
      })
  }

  @Test("windows of no steps, and another number of features")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = Convolution(inputSize: 2, outputSize: 2, kernelSize: 0, key: RandomKey(seed: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = TextConvolutions(inputSize: 2, kernelSizes: [], key: RandomKey(seed: 1))
    }
    await #expect(processExitsWith: .failure) {
      let layer = Convolution(inputSize: 2, outputSize: 2, kernelSize: 3, key: RandomKey(seed: 1))
      _ = layer(SequenceBatch([Tensor(zeros: [2, 3])]))
    }
  }
}

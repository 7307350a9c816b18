import LembraFormats
import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// A layer with what it reads, so that both have gradients.
private struct ChainWithInput: Module {
  var layer: LinearChainCRF
  var input: Tensor

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("layer", &layer)
    walk("input", &input)
  }
}

@Suite("A chain gives PyTorch's values, and weights saved under the usual names load")
struct ChainGoldenTests {
  @Test("losses, marginals, best paths and gradients")
  func values() throws {
    let golden = try GoldenFile("chain")
    var layer = LinearChainCRF(tagCount: 6, key: RandomKey(seed: 1))
    try layer.load(from: golden.weightsPath)
    var start = 0
    let ranges = golden.lengths.map { length in
      defer { start += length }
      return start..<start + length
    }
    let module = ChainWithInput(layer: layer, input: try golden.tensor("input"))
    let batch = SequenceBatch(ranges.map { module.input.rows($0) })
    let given = try golden.numbers("tags")
    var tags = [Int](repeating: 0, count: given.count)
    for (position, index) in batch.layout.order.enumerated() {
      for (step, row) in batch.layout.rows(ofSequence: position).enumerated() {
        tags[row] = given[ranges[index].lowerBound + step]
      }
    }

    #expect(relativeError(layer.logPartitions(batch), try golden.tensor("partitions")) < 1e-6)
    let marginals = Tensor(stacking: layer.marginals(batch).sequences)
    #expect(relativeError(marginals, try golden.tensor("marginals")) < 2e-6)
    let best = layer.decodeWithScores(batch)
    #expect(best.flatMap(\.tags) == (try golden.numbers("best")))
    let scores = Tensor(best.map { Float($0.score) }, shape: [best.count])
    #expect(relativeError(scores, try golden.tensor("best")) < 1e-6)

    let weight = try golden.tensor("weight")
    var losses = Tensor(0)
    let (_, gradients) = valueAndGradients(of: module) { module in
      let batch = SequenceBatch(ranges.map { module.input.rows($0) })
      let own = module.layer.negativeLogLikelihoods(emissions: batch, tags: tags)
      losses = own.detached
      return (own * weight).sum()
    }
    #expect(relativeError(losses, try golden.tensor("losses")) < 1e-6)
    for (index, parameter) in module.parameters.enumerated() {
      let name = parameter.name.split(separator: ".").last ?? ""
      let gradient = try #require(gradients.values[index])
      #expect(relativeError(gradient, try golden.tensor("gradient.\(name)")) < 3e-6, "\(name)")
    }
  }
}

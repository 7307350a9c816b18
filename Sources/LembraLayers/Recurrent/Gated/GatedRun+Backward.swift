import LembraTensor

extension GatedRun {
  /// Backpropagation through time; gates, or products that were normalised, are overwritten.
  ///
  /// - Parameters:
  ///   - input: the rows that were read.
  ///   - rows: the gradient of every output, zeros when nil.
  ///   - states: those of the tensors of the last state, likewise.
  ///   - sums: what is added to: the gradients of the input, of the first state, and of the parameters
  ///     that there are: `W` and its bias, `R`, its bias and the gain of its products, shift and gain of
  ///     the input's products and of the cell, peepholes and projection.
  func backward(
    _ input: Tensor, rows: Tensor?, states: [Tensor?], onto sums: inout [Tensor?]
  ) {
    let way = GatedWayBack(self, rows: rows, states: states)
    way.takeSteps()
    let products = way.inputProductGradients.tensor
    let before =
      [input.isTracked ? products.times(cell.input.detached) : nil, way.hidden.tensor]
      + way.vectors.map(\.tensor)
    for (index, gradient) in before.enumerated() { sums[index].add(gradient) }
    way.addParameterGradients(input, to: &sums, from: before.count)
  }
}

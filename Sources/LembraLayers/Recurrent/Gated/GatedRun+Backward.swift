import LembraTensor

extension GatedRun {
  /// Backpropagation through time; the gates that were kept are overwritten.
  ///
  /// - Parameters:
  ///   - input: the rows that were read.
  ///   - rows: the gradient of every output, zeros when nil.
  ///   - states: those of the tensors of the last state, likewise.
  ///   - sums: the gradients so far, in the order of the answer.
  /// - Returns: with these, the gradients of the input, of the first state, and of the parameters that
  ///   there are: `W` and its bias, `R`, its bias and the gain of its products, shift and gain of the
  ///   input's products and of the cell, peepholes and projection.
  func backward(
    _ input: Tensor, rows: Tensor?, states: [Tensor?], sums: [Tensor?]
  ) -> [Tensor?] {
    let way = GatedWayBack(self, rows: rows, states: states)
    way.takeSteps()
    let products = way.inputProductGradients.tensor
    let before =
      [input.isTracked ? products.times(cell.input.detached) : nil, way.hidden.tensor]
      + way.vectors.map(\.tensor)
    return zip(before, sums).map { Tensor.total($0, $1) }
      + way.parameterGradients(input, onto: Array(sums.dropFirst(before.count)))
  }
}

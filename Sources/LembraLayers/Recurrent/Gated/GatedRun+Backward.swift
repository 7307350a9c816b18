import CLembraKernels
import LembraTensor

extension GatedRun {
  /// Backpropagation through time; the gates that were kept are overwritten.
  ///
  /// - Parameters:
  ///   - rows: the gradient of every output, zeros when nil.
  ///   - states: those of the tensors of the last state, likewise.
  /// - Returns: the gradients of the products, of the first state, and of the parameters that there
  ///   are: `R` and its bias, gain and shift of the input's products, the gain of the state's, gain and
  ///   shift of the cell, peepholes and projection.
  func backward(rows: Tensor?, states: [Tensor?]) -> [Tensor?] {
    let way = GatedWayBack(self, rows: rows, states: states)
    way.takeSteps()
    return [way.inputProductGradients.tensor, way.hidden.tensor]
      + way.vectors.map(\.tensor) + way.parameterGradients()
  }
}

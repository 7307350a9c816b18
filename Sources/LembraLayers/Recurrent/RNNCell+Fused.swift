import CLembraKernels

extension RNNCell {
  public var fused: FusedCell? {
    FusedCell(nonlinearity == .tanh ? .tanh : .relu, weights)
  }
}

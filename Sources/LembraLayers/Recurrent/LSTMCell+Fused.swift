import CLembraKernels

extension LSTMCell {
  public var fused: FusedCell? { FusedCell(.lstm, weights) }
}

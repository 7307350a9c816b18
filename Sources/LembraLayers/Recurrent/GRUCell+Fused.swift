import CLembraKernels

extension GRUCell {
  public var fused: FusedCell? {
    // A reset before the product puts two products after each other into a step, which the fused
    // kernels, with one product a step, do not compute.
    reset == .afterProduct ? FusedCell(.gru, weights) : nil
  }
}

import LembraTensor

extension SequenceLayer {
  /// Whether the layer runs at a precision.
  ///
  /// Every layer runs at ``Precision/float32``. At fewer bits run what the kernels run as a whole:
  /// layers of plain LSTM, GRU with the reset after the product, and RNN, in one direction or with the
  /// outputs of both side by side, and stacks of them; with at most 65,536 features and units.
  public func runs(at precision: Precision) -> Bool {
    precision == .float32 || fused(dropsOut: false)?.runs(at: precision) ?? false
  }

  /// This layer with the same weights at another precision.
  ///
  ///     let quick = layer.running(at: .int8)
  ///     let (output, state) = quick(batch)
  ///
  /// - Precondition: the layer ``runs(at:)`` it.
  public func running(at precision: Precision) -> Self {
    precondition(runs(at: precision), "a layer of \(Self.self) does not run at \(precision)")
    var copy = self
    copy.precision = precision
    return copy
  }
}

import CLembraKernels

extension SequenceBatch {
  /// Applies dropout to the rows; see ``Tensor/dropout(_:key:rowIdentities:)``.
  ///
  /// The mask of a row depends on the caller's index of its sequence and on its step, so it is the
  /// same however the batch is laid out.
  public func dropout(_ rate: Float, key: RandomKey) -> SequenceBatch {
    let identities = (0..<layout.stepCount).flatMap { step in
      (0..<layout.activeCounts[step]).map { position in
        UInt64(layout.callersIndex(position)) << 32 | UInt64(layout.firstStep + step)
      }
    }
    return replacing(rows: rows.dropout(rate, key: key, rowIdentities: identities))
  }

  /// Applies dropout, with one mask for all steps of a sequence if it `isLocked`.
  public func dropout(_ rate: Float, isLocked: Bool, key: RandomKey) -> SequenceBatch {
    isLocked ? lockedDropout(rate, key: key) : dropout(rate, key: key)
  }

  /// Applies dropout with one mask for all steps of a sequence: locked or variational dropout (Gal
  /// and Ghahramani, "A theoretically grounded application of dropout in recurrent neural
  /// networks", 2016).
  ///
  /// A feature is dropped at every step of its sequence or at none; what is kept is divided by
  /// `1 - rate`. The mask depends on the caller's index of the sequence.
  ///
  /// - Precondition: `0 ≤ rate ≤ 1`.
  public func lockedDropout(_ rate: Float, key: RandomKey) -> SequenceBatch {
    if rate == 0 { return self }
    let mask = layout.lockedDropoutMask(rate, columns: featureCount, key: key)
    func masked(_ rows: Tensor) -> Tensor { rows.multiplied(atEachStepOf: layout, by: mask) }
    return replacing(rows: .recorded(masked(rows.detached), rows.receiving(masked)))
  }
}

extension SequenceLayout {
  /// What dropout multiplies all steps of each sequence by, `[N, columns]` in the layout's order: 0 or
  /// `1 / (1 - rate)`.
  package func lockedDropoutMask(_ rate: Float, columns: Int, key: RandomKey) -> Tensor {
    Tensor(repeating: 1, shape: Shape(rows: batchCount, columns: columns))
      .dropout(rate, key: key, rowIdentities: (0..<batchCount).map { UInt64(callersIndex($0)) })
  }
}

extension Tensor {
  /// The rows of `layout`, those of each sequence times its row of `factors`, `[N, columns]` in the
  /// layout's order.
  fileprivate func multiplied(atEachStepOf layout: SequenceLayout, by factors: Tensor) -> Tensor {
    let columns = shape[1]
    return Tensor(shape: shape) { out in
      withElementsOf(self, factors) { x, factors in
        let all = lembra_operand(base: factors, row_stride: columns, column_stride: 1)
        let cost = Double(shape.count) * 0.1 / Double(max(layout.stepCount, 1))
        inParallel(over: layout.stepCount, cost: cost) { part in
          for step in part {
            let start = layout.offsets[step] * columns
            let own = lembra_operand(base: x + start, row_stride: columns, column_stride: 1)
            kernels.elementwise.multiply(
              own, all, out + start, layout.activeCounts[step], columns)
          }
        }
      }
    }
  }
}

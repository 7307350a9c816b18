import CLembraKernels
import LembraTensor

extension FusedLayer {
  /// Backpropagation through time.
  ///
  /// - Parameters:
  ///   - input: what the forward pass began with.
  ///   - trace: what it left; its gates are overwritten.
  ///   - rows: the gradient of every output row, zeros when nil.
  ///   - hidden: the gradient of the last hidden state, likewise.
  ///   - cellState: the gradient of an LSTM's last cell state, likewise.
  /// - Returns: the gradients of the rows, the first hidden and cell state, `W`, `R` and the two
  ///   biases, nil for those that need none.
  func backward(
    _ input: Input, _ trace: Trace, rows: Tensor?, hidden: Tensor?, cellState: Tensor?
  ) -> [Tensor?] {
    let layout = input.layout
    let plan = FusedPlan(cell: cell, layout: layout, passes: 2)
    var gradients = FusedGradients(input, weights)
    var carry =
      cellState?.detached ?? Tensor(zeros: Shape(rows: layout.batchCount, columns: cell.hidden))
    let packedHidden = Storage(count: cell.backward_hidden_floats)
    let packedInput = Storage(count: gradients.rows == nil ? 0 : cell.backward_input_floats)
    let pass = BackwardPass(
      cell: cell, direction: direction, input: input, trace: trace, plan: plan,
      hiddenWeights: packedHidden.base, inputWeights: packedInput.base,
      outputGradient: rows?.unsafeBase, arriving: hidden?.unsafeBase,
      carry: carry.unsafeMutableBase(), gradients: gradients.pointers())
    withExtendedLifetime((rows, hidden, packedHidden, packedInput, carry, gradients)) {
      ThreadPool.shared.run(plan.threads, isShort: plan.isShort) { team in
        flushingDenormals {
          pack(for: pass, team)
          team.synchronize()
          pass.runSteps(team)
          team.synchronize()
          pass.collect(team)
        }
      }
    }
    let wantsFirstCell = input.cell?.isTracked ?? false
    return [
      gradients.rows, gradients.firstHidden, wantsFirstCell ? carry : nil,
      gradients.inputWeights, gradients.hiddenWeights, gradients.inputBias, gradients.hiddenBias,
    ]
  }

  private func pack(for pass: BackwardPass, _ team: Team) {
    let part = team.share(of: cell.blocks)
    withPackedWeights(
      backwardInput: pass.gradients.rows == nil ? nil : pass.inputWeights,
      backwardHidden: pass.hiddenWeights
    ) {
      kernels.recurrent.pack_backward($0, part.lowerBound, part.upperBound)
    }
  }
}

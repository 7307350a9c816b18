import CLembraKernels

// The gates of one step of a cell as one record each, from the products of the step's input and
// state, which are computed apart.

extension Tensor {
  /// The next state of a GRU whose reset acts after the product.
  ///
  ///     r, z = σ(x + y);  n = tanh(x + r ⊙ y);  h' = (1 - z) ⊙ n + z ⊙ h
  ///
  /// - Parameters:
  ///   - x: `W x + b`, `[N, 3H]`: the parts of reset gate, update gate and new state.
  ///   - y: `R h + b`, `[N, 3H]`.
  ///   - h: the state before, `[N, H]`.
  /// - Returns: `h'`, `[N, H]`.
  /// - Precondition: the extents agree.
  package static func gatedRecurrentUnit(_ x: Tensor, _ y: Tensor, _ h: Tensor) -> Tensor {
    let (rows, units) = (h.shape[0], h.shape[1])
    let wide = Shape(rows: rows, columns: 3 * units)
    precondition(
      x.shape == wide && y.shape == wide,
      "gatedRecurrentUnit: products \(x.shape) and \(y.shape) for a state \(h.shape)")
    var gates = Tensor(shape: wide) { _ in }
    let next = Tensor(shape: h.shape) { out in
      gates.withMutableElements { gates in
        withElementsOf(x, y, h) { x, y, h in
          inParallel(over: rows, cost: Double(units)) { part in
            let (narrow, wide) = (part.lowerBound * units, part.lowerBound * 3 * units)
            kernels.gates.gru(
              x + wide, y + wide, h + narrow, gates + wide, out + narrow, part.count, units)
          }
        }
      }
    }
    return Tensor.recorded([next], from: [x, y, h]) { [gates] gradients in
      guard let gradient = gradients[0] else { return [nil, nil, nil] }
      var fromY = Tensor(shape: wide) { _ in }
      var fromH = Tensor(shape: h.shape) { _ in }
      let fromX = Tensor(shape: wide) { xOut in
        fromY.withMutableElements { yOut in
          fromH.withMutableElements { hOut in
            withElementsOf(gates, y) { gates, y in
              withElementsOf(h, gradient) { h, gradient in
                inParallel(over: rows, cost: Double(units) * 0.5) { part in
                  let (narrow, wide) = (part.lowerBound * units, part.lowerBound * 3 * units)
                  kernels.gates.gru_pullback(
                    gates + wide, y + wide + 2 * units, 3 * units, h + narrow,
                    gradient + narrow, xOut + wide, yOut + wide, hOut + narrow, part.count, units)
                }
              }
            }
          }
        }
      }
      return [fromX, fromY, fromH]
    }[0]
  }

  /// The next state of an LSTM.
  ///
  ///     i, f, g, o = x + y;  c' = σ(f) ⊙ c + σ(i) ⊙ tanh(g);  h' = σ(o) ⊙ tanh(c')
  ///
  /// - Parameters:
  ///   - x: `W x + b`, `[N, 4H]`: the parts of input gate, forget gate, candidate and output gate.
  ///   - y: `R h + b`, `[N, 4H]`.
  ///   - cell: the cell vector before, `[N, H]`.
  /// - Returns: `h'` and `c'`, each `[N, H]`.
  /// - Precondition: the extents agree.
  package static func longShortTermMemory(
    _ x: Tensor, _ y: Tensor, cell: Tensor
  ) -> (hidden: Tensor, cell: Tensor) {
    let (rows, units) = (cell.shape[0], cell.shape[1])
    let wide = Shape(rows: rows, columns: 4 * units)
    precondition(
      x.shape == wide && y.shape == wide,
      "longShortTermMemory: products \(x.shape) and \(y.shape) for a cell \(cell.shape)")
    var gates = Tensor(shape: wide) { _ in }
    var nextCell = Tensor(shape: cell.shape) { _ in }
    let hidden = Tensor(shape: cell.shape) { out in
      gates.withMutableElements { gates in
        nextCell.withMutableElements { cellOut in
          withElementsOf(x, y, cell) { x, y, cell in
            inParallel(over: rows, cost: Double(units) * 1.3) { part in
              let (narrow, wide) = (part.lowerBound * units, part.lowerBound * 4 * units)
              kernels.gates.lstm(
                x + wide, y + wide, cell + narrow, gates + wide, out + narrow, cellOut + narrow,
                part.count, units)
            }
          }
        }
      }
    }
    let results = Tensor.recorded(
      [hidden, nextCell], from: [x, y, cell]
    ) { [gates, nextCell] gradients in
      var fromCell = Tensor(shape: cell.shape) { _ in }
      let fromGates = Tensor(shape: wide) { out in
        fromCell.withMutableElements { cellOut in
          withElementsOf(gates, cell, nextCell) { gates, cell, next in
            Tensor.withElements(of: gradients[0], gradients[1]) { hidden, carried in
              inParallel(over: rows, cost: Double(units)) { part in
                let (narrow, wide) = (part.lowerBound * units, part.lowerBound * 4 * units)
                kernels.gates.lstm_pullback(
                  gates + wide, cell + narrow, next + narrow, hidden.map { $0 + narrow },
                  carried.map { $0 + narrow }, out + wide, cellOut + narrow, part.count, units)
              }
            }
          }
        }
      }
      return [fromGates, fromGates, fromCell]
    }
    return (results[0], results[1])
  }

  /// Calls `body` with the elements of tensors of which each may be missing.
  private static func withElements(
    of a: Tensor?, _ b: Tensor?, _ body: (UnsafePointer<Float>?, UnsafePointer<Float>?) -> Void
  ) {
    func withSecond(_ first: UnsafePointer<Float>?) {
      if let b { b.withElements { body(first, $0) } } else { body(first, nil) }
    }
    if let a { a.withElements { withSecond($0) } } else { withSecond(nil) }
  }
}

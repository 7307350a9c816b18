import CLembraKernels

/// How two tensors of different shapes are combined element by element.
///
/// The result has along each axis the larger extent of the two; an operand with extent 1 there, or
/// without that leading axis, is repeated. What is supported is what rows and columns need: besides
/// the full shape an operand may be a row vector `[columns]`, a column vector `[rows, 1]` or a
/// single number.
struct Broadcast {
  let shape: Shape

  init(_ a: Shape, _ b: Shape, operation: StaticString) {
    if a == b {
      shape = a
      return
    }
    let rank = max(a.rank, b.rank)
    let extents = (0..<rank).map { axis -> Int in
      let (x, y) = (a.extent(axis, ofRank: rank), b.extent(axis, ofRank: rank))
      precondition(
        x == y || x == 1 || y == 1, "\(operation): shapes \(a) and \(b) do not fit each other")
      return x == 1 ? y : x
    }
    shape = Shape(extents)
    for operand in [a, b] {
      precondition(
        isSupported(operand),
        "\(operation): shapes \(a) and \(b): only rows, columns and numbers are repeated")
    }
  }

  private func isSupported(_ operand: Shape) -> Bool {
    operand.count == 1 || operand.rows == 1 || operand.rows == shape.rows
  }

  /// `elements` of a tensor of shape `operand` as the kernels read them.
  func operand(_ elements: UnsafePointer<Float>, _ operand: Shape) -> lembra_operand {
    lembra_operand(
      base: elements,
      row_stride: operand.rows == shape.rows && operand.rows > 1 ? operand.columns : 0,
      column_stride: operand.columns == shape.columns && operand.columns > 1 ? 1 : 0)
  }
}

extension Shape {
  /// The extent along `axis` of this shape with leading axes of extent 1 up to `rank`.
  fileprivate func extent(_ axis: Int, ofRank rank: Int) -> Int {
    axis < rank - self.rank ? 1 : self[axis - (rank - self.rank)]
  }
}

extension lembra_operand {
  /// This operand from row `row` on.
  func from(row: Int) -> lembra_operand {
    var moved = self
    moved.base += row * row_stride
    return moved
  }
}

extension Tensor {
  /// Combines two tensors by a kernel, on several threads when they are large.
  static func combining(
    _ a: Tensor, _ b: Tensor, operation: StaticString, _ kernel: lembra_binary
  ) -> Tensor {
    let broadcast = Broadcast(a.shape, b.shape, operation: operation)
    let (rows, columns) = (broadcast.shape.rows, broadcast.shape.columns)
    return Tensor(shape: broadcast.shape) { out in
      withElementsOf(a, b) { left, right in
        let left = broadcast.operand(left, a.shape)
        let right = broadcast.operand(right, b.shape)
        inParallel(over: rows, cost: Double(columns) * 0.1) { part in
          let row = part.lowerBound
          kernel(
            left.from(row: row), right.from(row: row), out + row * columns, part.count, columns)
        }
      }
    }
  }

  /// Applies a kernel to every element, on several threads when there are many.
  func mapping(costPerElement: Double = 0.1, _ kernel: lembra_unary) -> Tensor {
    Tensor(shape: shape) { out in
      withElements { x in
        inParallel(over: shape.count, unit: 64, cost: costPerElement) { part in
          kernel(x + part.lowerBound, out + part.lowerBound, part.count)
        }
      }
    }
  }

  /// Applies a pullback kernel to saved values and a gradient of the same shape.
  func pulling(back gradient: Tensor, _ kernel: lembra_pullback) -> Tensor {
    Tensor(shape: shape) { out in
      withElementsOf(self, gradient) { saved, gradient in
        inParallel(over: shape.count, unit: 64, cost: 0.2) { part in
          let start = part.lowerBound
          kernel(saved + start, gradient + start, out + start, part.count)
        }
      }
    }
  }
}

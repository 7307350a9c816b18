import CLembraKernels

extension SequenceBatch {
  /// An affine map of every window of consecutive steps: a convolution over time.
  ///
  /// It gives the bits of
  ///
  ///     windows(of: size, padding: padding).rows.affine(weight, bias)
  ///
  /// and of its gradients without ever holding all windows, which are `size` times as large as the
  /// batch: 256 of them at a time are gathered, mapped and forgotten.
  ///
  /// - Parameters:
  ///   - size: the steps of a window, K.
  ///   - padding: which windows there are.
  ///   - weight: `W`, `[O, K · features]`, the first step of a window first.
  ///   - bias: `b`, `[O]`, or nil for none.
  /// - Returns: a batch with a step for each window and O features.
  /// - Precondition: `size` is above 0, and the extents agree.
  public func windowsAffine(
    of size: Int, padding: WindowPadding, _ weight: Tensor, _ bias: Tensor? = nil
  ) -> SequenceBatch {
    precondition(size > 0, "windowsAffine: a window of \(size) steps")
    precondition(
      weight.shape.rank == 2 && weight.shape[1] == size * featureCount,
      "windowsAffine: weight \(weight.shape) for \(size) steps of \(featureCount) features")
    precondition(
      bias.map { $0.shape == [weight.shape[0]] } ?? true,
      "windowsAffine: bias \(bias?.shape ?? []) does not match weight \(weight.shape)")
    let (target, places) = layout.windows(of: size, padding: padding)
    let windows = WindowProducts(size: size, places: places)
    let result = windows.products(rows, weight, bias)
    let inputs = [rows, weight] + (bias.map { [$0] } ?? [])
    let recorded = Tensor.recorded([result], from: inputs) { [rows] gradients in
      guard let gradient = gradients[0] else { return [nil, nil, nil] }
      let input = rows.isTracked ? windows.inputGradient(gradient, weight, of: rows.shape) : nil
      guard weight.isTracked || bias?.isTracked ?? false else { return [input, nil, nil] }
      let (product, sums) = windows.weightGradient(gradient, rows)
      return [input, product, sums]
    }[0]
    return SequenceBatch(rows: recorded, layout: target)
  }
}

/// Products with windows of the rows of a matrix, some windows at a time.
private struct WindowProducts {
  /// The windows that are gathered at once: a block of the sums of a transposed product, which are
  /// so added up in the order that they have over all windows.
  private static let chunk = 256

  let size: Int

  /// The rows of each window, -1 for padding.
  let places: [Int32]

  private var count: Int { places.count / size }

  private var chunks: [Range<Int>] {
    stride(from: 0, to: count, by: Self.chunk).map { $0..<min($0 + Self.chunk, count) }
  }

  private func scratch(_ columns: Int) -> Storage {
    Storage(count: min(count, Self.chunk) * size * columns)
  }

  /// `x` seen through the windows, times `Wᵀ`, plus the bias.
  func products(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
    let outputs = weight.shape[0]
    let gathered = scratch(x.shape[1])
    let packed = PackedMatrix(
      weight, isTransposed: true, work: Double(count) * Double(weight.shape.count))
    return Tensor(shape: Shape(rows: count, columns: outputs)) { out in
      withElementsOf(x, bias ?? x) { x, biasElements in
        for part in chunks {
          gather(x, columns(weight), part, into: gathered.base)
          packed.multiply(
            gathered.base, rows: part.count, bias: bias == nil ? nil : biasElements,
            into: out + part.lowerBound * outputs)
        }
      }
    }
  }

  /// The gradient of the rows, from that of the products.
  func inputGradient(_ gradient: Tensor, _ weight: Tensor, of shape: Shape) -> Tensor {
    let (outputs, columns) = (weight.shape[0], columns(weight))
    let pulled = scratch(columns)
    let packed = PackedMatrix(
      weight, isTransposed: false, work: Double(count) * Double(weight.shape.count))
    var result = Tensor(zeros: shape)
    result.withMutableElements { out in
      gradient.withElements { gradient in
        for part in chunks {
          packed.multiply(
            gradient + part.lowerBound * outputs, rows: part.count, bias: nil,
            into: pulled.base)
          scatter(pulled.base, columns, part, into: out)
        }
      }
    }
    return result
  }

  /// The gradients of weight and bias, from that of the products of `x`.
  func weightGradient(_ gradient: Tensor, _ x: Tensor) -> (product: Tensor, sums: Tensor) {
    let (outputs, columns) = (gradient.shape[1], x.shape[1])
    let gathered = scratch(columns)
    var sums = Tensor(zeros: [outputs])
    var product = Tensor(zeros: [outputs, size * columns])
    product.withMutableElements { product in
      sums.withMutableElements { sums in
        withElementsOf(gradient, x) { gradient, x in
          for part in chunks {
            gather(x, columns, part, into: gathered.base)
            multiplyTransposed(
              lembra_multiply_transposed(
                a: gradient + part.lowerBound * outputs, a_stride: outputs, b: gathered.base,
                b_stride: size * columns, accumulate: part.lowerBound > 0 ? 1 : 0, c: product,
                c_stride: size * columns, sums: sums, m: part.count, k: outputs,
                n: size * columns))
          }
        }
      }
    }
    return (product, sums)
  }

  private func columns(_ weight: Tensor) -> Int { weight.shape[1] / size }

  private func gather(
    _ x: UnsafePointer<Float>, _ columns: Int, _ part: Range<Int>,
    into out: UnsafeMutablePointer<Float>
  ) {
    places.withUnsafeBufferPointer { places in
      guard let first = places.baseAddress.map({ $0 + part.lowerBound * size }) else { return }
      inParallel(over: part.count, cost: Double(size * columns) * 0.1) { own in
        let start = own.lowerBound * size
        kernels.rows.gather_rows(
          x, first + start, out + start * columns, own.count * size, columns)
      }
    }
  }

  private func scatter(
    _ gradient: UnsafePointer<Float>, _ columns: Int, _ part: Range<Int>,
    into out: UnsafeMutablePointer<Float>
  ) {
    places.withUnsafeBufferPointer { places in
      guard let first = places.baseAddress.map({ $0 + part.lowerBound * size }) else { return }
      let count = part.count * size
      inParallel(over: columns, unit: 16, cost: Double(count) * 0.2) { own in
        let start = own.lowerBound
        kernels.rows.scatter_add_rows(
          gradient + start, columns, first, out + start, columns, count, own.count)
      }
    }
  }
}

/// Solves the normal equations `A X = B` of a least squares problem by Cholesky's factors.
///
/// The unknowns are first brought to the scale of their diagonal element, where a ridge of 10⁻⁸ is
/// added: far below what data determine, and far above the rounding that could make a matrix of
/// sums of products lose its definiteness.
///
/// - Parameters:
///   - matrix: `A`, `[size, size]`, sums of products of the inputs.
///   - right: `B`, `[size, columns]`, sums of products of inputs and answers.
///   - size: the number of unknowns.
///   - columns: the number of right sides.
/// - Returns: `X`, `[size, columns]`.
func solveRidge(_ matrix: [Double], _ right: [Double], size: Int, columns: Int) -> [Double] {
  let scales = (0..<size).map { index in
    let diagonal = matrix[index * size + index]
    return diagonal > 0 ? diagonal.squareRoot() : 1
  }
  var factor = matrix
  for row in 0..<size {
    for column in 0..<size { factor[row * size + column] /= scales[row] * scales[column] }
    factor[row * size + row] += 1e-8
  }
  factorize(&factor, size: size)
  var solution = right
  for row in 0..<size {
    for column in 0..<columns { solution[row * columns + column] /= scales[row] }
  }
  substitute(factor, &solution, size: size, columns: columns)
  for row in 0..<size {
    for column in 0..<columns { solution[row * columns + column] /= scales[row] }
  }
  return solution
}

/// Replaces the lower triangle of a positive definite matrix by Cholesky's factor.
private func factorize(_ matrix: inout [Double], size: Int) {
  matrix.withUnsafeMutableBufferPointer { l in
    for column in 0..<size {
      for row in column..<size {
        var sum = l[row * size + column]
        for k in 0..<column { sum -= l[row * size + k] * l[column * size + k] }
        l[row * size + column] =
          row == column ? sum.squareRoot() : sum / l[column * size + column]
      }
    }
  }
}

/// Solves `L Lᵀ X = B` in place, all right sides side by side.
private func substitute(
  _ factor: [Double], _ solution: inout [Double], size: Int, columns: Int
) {
  factor.withUnsafeBufferPointer { l in
    solution.withUnsafeMutableBufferPointer { x in
      func subtract(_ scale: Double, row other: Int, from row: Int) {
        for column in 0..<columns {
          x[row * columns + column] -= scale * x[other * columns + column]
        }
      }
      func divide(row: Int) {
        for column in 0..<columns { x[row * columns + column] /= l[row * size + row] }
      }
      for row in 0..<size {
        for k in 0..<row { subtract(l[row * size + k], row: k, from: row) }
        divide(row: row)
      }
      for row in (0..<size).reversed() {
        for k in row + 1..<size { subtract(l[k * size + row], row: k, from: row) }
        divide(row: row)
      }
    }
  }
}

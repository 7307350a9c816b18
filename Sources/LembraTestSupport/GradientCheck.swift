public import LembraTensor

/// Compares an operation, and its gradients, with a reference in double precision.
///
/// The gradients are those of the result's sum weighted by fixed random numbers. They are compared
/// with central differences of the reference, first with all inputs on the tape, then with each of
/// them alone, which must give the same bits.
///
///     #expect(checkGradients(of: [x]) { $0[0].exp() } matching: { $0[0].map(exp) } == [])
///
/// - Parameters:
///   - inputs: what the operation is applied to.
///   - operation: the operation.
///   - reference: the same in double precision.
/// - Returns: a line for every fault: a value off by more than 1e-5, or a gradient by more than
///   1e-4, relative to the largest.
public func checkGradients(
  of inputs: [Tensor],
  _ operation: (_ inputs: [Tensor]) -> Tensor,
  matching reference: (_ inputs: [Reference]) -> Reference
) -> [String] {
  let exact = inputs.map { Reference($0) }
  let expected = reference(exact)
  let weights = Tensor(uniformIn: -1...1, shape: expected.shape, key: RandomKey(seed: 99))
  var faults: [String] = []
  let value = operation(inputs)
  if let fault = fault(in: value, expected: expected, tolerance: 1e-5) {
    return ["value: \(fault)"]
  }
  let all = gradients(of: inputs, tracking: Array(inputs.indices), operation, weights)
  if all.value.map({ !sameBits($0, value) }) ?? true {
    faults.append("value: a tape changes it")
  }
  for index in inputs.indices {
    let difference = centralDifference(of: exact, index) {
      zip(reference($0).elements, weights.array).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    let gradient = all.gradients[index] ?? Tensor(zeros: inputs[index].shape)
    if let fault = fault(in: gradient, expected: difference, tolerance: 1e-4) {
      faults.append("gradient \(index): \(fault)")
    }
    let alone = gradients(of: inputs, tracking: [index], operation, weights).gradients[0]
    if !sameBits(alone ?? Tensor(zeros: inputs[index].shape), gradient) {
      faults.append("gradient \(index): other inputs on the tape change it")
    }
  }
  return faults
}

/// The result of an operation with some of its inputs on a tape, and their gradients.
private func gradients(
  of inputs: [Tensor], tracking tracked: [Int], _ operation: ([Tensor]) -> Tensor,
  _ weights: Tensor
) -> (value: Tensor?, gradients: [Tensor?]) {
  let tape = Tape()
  var inputs = inputs
  for index in tracked { inputs[index] = tape.leaf(inputs[index]) }
  let value = operation(inputs)
  return (value.detached, tape.gradients(of: (value * weights).sum()))
}

/// The derivative of `function` by every element of input `index`.
private func centralDifference(
  of inputs: [Reference], _ index: Int, _ function: ([Reference]) -> Double
) -> Reference {
  var moved = inputs
  var result = inputs[index]
  for place in result.elements.indices {
    let x = inputs[index].elements[place]
    let step = 1e-5 * max(1, abs(x))
    moved[index].elements[place] = x + step
    let above = function(moved)
    moved[index].elements[place] = x - step
    let below = function(moved)
    moved[index].elements[place] = x
    result.elements[place] = (above - below) / (2 * step)
  }
  return result
}

/// What is wrong with `actual`, if anything is.
private func fault(in actual: Tensor, expected: Reference, tolerance: Double) -> String? {
  guard actual.shape == expected.shape else {
    return "the shape is \(actual.shape), not \(expected.shape)"
  }
  // Numbers that cancel out are compared with what they were made of, which is around 1.
  let scale = expected.elements.reduce(0.01) { max($0, abs($1)) }
  for (place, pair) in zip(actual.array, expected.elements).enumerated() {
    let (actual, expected) = (Double(pair.0), pair.1)
    if !(abs(actual - expected) <= tolerance * scale) {
      return "element \(place) is \(actual), not \(expected)"
    }
  }
  return nil
}

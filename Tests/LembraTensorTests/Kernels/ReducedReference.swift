import CLembraKernels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Numbers rounded to fewer bits, and what each stands for.
struct ReducedNumbers {
  /// What the numbers stand for, apart from `scale`.
  let values: [Double]
  let scale: Double

  init(_ numbers: [Float], _ format: lembra_number_format) {
    switch format {
    case .bf16:
      values = numbers.map { Double(Self.bfloat16($0)) }
      scale = 1
    case .int8:
      let largest = numbers.map(abs).max() ?? 0
      let inverse = largest > 0 ? 127 / largest : 0
      values = numbers.map { Double(($0 * inverse).rounded(.toNearestOrEven)) }
      scale = Double(largest / 127)
    }
  }

  /// The nearest float whose lower half is zero, the one with an even last bit if two are as near.
  private static func bfloat16(_ number: Float) -> Float {
    let below = Float(bitPattern: number.bitPattern & 0xFFFF_0000)
    let above = Float(bitPattern: (number.bitPattern & 0xFFFF_0000) &+ 0x1_0000)
    let (down, up) = (abs(number - below), abs(above - number))
    if down != up { return down < up ? below : above }
    return below.bitPattern >> 16 & 1 == 0 ? below : above
  }
}

/// The equations of a cell with products of fewer bits and everything else in Double.
///
/// The state of a step is taken from the kernel's own outputs: rounding would make the least
/// difference in it a large one in the next step.
struct ReducedReference {
  let problem: RecurrentProblem
  let format: lembra_number_format
  private let data: RecurrentProblem.Data
  private let w: [ReducedNumbers]
  private let r: [ReducedNumbers]

  init(_ driver: ReducedDriver, _ format: lembra_number_format) {
    problem = driver.problem
    data = driver.data
    self.format = format
    func rows(_ weights: GuardedRows) -> [ReducedNumbers] {
      (0..<weights.count).map { row in
        ReducedNumbers((0..<weights.width).map { weights.row(row)[$0] }, format)
      }
    }
    w = rows(data.w)
    r = rows(data.r)
  }

  /// The outputs `[rows, units]`, each step from the outputs `y` of the one before.
  func outputs(following y: GuardedRows) -> [Double] {
    var all = [Double](repeating: 0, count: problem.rows * problem.units)
    for (sequence, length) in problem.lengths.enumerated() {
      let steps = problem.reverse ? Array((0..<length).reversed()) : Array(0..<length)
      var h = (0..<problem.units).map {
        problem.states ? data.h0.row(sequence)[$0] : 0
      }
      var c = (0..<problem.units).map { problem.states ? data.c0[sequence, $0] : 0 }
      for step in steps {
        let row = problem.offsets[step] + sequence
        let next = advance(row, h, &c)
        for unit in 0..<problem.units {
          all[row * problem.units + unit] = next[unit]
          h[unit] = y.row(row)[unit]
        }
      }
    }
    return all
  }

  private func advance(_ row: Int, _ h: [Float], _ c: inout [Double]) -> [Double] {
    let x = ReducedNumbers((0..<problem.inputs).map { data.x.row(row)[$0] }, format)
    let state = ReducedNumbers(h, format)
    func product(_ a: ReducedNumbers, _ b: ReducedNumbers) -> Double {
      zip(a.values, b.values).reduce(0) { $0 + $1.0 * $1.1 } * a.scale * b.scale
    }
    func sums(_ gate: Int, _ unit: Int) -> (input: Double, hidden: Double) {
      let at = gate * problem.units + unit
      let (b, d) = problem.bias ? (data.inputBias[0, at], data.hiddenBias[0, at]) : (0, 0)
      return (b + product(w[at], x), d + product(r[at], state))
    }
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    return (0..<problem.units).map { unit in
      let all = (0..<problem.gates).map { sums($0, unit) }
      let both = all.map { $0.input + $0.hidden }
      switch problem.kind {
      case .tanh: return tanh(both[0])
      case .relu: return max(both[0], 0)
      case .lstm:
        c[unit] = sigmoid(both[1]) * c[unit] + sigmoid(both[0]) * tanh(both[2])
        return sigmoid(both[3]) * tanh(c[unit])
      case .gru:
        let (r, z) = (sigmoid(both[0]), sigmoid(both[1]))
        let n = tanh(all[2].input + r * all[2].hidden)
        return (1 - z) * n + z * Double(h[unit])
      }
    }
  }
}

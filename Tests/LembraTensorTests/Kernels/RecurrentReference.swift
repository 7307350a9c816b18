import CLembraKernels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A recurrent layer in plain Double loops, sequence by sequence and unit by unit, as its equations
/// are written.
struct RecurrentReference {
  private(set) var y: [Double]
  private(set) var c: [Double]
  private(set) var dx: [Double]
  private(set) var dw: [Double]
  private(set) var dr: [Double]
  private(set) var inputBias: [Double]
  private(set) var hiddenBias: [Double]
  private(set) var dh0: [Double]
  private(set) var dc0: [Double]

  private let problem: RecurrentProblem
  private let data: RecurrentProblem.Data
  private var gates: [[Double]]
  private var units: Range<Int> { 0..<problem.units }

  init(_ problem: RecurrentProblem) {
    self.problem = problem
    data = problem.data
    let rows = problem.rows
    let width = problem.gates * problem.units
    let states = problem.lengths.count * problem.units
    y = Array(repeating: 0, count: rows * problem.units)
    c = y
    dx = Array(repeating: 0, count: rows * problem.inputs)
    dw = Array(repeating: 0, count: width * problem.inputs)
    dr = Array(repeating: 0, count: width * problem.units)
    inputBias = Array(repeating: 0, count: width)
    hiddenBias = inputBias
    dh0 = Array(repeating: 0, count: states)
    dc0 = dh0
    gates = Array(repeating: [], count: rows)
    for sequence in problem.lengths.indices {
      let steps = Array(0..<problem.lengths[sequence])
      run(sequence, problem.reverse ? steps.reversed() : steps)
    }
  }

  private func given(_ rows: GuardedRows, _ sequence: Int) -> [Double] {
    units.map { problem.states ? rows[sequence, $0] : 0 }
  }

  private mutating func run(_ sequence: Int, _ steps: [Int]) {
    let size = problem.units
    let rows = steps.map { problem.offsets[$0] + sequence }
    var hs = [given(data.h0, sequence)]
    var cs = [given(data.c0, sequence)]
    for row in rows {
      let (h, c) = step(row, hs[hs.count - 1], cs[cs.count - 1])
      hs.append(h)
      cs.append(c)
      for unit in units {
        y[row * size + unit] = h[unit]
        self.c[row * size + unit] = c[unit]
      }
    }
    var dh = given(data.dh, sequence)
    var dc = given(data.dc, sequence)
    for (i, row) in rows.enumerated().reversed() {
      if problem.everyStep { for unit in units { dh[unit] += data.dy[row, unit] } }
      (dh, dc) = stepBack(row, hs[i], cs[i], hs[i + 1], cs[i + 1], dh, dc)
    }
    for unit in units {
      dh0[sequence * size + unit] = dh[unit]
      dc0[sequence * size + unit] = dc[unit]
    }
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// W x + b_i and R h + b_h of gate `gate` and unit `unit`.
  private func sums(_ row: Int, _ h: [Double], _ gate: Int, _ unit: Int) -> (Double, Double) {
    let at = gate * problem.units + unit
    let input = (0..<problem.inputs).reduce(problem.bias ? data.inputBias[0, at] : 0) {
      $0 + data.w[at, $1] * data.x[row, $1]
    }
    let hidden = units.reduce(problem.bias ? data.hiddenBias[0, at] : 0) {
      $0 + data.r[at, $1] * h[$1]
    }
    return (input, hidden)
  }

  private mutating func step(
    _ row: Int, _ h: [Double], _ c: [Double]
  ) -> (h: [Double], c: [Double]) {
    var next = (h: h, c: c)
    for unit in units {
      let sums = (0..<problem.gates).map { self.sums(row, h, $0, unit) }
      let both = sums.map { $0.0 + $0.1 }
      switch problem.kind {
      case .tanh: next.h[unit] = tanh(both[0])
      case .relu: next.h[unit] = max(both[0], 0)
      case .lstm:
        let (i, f, g, o) = (
          sigmoid(both[0]), sigmoid(both[1]), tanh(both[2]), sigmoid(both[3])
        )
        next.c[unit] = f * c[unit] + i * g
        next.h[unit] = o * tanh(next.c[unit])
        gates[row] += [i, f, g, o]
      case .gru:
        let (r, z) = (sigmoid(both[0]), sigmoid(both[1]))
        let n = tanh(sums[2].0 + r * sums[2].1)
        next.h[unit] = (1 - z) * n + z * h[unit]
        gates[row] += [r, z, n, sums[2].1]
      }
    }
    return next
  }

  /// From dL/dh and dL/dc of a step to those of the step before, adding to all gradients.
  private mutating func stepBack(
    _ row: Int, _ before: [Double], _ cBefore: [Double], _ h: [Double], _ c: [Double],
    _ dh: [Double], _ dc: [Double]
  ) -> (dh: [Double], dc: [Double]) {
    var back = (dh: dh.map { _ in 0.0 }, dc: dc)
    for unit in units {
      let d = dh[unit]
      switch problem.kind {
      case .tanh:
        let sum = d * (1 - h[unit] * h[unit])
        add(sum, sum, 0, unit, row, before, &back.dh)
      case .relu:
        let sum = h[unit] > 0 ? d : 0
        add(sum, sum, 0, unit, row, before, &back.dh)
      case .lstm:
        let (i, f) = (gates[row][4 * unit], gates[row][4 * unit + 1])
        let (g, o) = (gates[row][4 * unit + 2], gates[row][4 * unit + 3])
        let t = tanh(c[unit])
        let dCell = dc[unit] + d * o * (1 - t * t)
        back.dc[unit] = dCell * f
        let sums = [
          dCell * g * i * (1 - i), dCell * cBefore[unit] * f * (1 - f), dCell * i * (1 - g * g),
          d * t * o * (1 - o),
        ]
        for gate in 0..<4 { add(sums[gate], sums[gate], gate, unit, row, before, &back.dh) }
      case .gru:
        let (r, z) = (gates[row][4 * unit], gates[row][4 * unit + 1])
        let (n, hidden) = (gates[row][4 * unit + 2], gates[row][4 * unit + 3])
        let dn = d * (1 - z) * (1 - n * n)
        let dr = dn * hidden * r * (1 - r)
        let dz = d * (before[unit] - n) * z * (1 - z)
        add(dr, dr, 0, unit, row, before, &back.dh)
        add(dz, dz, 1, unit, row, before, &back.dh)
        add(dn, dn * r, 2, unit, row, before, &back.dh)
        back.dh[unit] += d * z
      }
    }
    return back
  }

  /// Adds what follows from the gradients of one gate's input sum and hidden sum.
  private mutating func add(
    _ input: Double, _ hidden: Double, _ gate: Int, _ unit: Int, _ row: Int, _ before: [Double],
    _ dh: inout [Double]
  ) {
    let at = gate * problem.units + unit
    for j in 0..<problem.inputs {
      dx[row * problem.inputs + j] += input * data.w[at, j]
      dw[at * problem.inputs + j] += input * data.x[row, j]
    }
    for j in units {
      dh[j] += hidden * data.r[at, j]
      dr[at * problem.units + j] += hidden * before[j]
    }
    inputBias[at] += input
    hiddenBias[at] += hidden
  }
}

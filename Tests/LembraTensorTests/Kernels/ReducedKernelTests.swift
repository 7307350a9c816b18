import CLembraKernels
import Testing

@Suite struct `Kernels with products of fewer bits` {
  @Test(arguments: RecurrentProblem.problems, ReducedTable.formats)
  func `outputs agree with the equations of rounded numbers in Double`(
    problem: RecurrentProblem, format: lembra_number_format
  ) {
    for table in ReducedTable.supported {
      let driver = ReducedDriver(problem, format, on: table)
      let reference = ReducedReference(driver, format).outputs(following: driver.y)
      #expect(
        largestError(driver.y.values, reference) < 5e-6, Comment(rawValue: table.testDescription))
    }
  }

  @Test(arguments: ReducedTable.supported, ReducedTable.formats)
  func `no bit depends on cuts, the order of panels, or projecting the input ahead`(
    table: ReducedTable, format: lembra_number_format
  ) {
    for problem in RecurrentProblem.cutUp {
      let whole = ReducedDriver(problem, format, on: table).y.values
      let cuts = [
        ReducedDriver.Cut(projected: true), .init(rows: 1, parts: 1),
        .init(rows: 2, parts: 1, projected: true), .init(rows: 5), .init(rows: 3, parts: 2),
        .init(rows: 1), .init(rows: 2), .init(firstTurn: 1), .init(rows: 1, firstTurn: 1),
      ]
      for cut in cuts {
        #expect(ReducedDriver(problem, format, on: table, cut: cut).y.values == whole)
      }
    }
  }

  @Test
  func `sums of 8-bit products are the same on every processor`() {
    // The gates of an RNN of relu do not round in different ways.
    let problem = RecurrentProblem(.relu, inputs: 70, units: 33, lengths: [1, 1, 1], bias: false)
    let all = ReducedTable.supported.map { ReducedDriver(problem, .int8, on: $0).y.values }
    for other in all { #expect(other == all[0]) }
  }

  @Test(arguments: ReducedTable.supported, ReducedTable.formats)
  func `a row that is not finite spoils its own outputs, and no others`(
    table: ReducedTable, format: lembra_number_format
  ) {
    for value in [Float.nan, .infinity] {
      for kind in RecurrentProblem.kinds where kind != .relu {
        let problem = RecurrentProblem(kind, inputs: 9, units: 20, lengths: [2, 2, 2])
        let sound = ReducedDriver(problem, format, on: table)
        let driver = ReducedDriver(problem, format, on: table) { $0.x.row(1)[4] = value }
        for row in [0, 2, 3, 5] {
          #expect((0..<20).allSatisfy { driver.y[row, $0] == sound.y[row, $0] })
        }
        // At bf16 an infinity saturates gates, as it does in single precision.
        if value.isNaN || format == .int8 {
          #expect((0..<20).allSatisfy { driver.y[1, $0].isNaN && driver.y[4, $0].isNaN })
        }
      }
    }
  }

  @Test(arguments: ReducedTable.supported, ReducedTable.formats)
  func `zeros, and numbers that are nearly zero, give what the biases give`(
    table: ReducedTable, format: lembra_number_format
  ) {
    let problem = RecurrentProblem(.tanh, inputs: 9, units: 20, lengths: [1, 1, 1, 1])
    let values = [0, -0.0, 1e-38, Float.leastNonzeroMagnitude]
    let driver = ReducedDriver(problem, format, on: table) { data in
      for (row, value) in values.enumerated() {
        for column in 0..<9 { data.x.row(row)[column] = value }
      }
    }
    for row in 1..<4 { #expect((0..<20).allSatisfy { driver.y[row, $0] == driver.y[0, $0] }) }
  }
}

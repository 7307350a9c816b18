import LembraTensor
import LembraTestSupport
import Testing

@Suite("Gathering and scattering rows")
struct RowLookupTests {
  static let indices = [[0], [4, 0, 2], [3, 3, 3], [0, 1, 2, 3, 4], [1, 4, 1, 0, 4, 4], []]

  @Test("gathering takes rows, and its gradient adds up", arguments: indices, [1, 5, 33])
  func gathering(indices: [Int], columns: Int) {
    let faults = checkGradients(of: [random([5, columns])]) {
      $0[0].gatheringRows(indices)
    } matching: { inputs in
      Reference(
        indices.flatMap { inputs[0].rows[$0] }, shape: Shape(rows: indices.count, columns: columns))
    }
    #expect(faults == [])
  }

  @Test("scattering adds rows up, and its gradient takes them", arguments: indices, [1, 5, 33])
  func scattering(indices: [Int], columns: Int) {
    let faults = checkGradients(of: [random([indices.count, columns])]) {
      $0[0].scatteringRows(to: indices, count: 5)
    } matching: { inputs in
      var result = Reference(shape: [5, columns]) { _ in 0 }
      for (row, index) in indices.enumerated() {
        for column in 0..<columns { result[index, column] += inputs[0][row, column] }
      }
      return result
    }
    #expect(faults == [])
  }
}

import LembraTensor
import LembraTestSupport
import Testing

@Suite("Operations that move elements")
struct ShapingTests {
  @Test("reshaping keeps the order of the elements")
  func reshaping() {
    let shapes: [Shape] = [[30], [5, 6], [2, 3, 5], [1, 2, 3, 5], [30, 1]]
    for shape in shapes {
      let faults = checkGradients(of: [random([2, 15])]) {
        $0[0].reshaped(to: shape)
      } matching: {
        $0[0].reshaped(to: shape)
      }
      #expect(faults == [], "\(shape)")
    }
    #expect(Tensor([3], shape: [1]).reshaped(to: []).scalar == 3)
  }

  @Test("transposing", arguments: [Shape([1, 1]), [3, 5], [1, 7], [9, 1], [17, 6], [0, 4]])
  func transposing(shape: Shape) {
    let x = random(shape)
    let faults = checkGradients(of: [x]) {
      $0[0].transposed()
    } matching: {
      $0[0].transposed()
    }
    #expect(faults == [])
    #expect(x.transposed().transposed() == x)
  }

  @Test(
    "exchanging the last two axes",
    arguments: [Shape([1, 1]), [3, 5], [4, 7, 3], [2, 3, 17, 5]])
  func exchanging(shape: Shape) {
    let x = random(shape)
    let (rows, columns) = (shape[shape.rank - 2], shape.columns)
    let matrices = (0..<shape.count / (rows * columns)).map { $0 * rows * columns }
    let faults = checkGradients(of: [x]) {
      $0[0].exchangingLastAxes()
    } matching: { inputs in
      Reference(
        matrices.flatMap { start in
          Reference(
            Array(inputs[0].elements[start..<start + rows * columns]), shape: [rows, columns]
          ).transposed().elements
        },
        shape: shape.replacing(shape.rank - 2, with: columns)
          .replacing(shape.rank - 1, with: rows))
    }
    #expect(faults == [])
    #expect(x.exchangingLastAxes().exchangingLastAxes() == x)
  }

  @Test("a range of rows", arguments: [Shape([6]), [6, 1], [6, 5], [6, 2, 3], [6, 2, 1, 3]])
  func rows(shape: Shape) {
    let x = random(shape)
    let width = shape.count / 6
    for range in [0..<6, 0..<1, 2..<5, 5..<6, 3..<3, 6..<6] {
      let faults = checkGradients(of: [x]) {
        $0[0].rows(range)
      } matching: {
        Reference(
          Array($0[0].elements[range.lowerBound * width..<range.upperBound * width]),
          shape: shape.replacing(0, with: range.count))
      }
      #expect(faults == [], "\(range)")
    }
  }

  @Test("a range of columns", arguments: [Shape([6]), [1, 6], [5, 6], [2, 3, 6], [2, 1, 3, 6]])
  func columns(shape: Shape) {
    let x = random(shape)
    for range in [0..<6, 0..<1, 2..<5, 5..<6, 3..<3, 6..<6] {
      let faults = checkGradients(of: [x]) {
        $0[0].columns(range)
      } matching: {
        Reference(
          $0[0].rows.flatMap { $0[range] },
          shape: shape.replacing(shape.rank - 1, with: range.count))
      }
      #expect(faults == [], "\(range)")
    }
  }

  @Test("stacking puts tensors one after the other", arguments: [Shape([]), [1], [5], [2, 3]])
  func stacking(rest: Shape) {
    let parts = [2, 1, 0, 3].enumerated().map { index, height in
      random(Shape([height] + rest.extents), seed: UInt64(index))
    }
    let faults = checkGradients(of: parts) {
      Tensor(stacking: $0)
    } matching: {
      Reference($0.flatMap(\.elements), shape: Shape([6] + rest.extents))
    }
    #expect(faults == [])
  }

  @Test("concatenating puts tensors side by side", arguments: [Shape([]), [1], [5], [2, 3]])
  func concatenating(rest: Shape) {
    let parts = [2, 1, 0, 3].enumerated().map { index, width in
      random(Shape(rest.extents + [width]), seed: UInt64(index))
    }
    let faults = checkGradients(of: parts) {
      Tensor(concatenatingColumns: $0)
    } matching: { parts in
      Reference(
        (0..<rest.count).flatMap { row in parts.flatMap { $0.rows[row] } },
        shape: Shape(rest.extents + [6]))
    }
    #expect(faults == [])
  }

  @Test("one tensor stacked or concatenated twice gets both gradients")
  func twice() {
    let x = random([2, 3])
    let stacked = checkGradients(of: [x]) {
      Tensor(stacking: [$0[0], $0[0]])
    } matching: {
      Reference($0[0].elements + $0[0].elements, shape: [4, 3])
    }
    #expect(stacked == [])
    let joined = checkGradients(of: [x]) {
      Tensor(concatenatingColumns: [$0[0], $0[0]])
    } matching: {
      Reference(rows: $0[0].rows.map { $0 + $0 })
    }
    #expect(joined == [])
  }

  @Test("cutting and joining are inverse to each other")
  func inverse() {
    let x = random([7, 9])
    #expect(Tensor(stacking: [x.rows(0..<3), x.rows(3..<4), x.rows(4..<7)]) == x)
    #expect(Tensor(concatenatingColumns: [x.columns(0..<4), x.columns(4..<9)]) == x)
  }
}

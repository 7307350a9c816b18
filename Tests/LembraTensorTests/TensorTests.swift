import LembraTensor
import LembraTestSupport
import Testing

@Suite("Tensors are values")
struct TensorTests {
  @Test("a copy does not change with the original")
  func copies() {
    var x = Tensor([1, 2, 3], shape: [3])
    let copy = x
    let view = x.reshaped(to: [3, 1])
    write(7, to: &x)
    x.accumulate(Tensor([1, 1, 1], shape: [3]))
    #expect(x.array == [2, 8, 4])
    #expect(copy.array == [1, 2, 3])
    #expect(view.array == [1, 2, 3])
  }

  @Test("a tensor that nobody shares is written in place, and one on a tape stays there")
  func writing() {
    let tape = Tape()
    var x = tape.leaf(Tensor([1, 2, 3], shape: [3]))
    let place = x.unsafeBase
    write(5, to: &x)
    #expect(x.unsafeBase == place && x.isTracked)
    let copy = x
    let constant = x.detached
    write(7, to: &x)
    #expect(x.unsafeBase != place && x.isTracked && copy.isTracked && !constant.isTracked)
    #expect(x.array == [1, 7, 3] && copy.array == [1, 5, 3] && constant.array == [1, 5, 3])
    let gradient = tape.gradients(of: (x + x).sum())[0]
    #expect(gradient?.array == [2, 2, 2])
  }

  private func write(_ number: Float, to x: inout Tensor) {
    var elements = x.mutableElements
    elements[1] = number
  }

  @Test("elements are read in row-major order")
  func elements() {
    let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(x.elements.count == 6)
    #expect(x.elements[3] == 4)
    #expect(x.array == [1, 2, 3, 4, 5, 6])
    #expect(Tensor(4).scalar == 4)
    #expect(Tensor(zeros: [0, 2]).array == [])
  }

  @Test("equality compares shapes and numbers")
  func equality() {
    let x = Tensor([1, 2], shape: [2])
    #expect(x == Tensor([1, 2], shape: [2]))
    #expect(x != Tensor([1, 2], shape: [2, 1]))
    #expect(x != Tensor([1, 3], shape: [2]))
    #expect(Tensor([Float.nan], shape: [1]) != Tensor([Float.nan], shape: [1]))
    #expect(Tensor(0) == Tensor(-0.0))
    #expect(!sameBits(Tensor(0), Tensor(-0.0)))
  }

  @Test("the description shows the shape and the first elements")
  func description() {
    #expect(Tensor([1, 2], shape: [2]).description == "Tensor [2]: 1.0, 2.0")
    #expect(Tensor(zeros: [3, 3]).description.hasSuffix("0.0, …"))
  }
}

@Suite("Shapes")
struct ShapeTests {
  private static let counts: [(Shape, count: Int, rows: Int, columns: Int)] = [
    ([], 1, 1, 1), ([5], 5, 1, 5), ([3, 5], 15, 3, 5), ([2, 3, 5], 30, 6, 5),
    ([2, 2, 3, 5], 60, 12, 5), ([0, 5], 0, 0, 5), ([5, 0], 0, 5, 0),
  ]

  @Test("count, rows and columns", arguments: counts)
  func derivedCounts(shape: Shape, count: Int, rows: Int, columns: Int) {
    #expect(shape.count == count)
    #expect(shape.rows == rows)
    #expect(shape.columns == columns)
  }

  @Test("extents come back as they were given")
  func extents() {
    for extents in [[], [4], [4, 0], [4, 3, 2], [4, 3, 2, 1]] {
      let shape = Shape(extents)
      #expect(shape.extents == extents)
      #expect(shape.rank == extents.count)
      #expect(shape.description == "\(extents)")
    }
  }

  @Test("equal extents make equal shapes, however they are made")
  func equality() {
    #expect(Shape(rows: 3, columns: 5) == [3, 5])
    #expect(Shape(count: 5) == [5])
    #expect(Shape([5]) != [5, 1])
    #expect(Shape([3, 5]).replacing(1, with: 7) == [3, 7])
    #expect(Shape([2, 3, 5]).removing(1) == [2, 5])
    #expect(Shape([3, 5]).removing(0).hashValue == Shape(count: 5).hashValue)
  }
}

import LembraTensor
import Testing

/// Whether the standard error of a process that trapped has all of `parts`, in release builds too.
private func says(_ parts: String..., in result: ExitTest.Result?) -> Bool {
  let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  return parts.allSatisfy(message.contains)
}

@Suite("Mistakes of a program trap and name the operation and the shapes")
struct TrapTests {
  @Test("shapes that do not fit")
  func addition() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [3, 5]) + Tensor(zeros: [3])
    }
    #expect(says("+: shapes [3, 5] and [3]", in: result))
  }

  @Test("a repetition of anything but rows, columns and numbers")
  func repetition() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [2, 3, 5]) * Tensor(zeros: [3, 5])
    }
    #expect(says("*: shapes [2, 3, 5] and [3, 5]", "only rows, columns and numbers", in: result))
  }

  @Test("matrices without a product")
  func matmul() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [3, 5]).matmul(Tensor(zeros: [4, 3]))
    }
    #expect(says("matmul: [3, 5] and [4, 3]", in: result))
  }

  @Test("a bias of another length")
  func affine() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [3, 5]).affine(Tensor(zeros: [4, 5]), Tensor(zeros: [5]))
    }
    #expect(says("affine: bias [5]", "[4, 5]", in: result))
  }

  @Test("rows out of range")
  func rows() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [3, 5]).rows(1..<4)
    }
    #expect(says("rows: 1..<4", "[3, 5]", in: result))
  }

  @Test("an index that is no row's")
  func gathering() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [3, 5]).gatheringRows([0, 3])
    }
    #expect(says("gatheringRows: there is no row 3 among 3", in: result))
  }

  @Test("another number of elements")
  func reshaping() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [3, 5]).reshaped(to: [4, 4])
    }
    #expect(says("reshaped: [3, 5]", "[4, 4]", in: result))
  }

  @Test("a class that is no column")
  func crossEntropies() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [2, 5]).crossEntropies([0, 5])
    }
    #expect(says("crossEntropies: class 5", "[2, 5]", in: result))
  }

  @Test("parts that do not lie side by side")
  func concatenating() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(concatenatingColumns: [Tensor(zeros: [2, 5]), Tensor(zeros: [3, 5])])
    }
    #expect(says("concatenating: shapes [2, 5] and [3, 5]", in: result))
  }

  @Test("a rate that is no probability")
  func dropout() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [2, 5]).dropout(1.5, key: RandomKey(seed: 1))
    }
    #expect(says("dropout: the rate 1.5", in: result))
  }

  @Test("more than four axes")
  func axes() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Shape([1, 2, 3, 4, 5])
    }
    #expect(says("Shape: [1, 2, 3, 4, 5]", in: result))
  }

  @Test("the one element of many")
  func scalar() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor(zeros: [2]).scalar
    }
    #expect(says("scalar: a tensor of shape [2]", in: result))
  }

  @Test("one operation on the values of two tapes")
  func tapes() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tape().leaf(Tensor(1)) + Tape().leaf(Tensor(2))
    }
    #expect(says("Tape: the inputs of an operation are on different tapes", in: result))
  }
}

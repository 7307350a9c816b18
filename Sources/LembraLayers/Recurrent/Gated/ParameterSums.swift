import CLembraKernels
import LembraTensor

/// What the steps of a run add to the gradients of gains, shifts and peepholes, in which every row has a
/// part.
///
/// It is summed up as the steps are taken back, while what it is made of is in the cache: apart for every
/// block of steps (``SequenceLayout/gradientBlocks(of:_:)``) and every few sequences, so that the sums are
/// the same however sequences are shared out among threads, as long as those few stay together.
final class ParameterSums: Sendable {
  /// The sequences that stay together.
  static let sequences = Int(lembra_summed_rows)

  /// The sums of one block and a few sequences.
  let width: Int

  private let sums: StepRows

  /// The rows of sums of each block, in the order in which they are added up.
  private let blocks: [Range<Int>]

  /// The first row of sums of each step.
  private let firstRows: [Int]

  /// Sums of `width` numbers that are zeros; nil for none.
  init?(width: Int, layout: SequenceLayout, direction: Direction) {
    if width == 0 { return nil }
    var (blocks, firstRows, count) = ([Range<Int>](), [Int](), 0)
    firstRows = Array(repeating: 0, count: layout.stepCount)
    for steps in layout.gradientBlocks(of: 0..<layout.stepCount, direction) {
      for step in steps { firstRows[step] = count }
      // The first step is the one that most sequences have.
      let sequences = layout.activeCounts[steps.lowerBound]
      let end = count + (sequences + Self.sequences - 1) / Self.sequences
      blocks.append(count..<end)
      count = end
    }
    self.width = width
    // Without rows the sums are 0, and not the -0 that they begin with.
    self.blocks = blocks.isEmpty ? [0..<0] : blocks
    self.firstRows = firstRows
    sums = StepRows(rows: count, width: width, first: nil)
  }

  /// Where the first sequences of a step add to the numbers at a place.
  subscript(step: GatedStep, place: Range<Int>) -> UnsafeMutablePointer<Float> {
    sums[firstRows[step.index] + step.sequences.lowerBound / Self.sequences] + place.lowerBound
  }

  /// Adds the sums of all blocks to what there is.
  ///
  /// - Parameters:
  ///   - parameters: the place of each, and its shape.
  ///   - before: what they are added to.
  /// - Returns: the new sums, of these shapes.
  func totals(_ parameters: [(place: Range<Int>, shape: Shape)], onto before: [Tensor?]) -> [Tensor]
  {
    // Adding to this changes nothing, not even a zero's sign.
    var total = Tensor(repeating: -0.0, shape: [width])
    total.withMutableElements { total in
      for (parameter, before) in zip(parameters, before) {
        before?.withElements {
          (total + parameter.place.lowerBound).update(from: $0, count: parameter.place.count)
        }
      }
    }
    for rows in blocks { total.accumulate(sumUp(rows)) }
    return parameters.map { total.columns($0.place).reshaped(to: $0.shape) }
  }

  private func sumUp(_ rows: Range<Int>) -> Tensor {
    Tensor(shape: [width]) { out in
      withExtendedLifetime(sums) {
        kernels.rows.column_sums(sums[rows.lowerBound], width, out, rows.count, width)
      }
    }
  }
}

extension GatedRecurrence {
  /// Where in a row of ``ParameterSums`` each parameter has its numbers.
  struct SumPlaces {
    let hiddenShift, hiddenGain, inputShift, inputGain: Range<Int>
    let cellShift, cellGain, peepholes: Range<Int>
    let width: Int
  }

  var sumPlaces: SumPlaces {
    var width = 0
    func take(_ count: Int?) -> Range<Int> {
      defer { width += count ?? 0 }
      return width..<width + (count ?? 0)
    }
    let (sums, cell) = (hiddenGain?.shape.count, cellGain?.shape.count)
    let places = (take(sums), take(sums), take(sums), take(sums))
    let (shift, gain, peepholes) = (take(cell), take(cell), take(peepholes?.shape.count))
    return SumPlaces(
      hiddenShift: places.0, hiddenGain: places.1, inputShift: places.2, inputGain: places.3,
      cellShift: shift, cellGain: gain, peepholes: peepholes, width: width)
  }

  /// The parameters whose gradients are summed up step by step, in the order of their gradients.
  func summedParameters(_ places: SumPlaces) -> [(place: Range<Int>, shape: Shape)] {
    let all = [
      (places.hiddenShift, hiddenGain == nil ? nil : hiddenBias), (places.hiddenGain, hiddenGain),
      (places.inputShift, inputShift), (places.inputGain, inputGain),
      (places.cellShift, cellShift), (places.cellGain, cellGain), (places.peepholes, peepholes),
    ]
    return all.compactMap { place, parameter in parameter.map { (place, $0.shape) } }
  }
}

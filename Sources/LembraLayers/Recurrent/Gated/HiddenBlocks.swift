import LembraTensor

/// The weights with which some gates read a state, as blocks: one of all these gates, or, where there are
/// heads, one for each gate and head, whose units know that head's part of the state alone.
///
/// Nothing but the blocks is multiplied: with as many units to a head it is H²/heads for each gate. `R`,
/// `[G·H, P/heads]`, has a row for each unit of each gate, whatever the number of heads.
///
/// - Note: Beck et al., "xLSTM: extended long short-term memory", 2024.
struct HiddenBlocks: Sendable {
  struct Block: Sendable {
    /// Its rows of `R`, which are the places of its sums in a row of all gates.
    let units: Range<Int>

    /// The columns of the state that it reads.
    let state: Range<Int>

    /// Whether a block before it reads the same columns.
    let repeatsState: Bool
  }

  let blocks: [Block]

  /// The numbers of a row of all gates, G·H, and of a state, P.
  fileprivate let width: Int
  fileprivate let stateSize: Int

  /// Divides the weights of some gates into blocks.
  ///
  /// - Parameters:
  ///   - gates: the gates.
  ///   - gateCount: G, the number of all gates.
  ///   - units: H.
  ///   - stateSize: P.
  ///   - heads: the number of heads, which divides H and P.
  init(gates: Range<Int>, of gateCount: Int, units: Int, stateSize: Int, heads: Int) {
    width = gateCount * units
    self.stateSize = stateSize
    let (own, part) = (units / heads, stateSize / heads)
    blocks =
      heads == 1
      ? [
        Block(
          units: gates.lowerBound * units..<gates.upperBound * units, state: 0..<stateSize,
          repeatsState: false)
      ]
      : gates.flatMap { gate in
        (0..<heads).map { head in
          let start = gate * units + head * own
          return Block(
            units: start..<start + own, state: head * part..<(head + 1) * part,
            repeatsState: gate > gates.lowerBound)
        }
      }
  }

  /// The rows of `R` that each block has.
  var rows: [Range<Int>] { blocks.map(\.units) }

  /// What these gates get from states, side by side: the definition.
  func callAsFunction(_ states: Tensor, _ weights: Tensor, _ bias: Tensor?) -> Tensor {
    joined { _, block in
      states.columns(block.state).affine(weights.rows(block.units), bias?.rows(block.units))
    }
  }

  /// The same for many states, for which the weights are packed once.
  func repeated(_ weights: Tensor, _ bias: Tensor?) -> @Sendable (_ states: Tensor) -> Tensor {
    let maps = blocks.map { RepeatedAffine(weights.rows($0.units), bias?.rows($0.units)) }
    return { states in joined { index, block in maps[index](states.columns(block.state)) } }
  }

  private func joined(_ sums: (_ index: Int, _ block: Block) -> Tensor) -> Tensor {
    let parts = blocks.enumerated().map { sums($0, $1) }
    return parts.count == 1 ? parts[0] : Tensor(concatenatingColumns: parts)
  }

  /// The blocks of `R` as the kernels read them, transposed for what gates get from states, and as they
  /// are for what states get from the gradients of gates.
  func packed(_ weights: Tensor, isTransposed: Bool, rows count: Int) -> PackedBlocks {
    PackedBlocks(
      self,
      blocks.map { block in
        PackedMatrix(
          weights, rows: block.units, isTransposed: isTransposed,
          work: Double(count) * Double(block.units.count) * Double(weights.shape[1]))
      })
  }

  /// Adds up these gates' rows of the gradients of `R` and of its bias.
  ///
  /// - Parameters:
  ///   - gates: the gradients of all gates' sums, `[rows, G·H]`.
  ///   - states: what was multiplied, `[rows, P]`.
  ///   - rows: those that are summed up together, in the order in which their sums are added.
  ///   - isFresh: whether nothing is there yet.
  ///   - weights: the gradient of `R`.
  ///   - bias: that of its bias, `[G·H]`.
  func addGradients(
    gates: Tensor, states: Tensor, rows: [Range<Int>], isFresh: Bool,
    weights: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>
  ) {
    for block in blocks {
      gates.addTransposedTimes(
        states, columns: block.units, block.state, rows: rows, isFresh: isFresh,
        into: weights + block.units.lowerBound * block.state.count,
        sums: bias + block.units.lowerBound)
    }
  }
}

/// Blocks in the order of the kernels, for products of some rows on the calling thread.
struct PackedBlocks: Sendable {
  private let blocks: HiddenBlocks
  private let matrices: [PackedMatrix]

  init(_ blocks: HiddenBlocks, _ matrices: [PackedMatrix]) {
    self.blocks = blocks
    self.matrices = matrices
  }

  /// Writes what the gates get from states `[rows, P]`, plus their bias, into rows of all gates.
  func multiply(
    _ states: UnsafePointer<Float>, rows: Int, bias: UnsafePointer<Float>?,
    into sums: UnsafeMutablePointer<Float>
  ) {
    for (block, matrix) in zip(blocks.blocks, matrices) {
      matrix.multiplyAlone(
        states + block.state.lowerBound, stride: blocks.stateSize, rows: rows,
        bias: bias.map { $0 + block.units.lowerBound }, into: sums + block.units.lowerBound,
        outStride: blocks.width)
    }
  }

  /// Writes, or adds to what is there, the gradients that states get from those of all gates.
  func multiplyBack(
    _ gates: UnsafePointer<Float>, rows: Int, accumulating: Bool = false,
    into states: UnsafeMutablePointer<Float>
  ) {
    for (block, matrix) in zip(blocks.blocks, matrices) {
      matrix.multiplyAlone(
        gates + block.units.lowerBound, stride: blocks.width, rows: rows,
        accumulating: accumulating || block.repeatsState, into: states + block.state.lowerBound,
        outStride: blocks.stateSize)
    }
  }
}

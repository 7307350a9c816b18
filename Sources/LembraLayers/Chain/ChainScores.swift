import CLembraKernels
import LembraTensor

/// The scores of a chain as the kernels take them, and what they prepare from them.
struct ChainScores {
  private let tensors: [Tensor]
  private var prepared: [Storage] = []
  private var chain: lembra_chain

  var tagCount: Int { chain.tags }

  /// The length of a row of states.
  var width: Int { chain.width }

  /// The scores of a layer, -∞ where the constraints do not allow anything else.
  init(_ crf: LinearChainCRF, _ constraints: TransitionConstraints?) {
    tensors = [
      Self.allowed(crf.transitions, constraints?.transitions),
      Self.allowed(crf.startScores, constraints?.starts),
      Self.allowed(crf.endScores, constraints?.ends),
    ]
    chain = kernels.chains.describe(crf.tagCount)
    chain.transitions = tensors[0].unsafeBase
    chain.start = tensors[1].unsafeBase
    chain.end = tensors[2].unsafeBase
  }

  private static func allowed(_ scores: Tensor, _ mask: [Bool]?) -> Tensor {
    guard let mask else { return scores.detached }
    return Tensor(shape: scores.shape) { out in
      scores.withElements { scores in
        for (place, isAllowed) in mask.enumerated() {
          out[place] = isAllowed ? scores[place] : -.infinity
        }
      }
    }
  }

  /// These scores, ready for the scaled passes.
  func preparedForSums() -> ChainScores {
    var scores = self
    let room = Storage(count: chain.scaled_floats)
    scores.prepared.append(room)
    scores.chain.scaled = room.base
    withExtendedLifetime(scores.tensors) { kernels.chains.prepare_scaled(&scores.chain) }
    return scores
  }

  /// These scores, ready for the exact passes and for paths.
  func preparedExactly() -> ChainScores {
    var scores = self
    let room = Storage(Double.self, count: chain.exact_doubles)
    scores.prepared.append(room)
    scores.chain.exact = room.base(of: Double.self)
    scores.withChain { kernels.chains.prepare_exact($0) }
    return scores
  }

  func withChain<R>(_ body: (UnsafePointer<lembra_chain>) throws -> R) rethrows -> R {
    try withExtendedLifetime((tensors, prepared)) { try withUnsafePointer(to: chain, body) }
  }
}

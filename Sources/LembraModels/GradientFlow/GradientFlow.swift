import LembraLayers
import LembraTensor
public import LembraTraining

/// How far the gradient of a model reaches back in time.
///
/// For each sequence it is the gradient of the loss of that sequence alone, at the end of what is
/// read, with respect to the states of every recurrent layer: `‖∂L/∂h_t‖` by the distance of t from
/// the end. It fades where a network cannot learn what lies far back (Hochreiter, 1991; Bengio,
/// Simard and Frasconi, "Learning long-term dependencies with gradient descent is difficult", 1994),
/// and grows where it explodes.
public struct GradientFlow: Hashable, Codable, Sendable {
  /// The sequences that were read.
  public let sequenceCount: Int

  /// A curve for each layer and each part of its state, in the order in which the layers run.
  public let curves: [GradientCurve]

  /// Follows the gradient of batches back through the layers, step by step.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - batches: the batches.
  ///   - count: the number of sequences in them.
  ///   - counts: whether a run of a layer counts; the default is all of them.
  ///   - loss: the sum of the losses of the sequences of a batch, so that the gradients of one are
  ///     not those of another.
  /// - Throws: what `loss` throws, and `LembraError` with code `invalidOption` when the network has
  ///   no recurrent layers.
  init<M: Module, Batch>(
    _ network: M, _ batches: some Sequence<Batch>, count: Int,
    where counts: (RecurrentProbe.Run) -> Bool = { _ in true },
    loss: (_ network: M, _ batch: Batch) throws -> Tensor
  ) throws {
    var norms = GradientNorms()
    for batch in batches {
      let probe = RecurrentProbe()
      _ = try valueAndGradients(of: network.probed(by: probe)) { try loss($0, batch) }
      norms.add(probe, where: counts)
    }
    try self.init(norms, count: count)
  }

  init(_ norms: GradientNorms, count: Int) throws {
    sequenceCount = count
    curves = norms.curves
    guard curves.isEmpty else { return }
    throw LembraError(
      .invalidOption, "the model has no recurrent layers, through which gradients could go back",
      remedy: "give an RNN, an LSTM or a GRU")
  }
}

extension GradientCurve {
  /// The distance from the end from which on the gradient is never again as large as this share of
  /// that at the end; nil if it is so as far back as there are steps.
  public func reach(ofShare share: Double) -> Int? {
    guard let first = norms.first, first > 0 else { return nil }
    let last = norms.lastIndex { $0 >= share * first } ?? 0
    return last + 1 < norms.count ? last + 1 : nil
  }
}

/// At most `most` of `count` places, evenly spread.
func spread(_ count: Int, atMost most: Int) -> [Int] {
  precondition(most >= 1, "spread: \(most) places")
  return count <= most ? Array(0..<count) : (0..<most).map { $0 * count / most }
}

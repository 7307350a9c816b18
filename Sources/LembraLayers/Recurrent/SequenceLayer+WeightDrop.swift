public import LembraTensor

extension SequenceLayer {
  /// This layer with elements of its recurrent weights set to 0 at random: weight drop, a
  /// DropConnect of the connections from one step to the next (Merity, Keskar and Socher,
  /// "Regularizing and optimizing LSTM language models", 2018; Wan et al., "Regularization of neural
  /// networks using DropConnect", 2013).
  ///
  /// It is made for one pass, so all its steps have the same connections:
  ///
  ///     let output = encoder.droppingWeights(0.5, key: key.folding(step))(batch).output
  ///
  /// What is dropped is every parameter called `weight_hh`, whatever the layer and the direction;
  /// what is kept is divided by `1 - rate`. Gradients flow to the weights of this layer.
  ///
  /// - Parameters:
  ///   - rate: the probability with which an element is dropped.
  ///   - key: names the masks; nil for none, as outside of training.
  /// - Returns: a layer for this pass, which shares all other parameters with this one.
  /// - Precondition: `0 ≤ rate ≤ 1`.
  public func droppingWeights(_ rate: Float, key: RandomKey?) -> Self {
    guard let key, rate > 0 else { return self }
    var dropped = self
    dropped.updateParameters { name, weight in
      guard name.name == "weight_hh" else { return }
      weight = weight.dropout(rate, key: key.folding(name.description))
    }
    return dropped
  }
}

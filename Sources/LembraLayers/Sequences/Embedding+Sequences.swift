public import LembraTensor

extension Embedding {
  /// The vectors of sequences of tokens, as a batch.
  ///
  /// - Parameter sequences: the tokens of each sequence, in any order of length.
  /// - Returns: sequences of the same lengths with D features.
  /// - Precondition: there is at least one sequence, and every token is in `0 ..< V`.
  public func callAsFunction(sequences: [[Int]]) -> SequenceBatch {
    let layout = SequenceLayout(lengths: sequences.map(\.count))
    return SequenceBatch(rows: self(layout.interleaving(sequences)), layout: layout)
  }

  /// The mean of the vectors of each sequence's tokens: a bag of words.
  ///
  /// It is ``SequencePooling/mean`` of the embedded sequences, to the bit, without a row for each
  /// token.
  ///
  /// - Parameter sequences: the tokens of each of N sequences.
  /// - Returns: `[N, D]`; zeros for a sequence without tokens.
  /// - Precondition: every token is in `0 ..< V`.
  /// - Note: Iyyer et al., "Deep unordered composition rivals syntactic methods for text
  ///   classification", 2015.
  public func averages(of sequences: [[Int]]) -> Tensor {
    weight.segmentMeans(Segments(sequences, rowCount: tokenCount))
  }

  /// The vectors of `tokens` with whole tokens dropped: those at which the mask of `key` is 0 have
  /// zeros wherever they occur, the others are divided by `1 - rate`.
  ///
  /// It is dropout on the rows of the table, of which only those that are looked up are computed.
  /// The same key drops the same tokens, whichever are looked up.
  ///
  /// - Parameters:
  ///   - tokens: the tokens.
  ///   - rate: the probability with which a token is dropped.
  ///   - key: names the mask; nil for none, as outside of training.
  /// - Returns: `[tokens.count, D]`.
  /// - Precondition: every token is in `0 ..< V`, and `0 ≤ rate ≤ 1`.
  /// - Note: Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent
  ///   neural networks", 2016; Merity, Keskar and Socher, "Regularizing and optimizing LSTM language
  ///   models", 2018.
  public func callAsFunction(_ tokens: [Int], dropout rate: Float, key: RandomKey?) -> Tensor {
    guard let key, rate > 0 else { return self(tokens) }
    let mask = Tensor(repeating: 1, shape: [tokenCount]).dropout(rate, key: key)
    return self(tokens) * mask.reshaped(to: [tokenCount, 1]).gatheringRows(tokens)
  }

  /// The vectors of sequences of tokens with whole tokens dropped; see
  /// ``callAsFunction(_:dropout:key:)``.
  public func callAsFunction(
    sequences: [[Int]], dropout rate: Float, key: RandomKey?
  ) -> SequenceBatch {
    let layout = SequenceLayout(lengths: sequences.map(\.count))
    return SequenceBatch(
      rows: self(layout.interleaving(sequences), dropout: rate, key: key), layout: layout)
  }
}

extension Embedding {
  /// The vectors of tokens as a batch whose rows recur, which recurrent layers read faster.
  ///
  /// - Parameters:
  ///   - tokens: one for each row of `layout`, in its order.
  ///   - layout: how the sequences are laid out.
  ///   - rate: the probability with which a token is dropped; see ``callAsFunction(_:dropout:key:)``.
  ///   - key: names the mask; nil for none.
  /// - Returns: the batch, whose table has the vectors of the distinct tokens.
  /// - Precondition: there is a token a row, each in `0 ..< V`.
  public func indexed(
    _ tokens: [Int], layout: SequenceLayout, dropout rate: Float = 0, key: RandomKey? = nil
  ) -> IndexedSequenceBatch {
    var places = [Int](repeating: -1, count: tokenCount)
    var distinct: [Int] = []
    let indices = tokens.map { token in
      precondition(
        token >= 0 && token < tokenCount, "indexed: there is no token \(token) in \(tokenCount)")
      if places[token] < 0 {
        places[token] = distinct.count
        distinct.append(token)
      }
      return places[token]
    }
    return IndexedSequenceBatch(
      table: self(distinct, dropout: rate, key: key), indices: indices, layout: layout)
  }
}

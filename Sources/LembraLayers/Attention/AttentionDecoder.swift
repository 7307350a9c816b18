public import LembraTensor

/// Recurrent layers that write a sequence while reading another.
///
/// A step reads the token before it and what it takes from the source, its context:
///
/// - Without a context, the source is known from the state before the first step alone (Sutskever,
///   Vinyals and Le, 2014).
/// - A summary of the whole source is read at every step (Cho et al., 2014).
/// - Additive attention asks with what the first layer has made of the token, and a second cell of
///   that layer reads the context: `s' = cell(token, s)`, `c = attention(s')`, `s = cell(c, s')`
///   (Bahdanau, Cho and Bengio, 2014, in the later form of their group, the conditional GRU; see
///   Sennrich et al., "Nematus", 2017).
/// - Other attention asks with the output of the last layer (Luong, Pham and Manning, 2015); with
///   input feeding the first layer reads the output before beside the token.
///
/// The output, R numbers, is `tanh(W [state; context; token])`; Luong's leaves out the token.
///
/// E is the size of a token's vector, H the units of a layer, P what a layer puts out, which is H unless
/// that is projected, and M the size of a row of the memory.
public struct AttentionDecoder: Module {
  /// What a step takes from the source.
  public enum Context: String, Hashable, Codable, CaseIterable, Sendable {
    case none
    case summary
    case additive
    case dot
    case general
    case concat

    /// The attention that makes the context.
    public var attention: Attention.Kind? { Attention.Kind(rawValue: rawValue) }
  }

  /// What the layers are.
  public struct Configuration: Hashable, Codable, Sendable {
    public var cell: RecurrentEncoder.Cell
    public var context: Context

    /// E, H, M and R.
    public var embeddingSize: Int
    public var hiddenSize: Int
    public var memorySize: Int
    public var outputSize: Int

    public var layerCount: Int

    /// Whether the output is fed back to the first layer.
    public var feedsInput: Bool

    /// Whether attention sees what was attended to so far.
    public var seesCoverage: Bool

    /// The dropout between layers.
    public var dropout: Float

    /// What sets the cells apart from plain ones; cells of the kind must have it.
    public var variant: LSTMCell.Variant

    public init(
      _ cell: RecurrentEncoder.Cell, context: Context, embeddingSize: Int, hiddenSize: Int,
      memorySize: Int, outputSize: Int, layerCount: Int = 1, feedsInput: Bool = false,
      seesCoverage: Bool = false, dropout: Float = 0, variant: LSTMCell.Variant = .plain
    ) {
      self.cell = cell
      self.context = context
      self.embeddingSize = embeddingSize
      self.hiddenSize = hiddenSize
      self.memorySize = memorySize
      self.outputSize = outputSize
      self.layerCount = layerCount
      self.feedsInput = feedsInput
      self.seesCoverage = seesCoverage
      self.dropout = dropout
      self.variant = variant
    }

    /// P.
    public var layerOutputSize: Int { variant.projectionSize ?? hiddenSize }

    /// The lengths of what the first state of a layer is made from: of its output and, if the cell remembers
    /// more than that, of its cell vector.
    public var firstStateSizes: [Int] {
      [layerOutputSize] + (cell.vectorCount > 0 ? [hiddenSize] : [])
    }

    /// Whether a second cell of the first layer reads the context.
    var isConditional: Bool { context == .additive }

    /// Whether attention asks with the last layer's output, so that there is one to feed back.
    package var asksLast: Bool { context.attention != nil && !isConditional }

    /// The number of parameters; in `Double`, where no size overflows.
    package var parameterCount: Double {
      let (top, memory, size) = (Double(layerOutputSize), Double(memorySize), Double(outputSize))
      func layer(_ inputs: Double) -> Double {
        RecurrentEncoder.Configuration(cell, hiddenSize: hiddenSize, variant: variant)
          .parameterCount(inputs: inputs)
      }
      let inputs = inputSizes.reduce(0.0) { $0 + Double($1) }
      let known = top + (context == .none ? 0 : memory) + (asksLast ? 0 : Double(embeddingSize))
      var count = layer(inputs) + Double(layerCount - 1) * layer(top) + size * (known + 1)
      if isConditional { count += layer(memory) }
      switch context {
      case .none, .summary, .dot: break
      case .general: count += top * memory
      case .additive: count += top * (top + memory + 2) + (seesCoverage ? top : 0)
      case .concat: count += top * (top + memory + 1) + (seesCoverage ? top : 0)
      }
      return count
    }

    /// The parts of the first layer's input.
    var inputSizes: [Int] {
      [embeddingSize] + (context == .summary ? [memorySize] : []) + (feedsInput ? [outputSize] : [])
    }

    /// What the output is made of.
    func known(top: Tensor, context: Tensor?, tokens: Tensor) -> Tensor {
      Tensor(
        concatenatingColumns: [top] + (context.map { [$0] } ?? []) + (asksLast ? [] : [tokens]))
    }

    /// Its size.
    var readSize: Int {
      layerOutputSize + (context == .none ? 0 : memorySize) + (asksLast ? 0 : embeddingSize)
    }
  }

  public let configuration: Configuration

  /// The layers, the first of which reads the tokens.
  public var cells: [ChosenCell]

  /// The cell of the first layer that reads the context of additive attention.
  public var contextCell: ChosenCell?

  public var attention: Attention?

  /// `W`, from what a step knows to its output.
  public var output: Linear

  /// Creates a decoder with random weights.
  ///
  /// - Precondition: sizes are above 0; only attention that asks with the last output feeds back; the cells
  ///   have what the variant asks for.
  public init(
    _ configuration: Configuration, initialization: RecurrentInitialization = .pytorch,
    initializer: Initializer? = nil, key: RandomKey
  ) {
    precondition(
      configuration.layerCount > 0 && (!configuration.feedsInput || configuration.asksLast),
      "AttentionDecoder: \(configuration)")
    self.configuration = configuration
    func cell(inputs: Int, _ key: RandomKey) -> ChosenCell {
      ChosenCell(
        configuration.cell, inputSize: inputs, hiddenSize: configuration.hiddenSize,
        variant: configuration.variant, initialization: initialization, key: key)
    }
    let top = configuration.layerOutputSize
    cells = (0..<configuration.layerCount).map { index in
      cell(
        inputs: index == 0 ? configuration.inputSizes.reduce(0, +) : top,
        key.folding("layer").folding(index))
    }
    if configuration.isConditional {
      contextCell = cell(inputs: configuration.memorySize, key.folding("context"))
    }
    attention = configuration.context.attention.map { kind in
      Attention(
        kind, querySize: top, memorySize: configuration.memorySize,
        seesCoverage: configuration.seesCoverage, key: key.folding("attention"))
    }
    output = Linear(
      inputSize: configuration.readSize, outputSize: configuration.outputSize,
      initializer: initializer, key: key.folding("output"))
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("cells", &cells)
    walk("context", &contextCell)
    walk("attention", &attention)
    walk("output", &output)
  }
}

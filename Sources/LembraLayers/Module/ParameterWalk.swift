public import LembraTensor

/// The place of a parameter in a module, such as `encoder.weight_ih_l0`.
///
/// The text is made only when it is asked for: a training step visits parameters without names.
public struct ParameterName: CustomStringConvertible, Sendable {
  let path: [String]
  let name: String
  let place: RecurrentPlace?

  public var description: String {
    (path + [name + (place?.suffix ?? "")]).joined(separator: ".")
  }
}

/// Where a parameter is in a stack of recurrent layers.
struct RecurrentPlace {
  let layer: Int
  let direction: Direction

  var suffix: String { "_l\(layer)" + (direction == .backward ? "_reverse" : "") }
}

/// One pass over the parameters of a module.
public struct ParameterWalk {
  private let body: (ParameterName, inout Tensor) -> Void
  private var path: [String] = []
  private var place: RecurrentPlace?

  /// The number of the recurrent layer being visited, which is part of its parameters' names.
  private var layer = 0

  /// What looks into the recurrent layers that are visited; usually nothing.
  private var probe: RecurrentProbe?

  /// Whether what looks into them is taken away.
  private var removesProbes = false

  init(_ body: @escaping (ParameterName, inout Tensor) -> Void) {
    self.body = body
  }

  /// A pass that changes no parameter and lets `probe` look into every recurrent layer.
  init(probe: RecurrentProbe) {
    self.init { _, _ in }
    self.probe = probe
  }

  /// A pass that changes no parameter and takes away what looks into recurrent layers.
  init(removingProbes: Bool) {
    self.init { _, _ in }
    removesProbes = removingProbes
  }

  /// Visits a parameter.
  public func callAsFunction(_ name: String, _ parameter: inout Tensor) {
    body(ParameterName(path: path, name: name, place: place), &parameter)
  }

  /// Visits an optional parameter, such as a bias.
  public func callAsFunction(_ name: String, _ parameter: inout Tensor?) {
    guard var present = parameter.take() else { return }
    self(name, &present)
    parameter = present
  }

  /// Visits the parameters of a submodule, whose names begin with `name` and a point.
  public mutating func callAsFunction(_ name: String, _ module: inout some Module) {
    path.append(name)
    module.visitParameters(&self)
    path.removeLast()
  }

  /// Visits the parameters of a submodule that may be missing.
  public mutating func callAsFunction(_ name: String, _ module: inout (some Module)?) {
    guard var present = module.take() else { return }
    self(name, &present)
    module = present
  }

  /// Visits the parameters of each submodule in an array, whose names begin with `name` and its
  /// index.
  public mutating func callAsFunction(_ name: String, _ modules: inout [some Module]) {
    path.append(name)
    for index in modules.indices { self(String(index), &modules[index]) }
    path.removeLast()
  }

  /// Visits a submodule whose parameters are named as if they were this module's own.
  mutating func callAsFunction(_ module: inout some Module) {
    module.visitParameters(&self)
  }

  /// Visits one recurrent layer of a stack.
  ///
  /// PyTorch numbers its parameters: `weight_ih_l1`.
  mutating func visit(layer index: Int, _ module: inout some Module) {
    let outer = layer
    layer = index
    module.visitParameters(&self)
    layer = outer
  }

  /// Visits the parts of a recurrent layer, whose names end with the layer's number and, when it
  /// reads backward, with `_reverse`, as PyTorch's do.
  mutating func visitRecurrent(_ direction: Direction, _ body: (inout ParameterWalk) -> Void) {
    let outer = place
    place = RecurrentPlace(layer: layer, direction: direction)
    body(&self)
    place = outer
  }

  /// Lets the probe of this pass, if there is one, look into the recurrent layer that is visited;
  /// `direction` is nil for a cell that is no layer by itself.
  func attach(_ own: inout LayerProbe?, _ direction: Direction?) {
    if removesProbes { own = nil }
    guard let probe else { return }
    let names = path + (direction.map { ["l\(layer)", $0.rawValue] } ?? [])
    own = LayerProbe(probe, layer: names.joined(separator: "."))
  }
}

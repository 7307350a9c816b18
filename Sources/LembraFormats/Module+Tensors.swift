public import LembraLayers
public import LembraTensor

extension Module {
  /// Replaces every parameter by the tensor of its name.
  ///
  /// The names are PyTorch's: `weight_ih_l0`, `rnn.weight_ih_l0_reverse`, `head.weight`. Nothing is
  /// replaced when a name is missing, left over or has another shape.
  ///
  /// - Parameters:
  ///   - tensors: what the parameters become.
  ///   - prefix: loads `prefix.weight` as `weight`, and leaves alone what begins otherwise. Without
  ///     one, all of `tensors` must be used.
  /// - Throws: `LembraError` with code `invalidFile` that lists every name that does not fit.
  public mutating func load(
    _ tensors: [String: Tensor], prefix: String? = nil
  ) throws(LembraError) {
    try load(tensors, prefix: prefix, path: nil)
  }

  /// Replaces every parameter by the tensor of its name in the `.safetensors` file at `path`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - prefix: as for ``load(_:prefix:)``.
  /// - Throws: `LembraError` with code `invalidFile` when the file is not sound or does not fit;
  ///   `notFound` or `fileSystem` when it cannot be read.
  public mutating func load(
    from path: String, prefix: String? = nil
  ) throws(LembraError) {
    try load(SafetensorsFile(readingFrom: path).tensors, prefix: prefix, path: path)
  }

  /// Writes every parameter under its name to a `.safetensors` file, atomically.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder or the disk refuses.
  public func save(to path: String, metadata: [String: String] = [:]) throws(LembraError) {
    try SafetensorsFile(tensors: namedParameters(), metadata: metadata).write(to: path)
  }

  /// The parameters by name, with `prefix` and a point before each name if there is one.
  ///
  /// - Precondition: no two parameters have the same name.
  public func namedParameters(prefix: String? = nil) -> [String: Tensor] {
    let start = prefix.map { $0 + "." } ?? ""
    return Dictionary(parameters.map { (start + $0.name, $0.value.detached) }) { _, _ in
      trap("Module: two parameters have the same name")
    }
  }

  private mutating func load(
    _ tensors: [String: Tensor], prefix: String?, path: String?
  ) throws(LembraError) {
    let start = prefix.map { $0 + "." } ?? ""
    var expected = namedParameters(prefix: prefix)
    var problems: [String] = []
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) where name.hasPrefix(start) {
      guard let parameter = expected.removeValue(forKey: name) else {
        problems.append("\(name) is unexpected")
        continue
      }
      if parameter.shape != tensor.shape {
        problems.append("\(name) has shape \(tensor.shape) instead of \(parameter.shape)")
      }
    }
    problems += expected.keys.sorted().map { "\($0) is missing" }
    guard problems.isEmpty else {
      throw LembraError(
        .invalidFile, "the weights do not fit the model: " + problems.joined(separator: ", "),
        remedy: "give the model the sizes and the names of the weights", at: .init(file: path))
    }
    updateParameters { name, parameter in
      if let tensor = tensors[start + name.description] { parameter = tensor.detached }
    }
  }
}

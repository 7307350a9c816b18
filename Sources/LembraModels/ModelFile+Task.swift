import LembraFormats
import LembraLayers
import LembraTensor

extension ModelFile {
  /// Reads the file of a model for a task.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when the model is for another task, or when a
  ///   weight is not finite.
  init(readingFrom path: String, task: String, noun: String) throws(LembraError) {
    try self.init(readingFrom: path)
    guard self.task == task else {
      throw LembraError(
        .invalidFile, "this is a model for the task \(self.task), and not \(noun)",
        remedy: "give a model made by train \(task)", at: .init(file: path))
    }
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      guard let index = tensor.firstNotFinite else { continue }
      throw LembraError(
        .invalidFile, "the weight at \(index) is \(tensor.elements[index])",
        remedy: "train the model again, or use an undamaged copy",
        at: .init(file: path, name: name))
    }
  }

  /// Builds the network that the file describes.
  ///
  /// - Parameters:
  ///   - count: the number of its weights, which is judged before the network is built; nil for more than
  ///     there may be.
  ///   - path: the file.
  ///   - blank: builds it with zeros for weights.
  /// - Returns: the network with the weights of the file.
  /// - Throws: `LembraError` with code `invalidFile` when the file's weights are not those of this network.
  func network<Network: Module>(
    weightCount count: Int?, path: String, _ blank: () -> Network
  ) throws(LembraError) -> Network {
    let own = tensors.values.reduce(0) { $0 + $1.shape.count }
    guard own == count else {
      throw Self.inconsistent("\(own) weights do not make the network it describes", path: path)
    }
    var network = blank()
    do {
      try network.load(tensors)
      return network
    } catch {
      var error = error
      error.location.file = path
      throw error
    }
  }

  /// The error of a file whose parts contradict each other.
  static func inconsistent(_ what: String, path: String) -> LembraError {
    LembraError(
      .invalidFile, "the model is inconsistent: \(what)",
      remedy: "train the model again, or use an undamaged copy", at: .init(file: path))
  }

  /// Runs a check of what the file describes, whose failures are those of the file.
  static func checking(
    path: String, _ body: () throws(LembraError) -> Void
  ) throws(LembraError) {
    do {
      try body()
    } catch {
      throw inconsistent(
        "\(error.location.name.map { "its \($0): " } ?? "")\(error.message)", path: path)
    }
  }
}

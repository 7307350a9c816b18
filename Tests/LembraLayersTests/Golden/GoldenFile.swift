import Foundation
import LembraFormats
import LembraLayers
import LembraTensor
import Testing

/// The values that PyTorch computed for one layer; see `Fixtures/make_golden.py`.
struct GoldenFile {
  let weightsPath: String
  let tensors: [String: Tensor]
  let lengths: [Int]
  private let metadata: [String: String]

  init(_ name: String) throws {
    func path(_ name: String) throws -> String {
      try #require(
        Bundle.module.url(
          forResource: "Fixtures/" + name, withExtension: "safetensors")
      ).path
    }
    weightsPath = try path(name + ".weights")
    let file = try SafetensorsFile(readingFrom: path(name + ".values"))
    tensors = file.tensors
    metadata = file.metadata
    lengths = try Self.numbers("lengths", file.metadata)
  }

  /// The whole numbers under `name` in the metadata.
  func numbers(_ name: String) throws -> [Int] { try Self.numbers(name, metadata) }

  private static func numbers(_ name: String, _ metadata: [String: String]) throws -> [Int] {
    try #require(metadata[name], "\(name)").split(separator: " ").compactMap { Int($0) }
  }

  func tensor(_ name: String) throws -> Tensor { try #require(tensors[name], "\(name)") }

  /// The first states of each layer and direction, those of `hidden` before those of `cell`.
  func states(_ name: String) throws -> [Tensor]? {
    guard tensors[name] != nil else { return nil }
    let tensor = try tensor(name)
    let shape = tensor.shape.removing(0)
    return (0..<tensor.shape[0]).map { tensor.rows($0..<$0 + 1).reshaped(to: shape) }
  }
}

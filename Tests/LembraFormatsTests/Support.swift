import Foundation
import LembraTensor
import Testing

func fixture(_ name: String) throws -> String {
  try #require(Bundle.module.path(forResource: "Fixtures/" + name, ofType: nil))
}

/// A safetensors file with this header and this many zero bytes behind it.
func safetensors(_ header: String, data: Int = 0) -> [UInt8] {
  let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init)
  return length + Array(header.utf8) + Array(repeating: 0, count: data)
}

/// Runs `body` and returns the error it throws.
func failure(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) throws -> LembraError {
  try #require(
    throws: LembraError.self, sourceLocation: sourceLocation, performing: body)
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

import LembraTensor

/// Token ids of two or four bytes each, in memory or in a temporary file mapped into it.
final class TokenStorage: @unchecked Sendable {
  /// The number of ids.
  let count: Int
  /// Whether the ids are in a file.
  var isMapped: Bool { if case .mapped = content { true } else { false } }

  private let width: Int
  private let content: Content

  fileprivate enum Content {
    case memory([UInt8])
    /// Nothing writes to the memory, so every thread may read it.
    case mapped(UnsafeRawBufferPointer)
  }

  fileprivate init(count: Int, width: Int, content: Content) {
    self.count = count
    self.width = width
    self.content = content
  }

  deinit {
    if case .mapped(let buffer) = content {
      munmap(UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count)
    }
  }

  /// Appends the ids at `range` to `ids`.
  func append(_ range: Range<Int>, to ids: inout [Int]) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count,
      "tokens \(range) are not all among \(count)")
    func append(_ bytes: UnsafeRawBufferPointer) {
      if width == 2 {
        for place in range {
          ids.append(Int(bytes.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)))
        }
      } else {
        for place in range {
          ids.append(Int(bytes.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)))
        }
      }
    }
    switch content {
    case .memory(let bytes): bytes.withUnsafeBytes(append)
    case .mapped(let buffer): append(buffer)
    }
  }

  /// Gathers ids, and moves to a temporary file once they take more than so many bytes.
  struct Builder: ~Copyable {
    private let width: Int
    private let memoryLimit: Int
    private var bytes: [UInt8] = []
    private var file: TemporaryFile?
    private var fileSize = 0

    /// For ids from 0 to `vocabularySize - 1`.
    init(vocabularySize: Int, memoryLimit: Int) {
      width = vocabularySize <= 1 << 16 ? 2 : 4
      self.memoryLimit = memoryLimit
    }

    mutating func append(_ ids: [Int]) throws(LembraError) {
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: ids.count * width))
      bytes.withUnsafeMutableBytes { [width] bytes in
        for (place, id) in ids.enumerated() {
          if width == 2 {
            let id = UInt16(truncatingIfNeeded: id)
            bytes.storeBytes(of: id, toByteOffset: start + 2 * place, as: UInt16.self)
          } else {
            let id = UInt32(truncatingIfNeeded: id)
            bytes.storeBytes(of: id, toByteOffset: start + 4 * place, as: UInt32.self)
          }
        }
      }
      if bytes.count > memoryLimit || (file != nil && bytes.count > 1 << 20) { try flush() }
    }

    private mutating func flush() throws(LembraError) {
      if file == nil { file = try TemporaryFile() }
      try file?.append(bytes[...])
      fileSize += bytes.count
      bytes.removeAll(keepingCapacity: memoryLimit <= 1 << 20)
    }

    consuming func storage() throws(LembraError) -> TokenStorage {
      guard fileSize > 0 else {
        return TokenStorage(count: bytes.count / width, width: width, content: .memory(bytes))
      }
      try flush()
      guard let mapped = try file?.mapped(fileSize) else {
        return TokenStorage(count: 0, width: width, content: .memory([]))
      }
      return TokenStorage(count: fileSize / width, width: width, content: .mapped(mapped))
    }
  }
}

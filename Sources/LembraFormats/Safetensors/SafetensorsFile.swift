#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

public import LembraTensor

/// Named tensors and texts, as a `.safetensors` file holds them.
///
///     var file = SafetensorsFile(tensors: ["weight": weight])
///     file.metadata["source"] = "a lecture"
///     try file.write(to: "weights.safetensors")
///
/// The format is that of <https://huggingface.co/docs/safetensors>. Elements of the types `F16`,
/// `BF16` and `F64` become `Float` when they are read.
public struct SafetensorsFile: Sendable {
  public var tensors: [String: Tensor]

  /// Free-form texts: the format's `__metadata__`.
  public var metadata: [String: String]

  public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads the file at `path`.
  ///
  /// The elements are read straight into the tensors, so no second copy of the file is in memory.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when the file is truncated, inconsistent, of
  ///   another kind, too large for this machine, or holds integers; `notFound` or `fileSystem` when
  ///   it cannot be read.
  public init(readingFrom path: String) throws(LembraError) {
    let file = try FileInput(path: path)
    try self.init(SafetensorsHeader(reading: file), of: file)
  }

  /// Reads what a header tells of.
  init(_ header: SafetensorsHeader, of file: borrowing FileInput) throws(LembraError) {
    try Self.checkMemory(for: header, path: file.path)
    tensors = [:]
    metadata = header.metadata
    for entry in header.entries {
      tensors[entry.name] = try Self.tensor(entry, in: file, header.dataOffset)
    }
  }

  private static func tensor(
    _ entry: SafetensorsHeader.Entry, in file: borrowing FileInput, _ dataOffset: Int
  ) throws(LembraError) -> Tensor {
    guard ElementType.readable.contains(entry.elementType) else {
      throw LembraError(
        .invalidFile, "elements of the type \(entry.elementType.rawValue) cannot be read",
        remedy: "convert them to \(SafetensorsHeader.Parser.readableTypes) or leave the tensor out",
        at: .init(file: file.path, name: entry.name))
    }
    let start = dataOffset + entry.bytes.lowerBound
    // The elements are all written below, or the tensor is never seen.
    var tensor = Tensor(shape: entry.shape) { _ in }
    var failure: LembraError?
    tensor.withMutableElements { out in
      do throws(LembraError) {
        try read(entry.elementType, entry.shape.count, from: file, at: start, to: out)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return tensor
  }

  private static func read(
    _ type: ElementType, _ count: Int, from file: borrowing FileInput, at start: Int,
    to out: UnsafeMutablePointer<Float>
  ) throws(LembraError) {
    if type == .float32 {
      let buffer = UnsafeMutableRawBufferPointer(start: out, count: count * type.byteCount)
      return try file.read(into: buffer, at: start)
    }
    let chunk = 65_536
    for first in stride(from: 0, to: count, by: chunk) {
      let part = min(chunk, count - first)
      let bytes = try file.bytes(part * type.byteCount, at: start + first * type.byteCount)
      bytes.withUnsafeBytes { type.convert($0, to: out + first, count: part) }
    }
  }

  /// Throws when the tensors cannot fit into memory, before any is allocated.
  private static func checkMemory(
    for header: SafetensorsHeader, path: String
  ) throws(LembraError) {
    let memory = MemoryLimit.bytes
    let needed = header.entries.reduce(0 as Double) { $0 + 4 * Double($1.shape.count) }
    guard needed <= memory else {
      throw LembraError(
        .invalidFile,
        "the tensors need \(Int(needed / 0x1p20)) MiB and there are \(Int(memory / 0x1p20))",
        remedy: "use a machine with more memory or a smaller file", at: .init(file: path))
    }
  }
}

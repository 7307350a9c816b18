public import LembraTensor

#if !_endian(little)
  #error("safetensors files are little-endian and written as they lie in memory")
#endif

extension SafetensorsFile {
  /// Writes the file to `path`, atomically: an earlier file stays until the new one is complete.
  ///
  /// Tensors and texts are ordered by name, so equal contents make equal files, byte by byte.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder or the disk refuses.
  /// - Precondition: no tensor is called `__metadata__`.
  public func write(to path: String) throws(LembraError) {
    let ordered = tensors.sorted { $0.key < $1.key }
    let header = headerBytes(of: ordered)
    try AtomicFile.write(to: path) { output throws(LembraError) in
      try output.append(header)
      for (_, tensor) in ordered {
        var failure: LembraError?
        tensor.withElements { elements in
          do throws(LembraError) {
            let count = tensor.shape.count * ElementType.float32.byteCount
            try output.append(UnsafeRawBufferPointer(start: elements, count: count))
          } catch {
            failure = error
          }
        }
        if let failure { throw failure }
      }
    }
  }

  /// The length of the header and the header, padded so that the elements begin at a multiple of 8.
  private func headerBytes(of ordered: [(key: String, value: Tensor)]) -> [UInt8] {
    precondition(
      tensors["__metadata__"] == nil, "SafetensorsFile: no tensor may be called __metadata__")
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
        .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for (name, tensor) in ordered {
      let end = offset + tensor.shape.count * ElementType.float32.byteCount
      let extents = tensor.shape.extents.map(String.init).joined(separator: ",")
      members.append(
        Self.quoted(name)
          + ":{\"dtype\":\"F32\",\"shape\":[\(extents)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header.append(contentsOf: repeatElement(0x20, count: -header.count & 7))
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init)
    return length + header
  }

  /// `text` as a JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

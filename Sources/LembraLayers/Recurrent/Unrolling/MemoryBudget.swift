public import LembraTensor

/// How much memory something may take.
public struct MemoryBudget: Hashable, Sendable {
  /// The number of bytes.
  public let bytes: Int

  /// - Precondition: `bytes` is above 0.
  public init(bytes: Int) {
    precondition(bytes > 0, "MemoryBudget: \(bytes) bytes")
    self.bytes = bytes
  }

  /// Reads a number with a unit, such as `128MB`, `1.5 GB` or `512MiB`.
  ///
  /// - Throws: `LembraError` with code `invalidOption` unless it is a number above 0 and a unit.
  public init(_ text: String) throws(LembraError) {
    let number = text.prefix { $0.isNumber || $0 == "." }
    let name = text.dropFirst(number.count).filter { $0 != " " }.lowercased()
    guard let value = Double(number), let unit = Self.units.first(where: { $0.name == name }),
      case let bytes = value * unit.bytes, bytes >= 1, bytes < 0x1p62
    else {
      throw LembraError(
        .invalidOption, "\"\(text)\" is no amount of memory",
        remedy: "give a number and a unit, such as 128MB or 1GB")
    }
    self.init(bytes: Int(bytes))
  }

  private static let units: [(name: String, bytes: Double)] = [
    ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12),
    ("kib", 0x1p10), ("mib", 0x1p20), ("gib", 0x1p30), ("tib", 0x1p40),
  ]
}

extension MemoryBudget: Codable {
  private enum CodingKeys: CodingKey { case bytes }

  /// - Throws: `DecodingError` unless the number of bytes is above 0.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let bytes = try container.decode(Int.self, forKey: .bytes)
    guard bytes > 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .bytes, in: container, debugDescription: "\(bytes) is no amount of memory")
    }
    self.init(bytes: bytes)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(bytes, forKey: .bytes)
  }
}

extension MemoryBudget: CustomStringConvertible {
  /// Such as `128 MB`.
  public var description: String {
    for (name, size) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)]
    where bytes % size == 0 { return "\(bytes / size) \(name)" }
    return "\(bytes) bytes"
  }
}

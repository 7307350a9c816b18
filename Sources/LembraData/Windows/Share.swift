public import LembraTensor

/// How many rows of a series go into one of its parts: a number, or a percentage of all rows.
public enum Share: Hashable, Sendable {
  case rows(Int)
  /// 0 to 100.
  case percent(Double)

  public static let none = Share.rows(0)

  /// Reads `100` or `20%`.
  ///
  /// - Parameters:
  ///   - text: what the user wrote.
  ///   - option: the name of the option, for the message.
  /// - Throws: `LembraError` when `text` is neither a number of rows nor a percentage.
  public init(parsing text: String, option: String? = nil) throws(LembraError) {
    let isPercentage = text.hasSuffix("%")
    let number = isPercentage ? String(text.dropLast()) : text
    if isPercentage, let value = DecimalMark.point.number(number), (0...100).contains(value) {
      self = .percent(value)
    } else if !isPercentage, let count = Int(number), count >= 0 {
      self = .rows(count)
    } else {
      throw LembraError(
        .invalidOption, "\(quoted(text)) is neither a number of rows nor a percentage",
        remedy: "write a whole number such as 100, or a percentage such as 20%",
        at: .init(name: option))
    }
  }

  /// The rows that this share is of `total`, rounded to the nearest; never fewer than one of a
  /// percentage above zero.
  public func count(of total: Int) -> Int {
    switch self {
    case .rows(let count): max(0, count)
    case .percent(let percent):
      max(percent > 0 ? 1 : 0, Int((Double(total) * min(max(0, percent), 100) / 100).rounded()))
    }
  }
}

extension Share: CustomStringConvertible {
  public var description: String {
    switch self {
    case .rows(let count): "\(count)"
    case .percent(let percent):
      percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
    }
  }
}

extension Share: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

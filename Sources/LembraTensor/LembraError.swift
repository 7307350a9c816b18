/// A failure that comes from the world: a file, a flag, the data, a request.
///
/// Mistakes in a program (shapes that do not match, an index out of range) trap instead.
public struct LembraError: Error, Hashable, Sendable {
  /// What kind of failure this is, for programs that decide on it.
  public struct Code: Hashable, Sendable {
    public let name: String

    /// Something in a file or in a table of data is not what it must be.
    public static let invalidData = Code(name: "invalidData")
    /// A file, a column or a parameter that was asked for does not exist.
    public static let notFound = Code(name: "notFound")
    /// A file is truncated, inconsistent or of a kind that Lembra does not read.
    public static let invalidFile = Code(name: "invalidFile")
    /// The file system refused: no permission, no space, a read-only folder.
    public static let fileSystem = Code(name: "fileSystem")
    /// An option or a configuration has a value that cannot be used.
    public static let invalidOption = Code(name: "invalidOption")
    /// Training met a loss or a gradient that is not a finite number.
    public static let notFinite = Code(name: "notFinite")
    /// The user asked to stop.
    public static let interrupted = Code(name: "interrupted")

    package init(name: String) {
      self.name = name
    }
  }

  /// Where the failure was found, as far as it is known.
  public struct Location: Hashable, Sendable {
    public var file: String?
    /// The line of `file`, counted from 1.
    public var line: Int?
    public var column: String?
    /// The name of a parameter or of an option.
    public var name: String?

    public init(
      file: String? = nil, line: Int? = nil, column: String? = nil, name: String? = nil
    ) {
      self.file = file
      self.line = line
      self.column = column
      self.name = name
    }
  }

  public var code: Code
  /// What is wrong, without a full stop.
  public var message: String
  /// What to do about it, without a full stop.
  public var remedy: String
  public var location: Location

  public init(_ code: Code, _ message: String, remedy: String, at location: Location = Location()) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.location = location
  }
}

extension LembraError: CustomStringConvertible {
  /// The location, the message and the remedy: `data.csv:12, column CO2: message; remedy`.
  public var description: String {
    var place = location.file ?? ""
    if let line = location.line { place += place.isEmpty ? "line \(line)" : ":\(line)" }
    if let column = location.column { place += (place.isEmpty ? "" : ", ") + "column \(column)" }
    if let name = location.name { place += (place.isEmpty ? "" : ", ") + name }
    return (place.isEmpty ? "" : place + ": ") + message + "; " + remedy
  }
}

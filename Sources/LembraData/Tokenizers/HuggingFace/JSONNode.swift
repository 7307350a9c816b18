import LembraTensor

/// A value in a JSON document, and where it stands, for messages.
struct JSONNode {
  let value: JSONValue
  /// Such as `pre_tokenizer.pretokenizers.1`.
  let path: String
  let file: String?

  func fault(
    _ what: String, remedy: String = "save the tokenizer again with the program it came from"
  ) -> LembraError {
    LembraError(
      .invalidFile, what, remedy: remedy,
      at: .init(file: file, name: path.isEmpty ? nil : path))
  }

  private func child(_ name: String, _ value: JSONValue) -> JSONNode {
    JSONNode(value: value, path: path.isEmpty ? name : path + "." + name, file: file)
  }

  private func mismatch(_ wanted: String) -> LembraError {
    fault("this is \(value.kind), where \(wanted) must stand")
  }

  // MARK: - Members

  /// The member `name`, or nothing when it is missing or null.
  func optional(_ name: String) throws(LembraError) -> JSONNode? {
    guard case .object(let members) = value else { throw mismatch("an object") }
    let found = members.filter { $0.name == name }
    guard found.count <= 1 else { throw fault("\(name) is there twice") }
    guard let member = found.first else { return nil }
    if case .null = member.value { return nil }
    return child(name, member.value)
  }

  func member(_ name: String) throws(LembraError) -> JSONNode {
    guard let member = try optional(name) else { throw fault("\(name) is missing") }
    return member
  }

  /// Throws when there are members that are not among `names`, and which could change the result.
  func checkMembers(_ names: [String]) throws(LembraError) {
    guard case .object(let members) = value else { throw mismatch("an object") }
    for member in members where !names.contains(member.name) {
      throw fault(
        "the option \(quoted(member.name)) is not supported",
        remedy: "remove it, if the tokenizer means the same without it")
    }
  }

  // MARK: - Values

  func string() throws(LembraError) -> String {
    guard case .string(let text) = value else { throw mismatch("a text") }
    return text
  }

  func string(_ name: String) throws(LembraError) -> String { try member(name).string() }

  /// The text `name`, or `other` where it is missing.
  func string(_ name: String, or other: String) throws(LembraError) -> String {
    try optional(name)?.string() ?? other
  }

  /// The one scalar of the text `name`.
  func scalar(_ name: String) throws(LembraError) -> UInt32 {
    let node = try member(name)
    let scalars = Array(try node.string().unicodeScalars)
    guard scalars.count == 1 else { throw node.fault("this must be one character") }
    return scalars[0].value
  }

  func bool(_ name: String, or other: Bool? = nil) throws(LembraError) -> Bool {
    if let other, try optional(name) == nil { return other }
    let node = try member(name)
    guard case .bool(let flag) = node.value else { throw node.mismatch("true or false") }
    return flag
  }

  func integer() throws(LembraError) -> Int {
    guard case .number(let number) = value, let integer = Int(exactly: number), integer >= 0 else {
      throw mismatch("a number from 0 on")
    }
    return integer
  }

  func integer(_ name: String) throws(LembraError) -> Int { try member(name).integer() }

  func number() throws(LembraError) -> Double {
    guard case .number(let number) = value else { throw mismatch("a number") }
    return number
  }

  func list() throws(LembraError) -> [JSONNode] {
    guard case .array(let values) = value else { throw mismatch("a list") }
    return values.enumerated().map { child("\($0)", $1) }
  }

  func list(_ name: String) throws(LembraError) -> [JSONNode] { try member(name).list() }

  /// The members of an object.
  func members() throws(LembraError) -> [(name: String, node: JSONNode)] {
    guard case .object(let members) = value else { throw mismatch("an object") }
    return members.map { ($0.name, child($0.name, $0.value)) }
  }
}

import LembraTensor

/// Turns lines of JSON objects into labelled texts.
struct LabelledTextObjects {
  let options: LabelledTextOptions
  let file: String?

  func texts(_ text: TextBytes) throws(LembraError) -> LabelledTexts {
    var builder = LabelledTextBuilder(options: options, file: file)
    var columns: (text: String, label: String?)?
    for line in text.lines where !text.bytes.trimmed(line.range).isEmpty {
      let object = try object(in: text.bytes, line)
      if columns == nil { columns = try self.columns(of: object, line: line.number) }
      guard let (textName, labelName) = columns else { continue }
      let label = labelName.flatMap { object[$0] } ?? .null
      try builder.append(
        self.text(object, textName, line: line.number),
        labels: labels(label, labelName ?? "", line: line.number), line: line.number)
    }
    guard let columns else {
      throw LembraError(
        .invalidData, "the file is empty",
        remedy: "give a file with an object a line, such as {\"text\": \"…\", \"label\": \"…\"}",
        at: .init(file: file))
    }
    return try builder.texts(textColumn: columns.text, labelColumn: columns.label, remarks: [])
  }

  private func object(
    in bytes: [UInt8], _ line: LineRanges.Line
  ) throws(LembraError) -> JSONScanner.Object {
    do throws(JSONScanner.Fault) {
      var scanner = JSONScanner(bytes, line.range)
      return try scanner.object()
    } catch {
      let isArray = bytes[bytes.trimmed(line.range)].first == UInt8(ascii: "[")
      throw LembraError(
        .invalidData, "\(error.reason) (byte \(error.offset + 1) of the line)",
        remedy: isArray
          ? "write an object a line; jq -c '.[]' makes that of an array"
          : "mend the JSON; each line is an object of its own",
        at: .init(file: file, line: line.number))
    }
  }

  // MARK: - The columns

  private func columns(
    of object: JSONScanner.Object, line: Int
  ) throws(LembraError) -> (text: String, label: String?) {
    let names = object.names
    func usual(_ usual: [String], besides other: String?) -> String? {
      usual.lazy.compactMap { name in
        names.first { $0.lowercased() == name && $0 != other }
      }.first
    }
    func required(_ name: String) throws(LembraError) -> String {
      guard names.contains(name) else { throw .missingColumn(name, among: names, file: file) }
      return name
    }
    var text = try options.textColumn.map(required)
    let label =
      options.labelColumn ?? usual(LabelledTextOptions.labelNames, besides: text)
    text = text ?? usual(LabelledTextOptions.textNames, besides: label)
    if let label, options.requiresLabels { _ = try required(label) }
    let isMissing = (text: text == nil, label: label == nil && options.requiresLabels)
    guard let text, !isMissing.label, text != label else {
      let (what, flag) = isMissing.text ? ("texts", "--text") : ("labels", "--label")
      throw LembraError(
        .invalidOption, "it is not clear which member of the objects holds the \(what)",
        remedy: "name it with \(flag): the members are \(listed(names))",
        at: .init(file: file, line: line))
    }
    return (text, label)
  }

  // MARK: - The values

  private func text(
    _ object: JSONScanner.Object, _ name: String, line: Int
  ) throws(LembraError) -> String {
    switch object[name] {
    case .string(let text): return text
    case .null: return ""
    case nil:
      throw failure(
        "this object has no member \(quoted(name)); it has \(listed(object.names))", name,
        remedy: "add the text, or remove the line", line: line)
    default:
      throw failure("the text is no string", name, remedy: "put it in quotation marks", line: line)
    }
  }

  private func labels(
    _ value: JSONScanner.Value, _ name: String, line: Int
  ) throws(LembraError) -> [String] {
    switch value {
    case .null: return []
    case .string(let cell): return options.labels(in: cell)
    case .number(let text): return [text]
    case .boolean(let value): return [value ? "true" : "false"]
    case .array(let values):
      var labels: [String] = []
      for value in values {
        if case .array = value { throw notALabel(name, line: line) }
        labels += try self.labels(value, name, line: line)
      }
      return options.distinct(labels)
    case .object: throw notALabel(name, line: line)
    }
  }

  private func notALabel(_ name: String, line: Int) -> LembraError {
    failure(
      "an object or an array of arrays is no label", name,
      remedy: "write a string, a number, true or false, or an array of these", line: line)
  }

  private func failure(
    _ message: String, _ column: String, remedy: String, line: Int
  ) -> LembraError {
    LembraError(
      .invalidData, message, remedy: remedy, at: .init(file: file, line: line, column: column))
  }
}

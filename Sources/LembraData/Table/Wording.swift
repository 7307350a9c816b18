import LembraTensor

extension LembraError {
  /// A column that does not exist, with the nearest spelling among those that do.
  static func missingColumn(_ name: String, among names: [String], file: String?) -> LembraError {
    let list = names.isEmpty ? "there are no columns" : "the columns are \(listed(names))"
    let guess = nearestSpelling(of: name, in: names).map { "did you mean \(quoted($0))? " } ?? ""
    return LembraError(
      .notFound, "there is no column \(quoted(name))", remedy: guess + list,
      at: .init(file: file))
  }
}

/// `text` in quotation marks, on one line and not longer than a message can bear.
func quoted(_ text: String) -> String {
  let line = text.map { $0.isNewline ? " " : String($0) }.joined()
  return "'" + (line.count > 40 ? line.prefix(40) + "…" : line) + "'"
}

/// The first names of a list and how many more there are.
func listed(_ names: [String]) -> String {
  let shown = names.prefix(20).joined(separator: ", ")
  return names.count > 20 ? shown + " and \(names.count - 20) more" : shown
}

/// `1 row`, `2 rows`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// Returns the name that `text` most likely means, or nothing when none is near.
///
/// Capitals make no difference; otherwise a third of the letters may be wrong, missing or extra.
package func nearestSpelling(of text: String, in names: [String]) -> String? {
  let wanted = Array(text.lowercased())
  let distances = names.map { (name: $0, distance: editDistance(wanted, Array($0.lowercased()))) }
  guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
  return nearest.distance <= max(1, wanted.count / 3) ? nearest.name : nil
}

/// The number of insertions, deletions and substitutions between two texts (Levenshtein, 1966).
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
  var distances = Array(0...right.count)
  for (row, letter) in left.enumerated() {
    var diagonal = distances[0]
    distances[0] = row + 1
    for (column, other) in right.enumerated() {
      let substitution = diagonal + (letter == other ? 0 : 1)
      diagonal = distances[column + 1]
      distances[column + 1] = min(substitution, distances[column] + 1, diagonal + 1)
    }
  }
  return distances[right.count]
}

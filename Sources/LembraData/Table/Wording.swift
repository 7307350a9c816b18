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
package func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// Returns the name that `text` most likely means, or nothing when none is near.
///
/// Capitals make no difference; otherwise as many letters as `limit` says may be wrong, missing,
/// extra or swapped with the next, or a third of them without one.
package func nearestSpelling(
  of text: String, in names: [String], within limit: Int? = nil
) -> String? {
  let wanted = Array(text.lowercased())
  let distances = names.map { (name: $0, distance: editDistance(wanted, Array($0.lowercased()))) }
  guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
  return nearest.distance <= limit ?? max(1, wanted.count / 3) ? nearest.name : nil
}

/// The number of insertions, deletions, substitutions and swaps of neighbours between two texts
/// (Damerau, 1964; no letter is edited twice).
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for (row, letter) in left.enumerated() {
    var distances = [row + 1]
    for (column, other) in right.enumerated() {
      let substitution = last[column] + (letter == other ? 0 : 1)
      var distance = min(substitution, distances[column] + 1, last[column + 1] + 1)
      if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
        distance = min(distance, beforeLast[column - 1] + 1)
      }
      distances.append(distance)
    }
    (beforeLast, last) = (last, distances)
  }
  return last[right.count]
}

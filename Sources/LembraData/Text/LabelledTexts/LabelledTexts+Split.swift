public import LembraTensor

extension LabelledTexts {
  /// Splits off texts to choose a model by, drawn so that every label has its share of them.
  ///
  /// Texts with the same labels are a group. Each group gives the same share, rounded so that the
  /// part has exactly as many texts as asked for (largest remainders; of equal ones, those of the
  /// labels that come first in the file). No group gives its last text as long as another can give
  /// one more. The draw depends on `key` alone; both parts keep the order of the file.
  ///
  /// - Parameters:
  ///   - validation: the texts to split off, a number or a percentage of all; possibly none.
  ///   - key: the key of the draw.
  /// - Returns: the texts to train on, and those that were split off.
  /// - Throws: `LembraError` when no text would be left.
  public func split(
    validation: Share, key: RandomKey
  ) throws(LembraError) -> (training: LabelledTexts, validation: LabelledTexts) {
    let total = try validation.checkedCount(of: count, noun: "text", file: file)
    var generator = RandomGenerator(key)
    var drawn: [Int] = []
    let groups = groups()
    for (group, count) in zip(groups, shares(of: total, among: groups.map(\.count))) {
      drawn += shuffledIndices(group.count, using: &generator).prefix(count).map { group[$0] }
    }
    let held = Set(drawn)
    return (
      subset(texts.indices.filter { !held.contains($0) }),
      subset(texts.indices.filter { held.contains($0) })
    )
  }

  /// The texts of each set of labels, in the order in which the sets come first.
  private func groups() -> [[Int]] {
    var places: [[String]: Int] = [:]
    var groups: [[Int]] = []
    for (index, labels) in labels.enumerated() {
      let place = places[labels.sorted(), default: groups.count]
      if place == groups.count {
        places[labels.sorted()] = place
        groups.append([])
      }
      groups[place].append(index)
    }
    return groups
  }
}

/// Divides `total` among groups in proportion to their sizes, by largest remainders.
private func shares(of total: Int, among sizes: [Int]) -> [Int] {
  let sum = sizes.reduce(0, +)
  let products = sizes.map { $0.multipliedFullWidth(by: total) }
  let quotas = products.map { sum.dividingFullWidth($0) }
  var counts = quotas.map(\.quotient)
  let byRemainder = sizes.indices.sorted {
    (quotas[$1].remainder, $0) < (quotas[$0].remainder, $1)
  }
  var rest = total - counts.reduce(0, +)
  // First none gives its last, and only if that is not enough, some do.
  for kept in [1, 0] {
    var before = rest + 1
    while rest < before {
      before = rest
      for group in byRemainder where rest > 0 && counts[group] + kept < sizes[group] {
        counts[group] += 1
        rest -= 1
      }
    }
  }
  return counts
}

extension Share {
  /// The number that this share is of `total` things, less than all of them.
  func checkedCount(of total: Int, noun: String, file: String?) throws(LembraError) -> Int {
    let count = count(of: total)
    guard count < total || count == 0 else {
      throw LembraError(
        .invalidOption,
        "\(self) is held back for validation, and there "
          + (total == 1 ? "is 1 \(noun)" : "are \(total) \(noun)s"),
        remedy: "hold back less", at: .init(file: file, name: "validation"))
    }
    return count
  }
}

/// What the scores have in common that sacreBLEU defines.
enum SacreBLEU {
  /// The version whose scores these are, and who computed them.
  private static let version = "2.6.0+lembra"

  /// The settings of a score as sacreBLEU prints them.
  ///
  /// - Parameters:
  ///   - references: the number of references of every sentence; nil if sentences differ.
  ///   - isLowercased: whether texts were lowercased.
  ///   - settings: those of the metric.
  /// - Returns: such as `nrefs:1|case:mixed|…|version:…`.
  static func signature(references: Int?, isLowercased: Bool, _ settings: String) -> String {
    "nrefs:\(references.map(String.init) ?? "var")|case:\(isLowercased ? "lc" : "mixed")"
      + "|\(settings)|version:\(version)"
  }

  /// The number of references of every sentence of two corpora, each with the number of its
  /// sentences and that of the references of each of them.
  static func references(
    _ a: (sentences: Int, references: Int?), _ b: (sentences: Int, references: Int?)
  ) -> Int? {
    if a.sentences == 0 { return b.references }
    return b.sentences == 0 || a.references == b.references ? a.references : nil
  }
}

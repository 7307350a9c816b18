import LembraData
import LembraTensor
import LembraTraining

extension TaggedSentences {
  /// The scheme of the tags; nil where they mark no spans.
  ///
  /// - Throws: `LembraError` with the line of a tag when spans begin in two ways.
  func scheme() throws(LembraError) -> TagScheme? {
    do {
      return try TagScheme.detected(in: map { Array($0.tags) })
    } catch {
      var error = error
      error.location.file = file
      error.remedy += ", or learn the tags as they are (the scheme free)"
      throw error
    }
  }

  /// Throws unless every word has a tag, and sentences have as many features as they need.
  func requireTags(featureCount: Int) throws(LembraError) {
    guard tags.count == words.count else {
      throw LembraError(
        .invalidData, "these sentences have no tags", remedy: "name the column of their tags",
        at: .init(file: file))
    }
    guard features.count == featureCount else {
      throw LembraError(
        .invalidData,
        "these words have \(features.count) features, and those to learn from \(featureCount)",
        remedy: "read the same columns of both", at: .init(file: file))
    }
  }

  /// Throws, with its line, when a tag cannot stand where it does.
  func requireSoundTags(of scheme: TagScheme) throws(LembraError) {
    for (index, sentence) in enumerated() {
      guard let place = scheme.firstFault(in: Array(sentence.tags)) else { continue }
      let word = offsets[index] + place
      throw LembraError(
        .invalidData,
        "the tag \(tags[word]) cannot stand here in the scheme \(scheme.rawValue)",
        remedy: "mend it, or learn the tags in the scheme bioes or free",
        at: .init(file: file, line: lines.isEmpty ? nil : lines[word]))
    }
  }
}

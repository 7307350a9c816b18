import LembraData
import LembraTensor
import Testing

/// Sentences from the text of a file.
func taggedSentences(
  _ text: String, _ options: TaggedSentenceOptions = TaggedSentenceOptions(),
  file: String = "data.txt"
) throws -> TaggedSentences {
  try TaggedSentences(bytes: Array(text.utf8), file: file, options: options)
}

@Suite("Tagged sentences")
struct TaggedSentencesTests {
  static let chunks = "He PRP B-NP\npaid VBD B-VP\n# # B-NP\n\n\nSo RB O\n. . O"

  @Test(
    "are read from columns, whatever separates them and ends a line",
    arguments: [" ", "\t", "  ", " \t"], ["\n", "\r\n", "\r"])
  func columns(separator: String, lineEnd: String) throws {
    let text = Self.chunks.replacing(" ", with: separator).replacing("\n", with: lineEnd)
    let sentences = try taggedSentences(text, TaggedSentenceOptions(featureColumns: [1]))
    #expect(sentences.count == 2)
    #expect(sentences.words == ["He", "paid", "#", "So", "."])
    #expect(sentences.features == [["PRP", "VBD", "#", "RB", "."]])
    #expect(sentences.tags == ["B-NP", "B-VP", "B-NP", "O", "O"])
    #expect(sentences.lines == [1, 2, 3, 6, 7])
    #expect(sentences.offsets == [0, 3, 5])
    #expect(sentences.columns == .init(word: 0, features: [1], tag: 2))
    #expect(sentences[1].words == ["So", "."])
    #expect(sentences[1].features == [["RB", "."]])
    #expect(sentences[1].tags == ["O", "O"])
    #expect(sentences[1].lines == [6, 7])
  }

  @Test("may have any columns for words, features and tags")
  func chosenColumns() throws {
    let options = TaggedSentenceOptions(wordColumn: 2, featureColumns: [1, 2], tagColumn: 0)
    let sentences = try taggedSentences("a b c\nd e f more\n", options)
    #expect(sentences.words == ["c", "f"])
    #expect(sentences.features == [["b", "e"], ["c", "f"]])
    #expect(sentences.tags == ["a", "d"])
  }

  @Test("pass over the starts of documents, and comments when asked to")
  func documentStarts() throws {
    let text = "-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\n-DOCSTART- -X- O O\nAll DT I O\n"
    #expect(try taggedSentences(text).map(\.words) == [["EU"], ["All"]])
    #expect(try taggedSentences("-DOCSTART-\na b\n").words == ["a"])
    let options = TaggedSentenceOptions(hasComments: true)
    #expect(try taggedSentences("# by us\na x\n# b\nb y\n", options).offsets == [0, 2])
  }

  @Test("may hold blanks inside words where tabs separate the columns")
  func tabs() throws {
    let sentences = try taggedSentences("New York\tB-LOC\t\nis\tO\n")
    #expect(sentences.words == ["New York", "is"])
    #expect(sentences.tags == ["B-LOC", "O"])
  }

  @Test("may have no tags where these are not needed")
  func withoutTags() throws {
    var options = TaggedSentenceOptions(featureColumns: [1], tags: .ifPresent)
    #expect(try !taggedSentences("a A\nb B\n", options).hasTags)
    #expect(try taggedSentences("a A x\nb B y\n", options).tags == ["x", "y"])
    options.tagColumn = 2
    let sentences = try taggedSentences("a A\nb B x\n", options)
    #expect(!sentences.hasTags && sentences.columns.tag == nil && sentences[0].tags == [])
    options.tags = .none
    #expect(try !taggedSentences("a A x\n", options).hasTags)
    #expect(try taggedSentences("a\n\nb\n", TaggedSentenceOptions(tags: .ifPresent)).count == 2)
  }

  @Test("are read from plain text, a sentence a line")
  func plain() throws {
    let options = TaggedSentenceOptions(format: .plain, featureColumns: [7], tags: .none)
    let sentences = try taggedSentences("\u{FEFF}one  two\tthree \n\n -DOCSTART- # four\n", options)
    #expect(sentences.map(\.words) == [["one", "two", "three"], ["-DOCSTART-", "#", "four"]])
    #expect(sentences.lines == [1, 1, 1, 3, 3, 3])
    #expect(sentences.features.isEmpty && !sentences.hasTags)
  }

  @Test("may be chosen and split off by a key")
  func parts() throws {
    let text = (0..<40).map { "w\($0) f\($0) t\($0)\nx f\($0) t\($0)\n" }.joined(separator: "\n")
    let sentences = try taggedSentences(text, TaggedSentenceOptions(featureColumns: [1]))
    let subset = sentences.subset([7, 3])
    #expect(subset.words == ["w7", "x", "w3", "x"])
    #expect(subset[1] == sentences[3])
    #expect(sentences.subset([]).isEmpty)
    let (training, validation) = try sentences.split(validation: .percent(10), key: .init(seed: 4))
    #expect(validation.count == 4 && training.count == 36)
    #expect((training.lines + validation.lines).sorted() == sentences.lines)
    #expect(validation.lines == validation.lines.sorted())
    #expect(training.columns == sentences.columns)
    let again = try sentences.split(validation: .percent(10), key: .init(seed: 4)).validation
    #expect(again == validation)
    let other = try sentences.split(validation: .percent(10), key: .init(seed: 5)).validation
    #expect(other != validation)
    let error = try lembraError {
      _ = try sentences.split(validation: .rows(40), key: .init(seed: 4))
    }
    #expect(error.message == "40 is held back for validation, and there are 40 sentences")
  }
}

@Suite("Sentences of CoNLL-U")
struct UniversalSentencesTests {
  static let text = """
    # sent_id = 1
    # text = Du pain.
    1-2\tDu\t_\t_\t_\t_\t_\t_\t_\t_
    1\tDe\tde\tADP\tE\t_\t3\tcase\t_\t_
    2\tle\tle\tDET\tD\tGender=Masc\t3\tdet\t_\t_
    2.1\tbon\tbon\tADJ\t_\t_\t_\t_\t3:amod\t_
    3\tpain noir\tpain\tNOUN\tN\t_\t0\troot\t_\t_

    # text = #
    1\t#\t#\tSYM\t_\t_\t0\troot\t_\t_

    """

  @Test("pass over comments, words of several tokens and empty ones")
  func words() throws {
    for options in [TaggedSentenceOptions(format: .conllu), .universal(.partOfSpeech)] {
      let sentences = try taggedSentences(Self.text, options)
      #expect(sentences.map(\.words) == [["De", "le", "pain noir"], ["#"]])
      #expect(sentences.tags == ["ADP", "DET", "NOUN", "SYM"])
      #expect(sentences.lines == [4, 5, 7, 10])
    }
  }

  @Test("have other columns for tags and features")
  func columns() throws {
    var options = TaggedSentenceOptions.universal(.relation)
    options.featureColumns = [2, 5]
    let sentences = try taggedSentences(Self.text, options)
    #expect(sentences.tags == ["case", "det", "root", "root"])
    #expect(sentences.features[0] == ["de", "le", "pain", "#"])
    #expect(sentences.features[1] == ["_", "Gender=Masc", "_", "_"])
  }

  @Test("are recognised by the name or by their columns")
  func detection() throws {
    #expect(try taggedSentences(Self.text).columns == .init(word: 1, tag: 3))
    #expect(try taggedSentences(Self.text, file: "a.CONLLU").count == 2)
  }

  @Test("may have their tags left open")
  func openTags() throws {
    let text = "1\ta\t_\t_\t_\t_\t_\t_\t_\t_\n"
    let sentences = try taggedSentences(text, TaggedSentenceOptions(tags: .ifPresent))
    #expect(!sentences.hasTags && sentences.columns.tag == nil)
    let error = try lembraError { _ = try taggedSentences(text) }
    #expect(error.message == "column 3 is left open (_) for every word")
  }
}

import ArgumentParser
import LembraData
import LembraTensor

/// What is held back of texts: other files, or a share of the data.
enum HeldOut {
  /// A file like the first, or two that belong together; and what is wrong with a name that was meant as
  /// a share.
  case files([String], mistake: LembraError? = nil)
  case share(Share)

  /// A number or a percentage is a share; everything else names a file.
  init(_ text: String) {
    self = .files([text])
    guard Self.looksLikeShare(text) else { return }
    do throws(LembraError) {
      self = .share(try Share(parsing: text))
    } catch {
      self = .files([text], mistake: error)
    }
  }

  private static func looksLikeShare(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "%")
    }
  }

  /// The files that are read.
  var files: [String] {
    if case .files(let paths, _) = self { paths } else { [] }
  }

  /// What is left of texts, and what is held back; nil for a share of nothing.
  func divide<Texts: DividedTexts>(
    _ texts: Texts, key: RandomKey, reading: ([String]) throws -> Texts
  ) throws -> (rest: Texts, held: Texts?) {
    switch self {
    case .files(let paths, let mistake):
      if let mistake, !paths.contains(where: OutputFiles.exists) { throw mistake }
      return (texts, try reading(paths))
    case .share(let share):
      let (rest, held) = try texts.split(validation: share, key: key)
      return (rest, held.count > 0 ? held : nil)
    }
  }
}

/// Texts of which a part can be held back.
protocol DividedTexts {
  var count: Int { get }

  func split(
    validation: Share, key: RandomKey
  ) throws(LembraError) -> (training: Self, validation: Self)
}

extension LabelledTexts: DividedTexts {}
extension TaggedSentences: DividedTexts {}
extension ParallelTexts: DividedTexts {}

/// The parts of texts.
struct TextDivision<Texts: DividedTexts> {
  let learnt: Texts
  let held: Texts?
  let test: Texts?

  /// Divides texts.
  ///
  /// - Parameters:
  ///   - texts: all of them.
  ///   - test: what models are judged on in the end; nil for nothing.
  ///   - validation: what the best epoch is chosen by.
  ///   - seed: names the draws of shares.
  ///   - reading: reads files that are held back.
  /// - Throws: what `reading` throws, and `LembraError` when a share leaves nothing.
  init(
    of texts: Texts, test: HeldOut? = nil, validation: HeldOut, seed: UInt64,
    reading: ([String]) throws -> Texts
  ) throws {
    var rest = texts
    var judged: Texts?
    if let test {
      (rest, judged) = try test.divide(
        rest, key: RandomKey(seed: seed).folding("test"), reading: reading)
    }
    self.test = judged
    (learnt, held) = try validation.divide(
      rest, key: RandomKey(seed: seed).folding("validation"), reading: reading)
  }

  /// What models are judged on.
  ///
  /// - Throws: `LembraError` when there is nothing.
  func requiredTest() throws(LembraError) -> Texts {
    guard let test else {
      throw LembraError(
        .invalidOption, "there is no test part to judge models on",
        remedy: "name a file, or a share such as 10%", at: .init(name: "test"))
    }
    return test
  }
}

/// What the models of a comparison are judged on.
struct TestOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What the models are judged on: a file like the first, or a share of it. (default: 10%)",
      valueName: "file or share"),
    completion: .file())
  var test = "10%"

  var heldOut: HeldOut { HeldOut(test) }
}

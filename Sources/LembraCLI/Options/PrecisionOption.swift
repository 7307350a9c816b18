import ArgumentParser
import LembraLayers
import LembraTensor

/// How many bits recurrent layers compute with.
struct PrecisionOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      How exactly plain recurrent layers multiply: int8 is faster, bfloat16 mostly, and both change \
      what the model says. Translators, and models with other layers, run at float32 only.
      """)
  var precision = Precision.float32

  /// Whether products have fewer bits than in training.
  var isReduced: Bool { precision != .float32 }

  /// The precision as a result names it; nil for single precision.
  var name: String? { isReduced ? precision.rawValue : nil }

  /// Tells that results are not those of single precision.
  func remark(_ narrator: Narrator) {
    guard isReduced else { return }
    narrator.remark(
      "recurrent layers run at \(precision.rawValue), which changes what the model says; "
        + "lembra evaluate tells by how much")
  }

  /// Refuses what a task cannot do.
  ///
  /// - Throws: `LembraError` with code `invalidOption` below single precision.
  func requireSingle(_ noun: String) throws(LembraError) {
    guard isReduced else { return }
    throw LembraError(
      .invalidOption, "\(noun) runs at float32 only", remedy: "leave out --precision",
      at: .init(name: "--precision"))
  }
}

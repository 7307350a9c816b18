import ArgumentParser
import LembraLayers
import LembraModels
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

  /// Whether products have fewer bits than those of single precision.
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

/// How many bits recurrent layers compute with in training.
struct TrainingPrecisionOption: ParsableArguments {
  enum Choice: String, CaseIterable, ExpressibleByArgument {
    case float32
    case bfloat16
  }

  @Option(
    parsing: .unconditional,
    help: """
      How exactly plain recurrent layers multiply in training: bfloat16 takes less time where the \
      processor has instructions for it, and what is learnt differs a little. Epochs are judged at \
      it too; the saved model runs at float32.
      """)
  var precision = Choice.float32

  /// The precision, or nil for single precision.
  var reduced: Precision? { precision == .bfloat16 ? .bfloat16 : nil }

  /// These options for a training of texts.
  func applied(to options: TextTrainingOptions) -> TextTrainingOptions {
    var options = options
    options.precision = reduced
    return options
  }

  /// Refuses networks without recurrent layers; `names` are theirs.
  func check(withoutRecurrentLayers names: [String]) throws {
    guard let reduced, let name = names.first else { return }
    throw ValidationError(
      "--precision \(reduced.rawValue) is for recurrent layers, and \(name) has none; leave one out."
    )
  }

  /// Tells what training at fewer bits means on this machine.
  func remark(_ narrator: Narrator) {
    guard let reduced else { return }
    narrator.remark(
      "recurrent layers are trained at \(reduced.rawValue)"
        + (reduced.isTrainedNatively
          ? "" : "; no instructions of this processor are used for it, and float32 takes less time")
    )
  }
}

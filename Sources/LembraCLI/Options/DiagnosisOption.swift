import ArgumentParser
import LembraLayers
import LembraReport
import LembraTraining

/// Whether a training is looked into.
struct DiagnosisOption: ParsableArguments {
  @Flag(
    help: """
      Look into the gates and gradients of recurrent layers at the first step of every epoch and at \
      every 50th, and tell of them in the end. Where a number becomes infinite or NaN, say in which \
      layer, gate, step and sequence it was first, and keep that step beside the model for inspect; \
      likewise where a gradient is 1,000 times as long as usual. What is learnt stays the same to \
      the bit.
      """)
  var diagnose = false

  /// Refuses to look into layers that are not unrolled as a whole, or run at fewer bits.
  ///
  /// What looks into them follows whole sequences back, and keeps all of them, at single precision.
  func check(_ unrolling: UnrollingArguments? = nil, _ precision: TrainingPrecisionOption? = nil)
    throws
  {
    guard diagnose else { return }
    if let reduced = precision?.reduced {
      throw ValidationError(
        "--diagnose looks at products of float32, and --precision asks for \(reduced.rawValue); leave "
          + "one out.")
    }
    guard let name = unrolling?.given.first else { return }
    throw ValidationError(
      "--diagnose looks at whole sequences, which \(name) is there to avoid; leave one out.")
  }

  /// How a training is looked into whose model goes to `output`; nil for not at all.
  func options(output: String) -> DiagnosisOptions? {
    diagnose ? DiagnosisOptions(replayPath: Self.replayPath(output)) : nil
  }

  /// Where a step is kept: `sales.bad-batch.safetensors` beside `sales.safetensors`.
  static func replayPath(_ output: String) -> String {
    let ending = ".safetensors"
    let name = output.hasSuffix(ending) ? String(output.dropLast(ending.count)) : output
    return name + ".bad-batch" + ending
  }
}

extension Narrator {
  /// Tells what was seen in a training, if it was looked into.
  func tell(_ diagnosis: TrainingDiagnosis?) {
    guard let diagnosis else { return }
    guard diagnosis.epochs.contains(where: { !$0.gates.isEmpty }) else {
      return remark("there are no recurrent layers to look into")
    }
    display.note("\n\(TextTable(diagnosis.gateTable()))\n")
    display.note("\(TextTable(diagnosis.gradientTable()))\n")
  }
}

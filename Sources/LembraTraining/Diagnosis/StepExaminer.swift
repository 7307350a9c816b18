import LembraLayers
package import LembraTensor

/// A step of training with all that its result depends on, but for the model.
package struct KeptStep<Batch> {
  package let batch: Batch

  /// Names the random numbers of the step.
  package let key: RandomKey

  /// What the step before handed on.
  package let carried: [Tensor]

  /// The step and its epoch, counted from 1.
  package let step: Int
  package let epoch: Int
}

/// Looks into the steps of one training, and keeps what it has seen.
struct StepExaminer<M: Module, Batch> {
  let options: DiagnosisOptions
  private(set) var diagnosis = TrainingDiagnosis()

  /// The last step that began.
  private(set) var last: KeptStep<Batch>?

  private var gates = GateSums()
  private var gradients = GradientNorms()
  private var steps: [Int] = []
  private var norms = RunningMedian(length: 101)
  private var untold: [String] = []

  init(_ options: DiagnosisOptions) {
    self.options = options
  }

  mutating func begin(_ step: KeptStep<Batch>) { last = step }

  /// Whether the step that began is one to look into.
  var isDue: Bool { last.map { ($0.step - 1) % options.interval == 0 } ?? false }

  mutating func take(_ probe: RecurrentProbe) {
    guard let last else { return }
    gates.add(probe)
    gradients.add(probe)
    steps.append(last.step)
  }

  /// Takes note of the norm of a gradient; returns whether it is the first to explode.
  mutating func explodes(_ norm: Double) -> Bool {
    defer { norms.append(norm) }
    guard diagnosis.warnings.isEmpty, let median = norms.median else { return false }
    return median > 0 && norm > options.explosion * median
  }

  mutating func warn(_ text: String) {
    diagnosis.warnings.append(text)
    untold.append(text)
  }

  /// The warnings that were not told yet.
  mutating func takeWarnings() -> [String] {
    defer { untold = [] }
    return untold
  }

  mutating func endEpoch(_ epoch: Int) {
    // After a resumption no step of what is left of the epoch may have been looked into.
    if !steps.isEmpty {
      diagnosis.epochs.append(
        TrainingDiagnosis.Epoch(
          epoch: epoch, steps: steps, gates: gates.statistics, gradients: gradients.curves))
    }
    (gates, gradients, steps) = (GateSums(), GradientNorms(), [])
  }
}

/// The median of the last numbers.
struct RunningMedian {
  let length: Int
  private var numbers: [Double] = []
  private var next = 0

  /// The fewest numbers that have a median worth to be compared with.
  private static let least = 10

  init(length: Int) {
    self.length = length
  }

  mutating func append(_ number: Double) {
    if numbers.count < length {
      numbers.append(number)
    } else {
      numbers[next] = number
      next = (next + 1) % length
    }
  }

  var median: Double? {
    guard numbers.count >= Self.least else { return nil }
    return numbers.sorted()[numbers.count / 2]
  }
}

import LembraLayers
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

private func key(_ index: Int) -> RandomKey { RandomKey(seed: 23).folding(index) }

/// A recurrent network that says one number of each sequence.
private struct Reader: Module {
  var encoder = RecurrentEncoder(
    .init(.lstm, hiddenSize: 4, layerCount: 2, isBidirectional: true), inputSize: 3, key: key(1))
  var head = Linear(inputSize: 8, outputSize: 1, key: key(2))

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("encoder", &encoder)
    walk("head", &head)
  }
}

/// Sequences of different lengths, three batches of three.
private struct Sequences {
  var rows: [Tensor] = (0..<9).map {
    Tensor(uniformIn: -1...1, shape: [2 + $0 % 3 * 2, 3], key: key(10 + $0))
  }

  /// What the loss of a step is multiplied by.
  var factor: (_ batch: [Int]) -> Float = { _ in 1 }

  var task: TrainingTask<Reader, [Int]> {
    var task = TrainingTask<Reader, [Int]>(
      batches: { _, _ in [[0, 1, 2], [3, 4, 5], [6, 7, 8]] },
      loss: { model, batch, key in
        let read = model.encoder(SequenceBatch(batch.map { rows[$0] }), dropoutKey: key)
        return (model.head(read.summary) - 1).squared().mean() * factor(batch)
      })
    task.sequenceName = { batch, row, _ in "sequence number \(batch[row])" }
    return task
  }
}

@Suite("The first bad number of a training")
struct DiagnosisTests {
  private func error(
    _ model: Reader = Reader(), _ sequences: Sequences = Sequences(), rate: Double = 0.01
  ) throws -> String {
    var loop = TrainingLoop(
      model, optimizer: SGD(learningRate: rate), task: sequences.task,
      configuration: TrainingConfiguration(epochs: 3, seed: 5))
    loop.diagnosis = DiagnosisOptions()
    let error = try #require(throws: LembraError.self) { _ = try loop.run() }
    #expect(error.code == .notFinite)
    return error.message
  }

  /// A reader with a number in the row of a unit of a gate of a weight.
  private func planted(_ value: Float, in name: String, gate: Int, unit: Int) -> Reader {
    var reader = Reader()
    reader.updateParameters { own, weight in
      guard own.description == name else { return }
      let width = weight.shape.rank == 1 ? 1 : weight.shape.columns
      var elements = weight.mutableElements
      elements[(gate * 4 + unit) * width] = value
    }
    return reader
  }

  @Test(
    "is found in the gate of the layer where a weight is bad",
    arguments: [
      ("l0", 0, "the sum of the input gate of encoder.l0.forward"),
      ("l0", 2, "the sum of the candidate of encoder.l0.forward"),
      ("l1", 1, "the sum of the forget gate of encoder.l1.forward"),
      ("l1", 3, "the sum of the output gate of encoder.l1.forward"),
    ], [Float.nan, .infinity])
  func weight(place: (layer: String, gate: Int, said: String), value: Float) throws {
    // The bias, since the products of an infinite weight may be NaN or not.
    let name = "encoder.bias_hh_\(place.layer)"
    let model = planted(value, in: name, gate: place.gate, unit: 2)
    let finding = try StepFinding(model, probe: RecurrentProbe()) {
      var carried: [Tensor] = []
      return try Sequences().task.loss($0, [0, 1, 2], key(3), &carried)
    }
    let number = try #require(finding.number)
    #expect(number.kind == .forward && number.isSum)
    #expect(number.description.contains(place.said + ", unit 3, at step 1 of sequence 3"))
    #expect(finding.weight?.parameter == name && finding.weight?.index == place.gate * 4 + 2)
    #expect(!finding.isFinite)
  }

  @Test(
    "is found in a gate of an sLSTM, and not in the stabilizer that is made of it",
    arguments: [(0, StepPart.input), (1, .forget), (2, .candidate), (3, .output)],
    [Float.nan, .infinity])
  func exponentialGate(place: (gate: Int, part: StepPart), value: Float) throws {
    var layer = SLSTM(SLSTMCell(inputSize: 3, hiddenSize: 4, key: key(1)))
    layer.updateParameters { name, weight in
      guard name.description == "bias_hh_l0" else { return }
      weight = Tensor(
        weight.array.enumerated().map { $0 == place.gate * 4 + 2 ? value : $1 },
        shape: weight.shape)
    }
    let finding = StepFinding(layer, probe: RecurrentProbe()) {
      $0(SequenceBatch(Sequences().rows)).output.rows.sum()
    }
    let number = try #require(finding.number)
    #expect(number.kind == .forward && number.isSum && number.gate == place.part, "\(finding)")
    #expect(number.unit == 3 && number.step == 1, "\(finding)")
  }

  @Test("is found at the last step where a layer that reads backward begins")
  func backwardLayer() throws {
    let message = try error(
      planted(.nan, in: "encoder.weight_ih_l0_reverse", gate: 1, unit: 0))
    #expect(
      message.hasPrefix("in step 1 of epoch 1 the loss is nan; the weight "), "\(message)")
    #expect(
      message.contains(
        "nan, in the sum of the forget gate of encoder.l0.backward, unit 1, at step 6 of sequence 3 "
          + "of the batch (sequence number 2)"), "\(message)")
  }

  @Test("is found in what is read", arguments: [Float.nan, -.infinity])
  func input(value: Float) throws {
    var sequences = Sequences()
    var elements = sequences.rows[4].mutableElements
    elements[2 * 3 + 1] = value
    let message = try error(sequences: sequences)
    #expect(
      message.contains(
        "the first bad number on the way forward is \(value), in what is read of encoder.l0.forward, "
          + "column 2, at step 3 of sequence 2 of the batch (sequence number 4)"), "\(message)")
    #expect(message.hasPrefix("in step 2 of epoch 1 "))
  }

  private func error(sequences: Sequences) throws -> String { try error(Reader(), sequences) }

  @Test("is found in a gate's sum where a value that is read is huge")
  func hugeInput() throws {
    var sequences = Sequences()
    var elements = sequences.rows[5].mutableElements
    for column in 0..<3 { elements[4 * 3 + column] = 3e38 * (column == 1 ? -1 : 1) }
    var model = Reader()
    model.updateParameters { name, weight in
      if name.description == "encoder.weight_ih_l0" {
        weight = Tensor(
          (0..<48).map { $0 % 3 == 1 ? -4 : 4 }, shape: weight.shape)
      }
    }
    let finding = try StepFinding(model, probe: RecurrentProbe()) {
      var carried: [Tensor] = []
      return try sequences.task.loss($0, [3, 4, 5], key(3), &carried)
    }
    let said = "\(finding)"
    #expect(
      said.contains(
        "inf, in the sum of the forget gate of encoder.l0.forward, unit 1, at step 5 of sequence 3"),
      "\(said)")
  }

  @Test("is found after a step that is far too long")
  func learningRate() throws {
    var sequences = Sequences()
    sequences.factor = { _ in 1e6 }
    let message = try error(Reader(), sequences, rate: 1e38)
    #expect(message.hasPrefix("in step 2 of epoch 1 "), "\(message)")
    #expect(message.contains("; the weight encoder.weight_ih_l0 is "), "\(message)")
    #expect(
      message.contains(
        "the sum of the forget gate of encoder.l0.forward, unit 1, at step 1 of sequence 3 of the "
          + "batch (sequence number 5)"), "\(message)")
  }

  @Test("is looked for on the way back when all is well on the way forward")
  func wayBack() throws {
    let finding = StepFinding(Reader(), probe: RecurrentProbe()) { model in
      let read = model.encoder(SequenceBatch(Sequences().rows)).summary
      // √0 is 0, and its derivative infinite.
      return (read - read.detached).squareRoot().sum()
    }
    let number = try #require(finding.number)
    #expect(number.kind == .backward && number.layer == "encoder.l1.backward", "\(finding)")
    #expect(number.gate == .hidden && number.step == 1, "\(finding)")
    #expect(finding.loss == 0 && !finding.isFinite)
  }

  @Test("is looked for when a weight is bad after the last step of an epoch")
  func lastStep() throws {
    var sequences = Sequences()
    // The steps before it have a loss of 0, and change nothing.
    sequences.factor = { $0[0] == 6 ? 1e6 : 0 }
    let message = try error(Reader(), sequences, rate: 1e38)
    #expect(
      message.hasPrefix(
        "a weight is infinite or not a number after epoch 1; looked into again, in step 3 of epoch 1 "
      ),
      "\(message)")
  }

  @Test("is no number of a step that is well when a validation score is none")
  func validation() throws {
    var task = Sequences().task
    task.validationScore = { _ in .nan }
    var loop = TrainingLoop(
      Reader(), optimizer: SGD(learningRate: 0.01), task: task,
      configuration: TrainingConfiguration(epochs: 1))
    loop.diagnosis = DiagnosisOptions()
    let error = try #require(throws: LembraError.self) { _ = try loop.run() }
    #expect(error.message == "the validation score after epoch 1 is nan")
  }

  @Test("changes no bit of what is learnt, and tells of every gate")
  func statistics() throws {
    func run(_ diagnosis: DiagnosisOptions?, _ model: Reader = Reader()) throws
      -> TrainingResult<Reader>
    {
      var loop = TrainingLoop(
        model, optimizer: Adam(learningRate: 0.01), task: Sequences().task,
        configuration: TrainingConfiguration(epochs: 2, seed: 5))
      loop.diagnosis = diagnosis
      return try loop.run()
    }
    let plain = try run(nil)
    #expect(plain.diagnosis == nil)
    let result = try run(DiagnosisOptions(interval: 2))
    #expect(result.model.bits == plain.model.bits && result.history.count == 2)
    let diagnosis = try #require(result.diagnosis)
    #expect(diagnosis.epochs.map(\.epoch) == [1, 2] && diagnosis.warnings.isEmpty)
    #expect(diagnosis.epochs.allSatisfy { $0.steps == [1, 3] })
    let gates = diagnosis.epochs[0].gates
    #expect(gates.count == 4 * 6)
    #expect(
      gates.prefix(6).map(\.gate) == ["forget", "input", "candidate", "cell", "output", "hidden"])
    for gate in gates {
      #expect(gate.minimum <= gate.mean && gate.mean <= gate.maximum && gate.sd > 0)
      #expect((gate.saturated == nil) == ["cell", "hidden"].contains(gate.gate))
    }
    // The longest sequences have six steps, and both states of four layers have gradients.
    #expect(diagnosis.epochs[0].gradients.count == 8)
    #expect(diagnosis.epochs[0].gradients.allSatisfy { $0.norms.count == 6 && $0.counts[0] == 6 })

    var open = Reader()
    open.updateParameters { name, weight in
      if name.description == "encoder.bias_hh_l0" {
        weight = Tensor(
          weight.array.enumerated().map { $0 / 4 == 1 ? 50 : $1 }, shape: weight.shape)
      }
    }
    let forget = try run(DiagnosisOptions(), open).diagnosis?.epochs[0].gates[0]
    #expect(forget?.layer == "encoder.l0.forward" && forget?.saturated == 1)
    #expect(abs((forget?.mean ?? 0) - 1) < 1e-6 && (forget?.sd ?? 1) < 1e-3)
  }

  @Test("warns once of a gradient that explodes")
  func explosion() throws {
    var sequences = Sequences()
    var calls = 0
    sequences.factor = { _ in
      calls += 1
      return calls > 14 ? 1e6 : 1
    }
    var loop = TrainingLoop(
      Reader(), optimizer: SGD(learningRate: 1e-9), task: sequences.task,
      configuration: TrainingConfiguration(epochs: 6, seed: 5))
    // Only the first step of an epoch is looked into besides, which calls the loss once more.
    loop.diagnosis = DiagnosisOptions(interval: 100)
    var told: [String] = []
    let result = try loop.run(observer: TrainingObserver(warned: { told.append($0) }))
    #expect(told.count == 1 && result.diagnosis?.warnings == told)
    #expect(told[0].contains("more than 1000 times what it usually is: the largest gradient is"))
    #expect(told[0].contains("of encoder.l") && told[0].contains("(sequence number"))
  }

  @Test("has nothing to tell of a model without recurrent layers")
  func line() throws {
    var loop = TrainingLoop(
      Line(), optimizer: SGD(learningRate: 1e30), task: LineData().task(),
      configuration: TrainingConfiguration(epochs: 9))
    loop.diagnosis = DiagnosisOptions()
    let error = try #require(throws: LembraError.self) { _ = try loop.run() }
    #expect(error.message.contains("the loss is") && error.code == .notFinite)
  }
}

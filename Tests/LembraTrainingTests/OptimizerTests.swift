import Foundation
import LembraLayers
import LembraTensor
import LembraTraining
import Testing

/// What `make_optimizers.py` writes.
private struct Golden: Decodable, Sendable {
  let shapes: [[Int]]
  let start: [[Float]]
  let gradients: [[[Float]?]]
  let cases: [String: [[[Float]]]]

  static let shared = Result { () throws -> Golden in
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/optimizers", withExtension: "json"))
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }

  func tensors(_ values: [[Float]?]) -> [Tensor?] {
    zip(values, shapes).map { values, shape in values.map { Tensor($0, shape: Shape(shape)) } }
  }
}

/// The optimizer with the settings of a case of the fixture.
private func optimizer(_ name: String) -> any Optimizer {
  switch name {
  case "sgd": SGD(learningRate: 0.1)
  case "sgd decay": SGD(learningRate: 0.1, weightDecay: 0.05)
  case "sgd momentum", "sgd value": SGD(learningRate: 0.1, momentum: 0.9)
  case "sgd nesterov":
    SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 0.05, usesNesterov: true)
  case "rmsprop": RMSProp()
  case "rmsprop all":
    RMSProp(smoothing: 0.9, epsilon: 1e-6, momentum: 0.8, weightDecay: 0.05, isCentered: true)
  case "adam", "adam norm": Adam(learningRate: 0.01)
  case "adam all":
    Adam(learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.05)
  default: AdamW(learningRate: 0.01, weightDecay: 0.1)
  }
}

@Suite("Optimizers")
struct OptimizerTests {
  private static let names = [
    "sgd", "sgd decay", "sgd momentum", "sgd nesterov", "rmsprop", "rmsprop all", "adam",
    "adam all", "adamw", "adam norm", "sgd value",
  ]

  @Test(arguments: names)
  func stepsArePyTorchs(name: String) throws {
    let golden = try Golden.shared.get()
    let expected = try #require(golden.cases[name])
    var model = Parameters(values: golden.tensors(golden.start).compactMap { $0 })
    var optimizer = optimizer(name)
    let clipping = GradientClipping(
      norm: name == "adam norm" ? 0.5 : nil, value: name == "sgd value" ? 0.3 : nil)
    for (step, values) in golden.gradients.enumerated() {
      if step == 3 { optimizer.learningRate /= 2 }
      let gradients = Gradients(golden.tensors(values))
      optimizer.update(
        &model, along: gradients, scaling: clipping.scaling(forNorm: gradients.norm))
      for (parameter, expected) in zip(model.values, expected[step]) {
        for (a, b) in zip(parameter.array, expected) {
          #expect(abs(a - b) <= 2e-6 * max(1, abs(b)), "step \(step)")
        }
      }
    }
  }

  @Test(arguments: names)
  func aCopyIsASnapshot(name: String) throws {
    let golden = try Golden.shared.get()
    let start = Parameters(values: golden.tensors(golden.start).compactMap { $0 })
    let gradients = golden.gradients.map { Gradients(golden.tensors($0)) }

    func run(_ optimizer: inout any Optimizer, _ model: Parameters) -> Parameters {
      var model = model
      for gradient in gradients { optimizer.update(&model, along: gradient) }
      return model
    }
    var first = optimizer(name)
    let middle = run(&first, start)
    var copy = first
    let end = run(&first, middle)
    #expect(end.bits != middle.bits)
    #expect(run(&copy, middle).bits == end.bits, "using the original must not change the copy")
  }

  @Test(.serialized, arguments: names)
  func threadsDoNotChangeABit(name: String) throws {
    let limit = Threads.limit
    defer { Threads.limit = limit }
    let count = 100_003
    let results = [1, 2].map { threads in
      Threads.limit = threads
      var optimizer = optimizer(name)
      var model = Parameters(values: [
        Tensor(normalWithMean: 0, shape: [count], key: RandomKey(seed: 1))
      ])
      for step in 0..<3 {
        let gradient = Tensor(
          normalWithMean: 0, shape: [count], key: RandomKey(seed: 2).folding(step))
        optimizer.update(&model, along: Gradients([gradient]))
      }
      return model.bits
    }
    #expect(results[0] == results[1])
  }

  @Test func parametersAreWrittenInPlace() {
    var model = Parameters(values: [Tensor(zeros: [64]), Tensor(zeros: [8])])
    func addresses() -> [Int] {
      model.values.map { $0.withElements { Int(bitPattern: $0) } }
    }
    let before = addresses()
    var optimizer = Adam()
    for _ in 0..<3 {
      let gradients = Gradients(model.values.map { Tensor(repeating: 1, shape: $0.shape) })
      optimizer.update(&model, along: gradients)
    }
    #expect(addresses() == before)
    #expect(model.values[0].array[0] < 0)
  }

  @Test(arguments: OptimizerName.allCases)
  func optimizersAreMadeByName(name: OptimizerName) throws {
    let optimizer = try name.optimizer(learningRate: 0.5, weightDecay: 0.25)
    #expect(optimizer.learningRate == 0.5)
    #expect(optimizer.summary.hasPrefix(name.rawValue + " "))
    #expect(optimizer.summary.contains("weight-decay=0.25"))
  }

  private static let outOfRange:
    [(OptimizerName, rate: Double, momentum: Double, decay: Double, nesterov: Bool, String)] = [
      (.adam, 0, 0, 0, false, "learning rate"),
      (.adam, .nan, 0, 0, false, "learning rate"),
      (.adam, .infinity, 0, 0, false, "learning rate"),
      (.adam, 1, 0.9, 0, false, "momentum"),
      (.sgd, 1, 1, 0, false, "momentum"),
      (.sgd, 1, 0, -1, false, "weight decay"),
      (.sgd, 1, 0, 0, true, "nesterov"),
      (.rmsprop, 1, 0.9, 0, true, "nesterov"),
    ]

  @Test(arguments: outOfRange)
  func aNumberOutOfRangeIsAnError(
    name: OptimizerName, rate: Double, momentum: Double, decay: Double, nesterov: Bool,
    option: String
  ) throws {
    let error = try #require(throws: LembraError.self) {
      _ = try name.optimizer(
        learningRate: rate, momentum: momentum, weightDecay: decay, usesNesterov: nesterov)
    }
    #expect(error.code == .invalidOption)
    #expect(error.location.name == option)
  }

  @Test func gradientsOfAnotherModelTrap() async {
    await #expect(processExitsWith: .failure) {
      var model = Parameters(values: [Tensor(zeros: [3])])
      var optimizer = SGD(learningRate: 0.1)
      optimizer.update(&model, along: Gradients([Tensor(zeros: [4])]))
    }
    await #expect(processExitsWith: .failure) {
      var model = Parameters(values: [Tensor(zeros: [3])])
      var optimizer = SGD(learningRate: 0.1)
      optimizer.update(&model, along: Gradients([]))
    }
  }
}

@Suite("Gradient clipping")
struct GradientClippingTests {
  @Test func aLongGradientIsScaledToTheNorm() {
    let scaling = GradientClipping(norm: 2).scaling(forNorm: 8)
    #expect(abs(scaling.factor - 0.25) < 1e-6)
    #expect(scaling.limit == .infinity)
  }

  @Test func aShortGradientIsLeftAlone() {
    #expect(GradientClipping(norm: 2).scaling(forNorm: 1.9) == .none)
    #expect(GradientClipping(norm: 2).scaling(forNorm: 0) == .none)
    #expect(GradientClipping.none.scaling(forNorm: 1e30) == .none)
  }

  @Test func theNormIsThatOfAllParametersTogether() {
    let gradients = Gradients([Tensor([3, 0], shape: [2]), nil, Tensor(4)])
    #expect(gradients.norm == 5)
  }
}

@Suite("The first number that is not finite")
struct NotFiniteTests {
  private func check(_ loss: Float, _ values: [Tensor?]) -> LembraError? {
    let gradients = Gradients(values)
    do {
      try gradients.check(loss: loss, norm: gradients.norm, of: Line(), step: 12, epoch: 3)
      return nil
    } catch {
      return error
    }
  }

  @Test func aGradientIsNamedWithItsElement() throws {
    let good = Tensor(repeating: 1, shape: [2, 3])
    let error = try #require(check(1, [good, Tensor([0, .infinity], shape: [2])]))
    #expect(error.code == .notFinite)
    #expect(error.location.name == "bias")
    #expect(error.message == "the gradient of bias is inf at element 1 in step 12 of epoch 3")
    #expect(error.remedy.contains("lower the learning rate"))
  }

  @Test func theFirstInVisitingOrderIsNamed() throws {
    let bad = Tensor([0, 0, 0, 0, .nan, .nan], shape: [2, 3])
    let error = try #require(check(.nan, [bad, Tensor(repeating: .nan, shape: [2])]))
    #expect(
      error.message
        == "the loss is nan in step 12 of epoch 3, and the gradient of weight is nan at element 4")
  }

  @Test func aLossAloneIsNamed() throws {
    let error = try #require(check(.infinity, [nil, Tensor(zeros: [2])]))
    #expect(error.message == "the loss is inf in step 12 of epoch 3")
  }

  @Test func finiteNumbersPass() {
    let huge = Tensor(repeating: .greatestFiniteMagnitude, shape: [2, 3])
    #expect(check(.greatestFiniteMagnitude, [huge, nil]) == nil)
  }
}

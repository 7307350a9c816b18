import LembraFormats
import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private struct Description: Codable, Equatable {
  var hiddenSize = 8
  var scale = 0.1 + 0.2
  var limit = Double.infinity
  var columns = ["GR", "CO₂ \"ppm\""]
}

@Suite("Model files")
struct ModelFileTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func aModelComesBackWithItsDescription() throws {
    let tensors = ["weight": Tensor([1, 2], shape: [2])]
    try ModelFile(task: "forecast", description: Description(), tensors: tensors)
      .write(to: folder("a"))
    #expect(try ModelFile.task(ofFileAt: folder("a")) == "forecast")
    let file = try ModelFile(readingFrom: folder("a"))
    #expect(file.task == "forecast")
    #expect(file.tensors == tensors)
    #expect(try file.description() == Description())
  }

  @Test func doublesSurviveToTheBit() throws {
    let numbers = (0..<2_000).map { i in
      Double(bitPattern: UInt64(truncatingIfNeeded: i &* 0x9e37_79b9_7f4a_7c15))
    }
    let file = try ModelFile(task: "x", description: numbers, tensors: [:])
    let read: [Double] = try file.description()
    #expect(
      zip(read, numbers).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN })
  }

  private func fault(metadata: [String: String]) throws -> LembraError {
    try SafetensorsFile(metadata: metadata).write(to: folder("a"))
    let error = try failure {
      let _: Description = try ModelFile(readingFrom: folder("a")).description()
    }
    #expect(error.code == .invalidFile)
    #expect(error.location.file == folder("a"))
    return error
  }

  @Test func aForeignFileIsRefused() throws {
    let error = try fault(metadata: ["format": "pt"])
    #expect(error.message.contains("weights without a model"))
    #expect(error.remedy.contains("load the weights"))
  }

  @Test func aNewerVersionIsRefused() throws {
    let error = try fault(metadata: ["lembra": "{\"version\":2,\"task\":\"x\"}"])
    #expect(error.message.contains("format version 2"))
    #expect(error.remedy.contains("update Lembra"))
  }

  @Test(arguments: [
    "", "{", "[]", "{\"version\":1}", "{\"version\":\"1\",\"task\":\"x\"}",
    "{\"version\":0,\"task\":\"x\",\"description\":{}}",
    "{\"version\":1,\"task\":\"x\"}",
    "{\"version\":1,\"task\":\"x\",\"description\":{\"hiddenSize\":NaN}}",
    "{\"version\":1,\"task\":\"x\",\"description\":" + String(repeating: "[", count: 100_000),
  ])
  func aBrokenDescriptionIsRefused(text: String) throws {
    _ = try fault(metadata: ["lembra": text])
  }

  @Test func whatIsMissingInADescriptionIsNamed() throws {
    let error = try fault(
      metadata: ["lembra": "{\"version\":1,\"task\":\"tag\",\"description\":{\"hiddenSize\":8}}"])
    #expect(error.message.contains("the description of the tag model"))
    #expect(error.message.contains("scale is missing"))
  }
}

private struct Layer: Module {
  var weight: Tensor
  var bias: Tensor

  init(inputs: Int, outputs: Int) {
    weight = Tensor(zeros: [outputs, inputs])
    bias = Tensor(zeros: [outputs])
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("weight", &weight)
    walk("bias", &bias)
  }
}

private struct Network: Module {
  var hidden = Layer(inputs: 3, outputs: 2)
  var head = Layer(inputs: 2, outputs: 1)

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("hidden", &hidden)
    walk("head", &head)
  }
}

@Suite("Loading a module")
struct ModuleLoadingTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func pyTorchsWeightsLoadByTheirOwnNames() throws {
    var network = Network()
    try network.load(from: fixture("linear.safetensors"))
    #expect(network.hidden.weight == Tensor([0, 1, 2, 3, 4, 5], shape: [2, 3]))
    #expect(network.hidden.bias == Tensor([10, 11], shape: [2]))
    #expect(network.head.weight == Tensor([20, 21], shape: [1, 2]))
    #expect(network.head.bias == Tensor([30], shape: [1]))
  }

  @Test func savingAndLoadingChangesNothing() throws {
    var network = Network()
    try network.load(from: fixture("linear.safetensors"))
    try network.save(to: folder("a"), metadata: ["epoch": "3"])
    var other = Network()
    try other.load(from: folder("a"))
    #expect(other.namedParameters() == network.namedParameters())
    #expect(try SafetensorsFile(readingFrom: folder("a")).metadata == ["epoch": "3"])
  }

  @Test func aPrefixPicksAPartOfTheFile() throws {
    var layer = Layer(inputs: 2, outputs: 1)
    try layer.load(from: fixture("linear.safetensors"), prefix: "head")
    #expect(layer.bias.array == [30])
    #expect(layer.namedParameters(prefix: "head").keys.sorted() == ["head.bias", "head.weight"])
  }

  @Test func everyNameThatDoesNotFitIsListed() throws {
    var network = Network()
    let error = try failure {
      try network.load([
        "hidden.weight": Tensor(zeros: [3, 2]), "hidden.bias": Tensor(zeros: [2]),
        "head.weight": Tensor(repeating: 1, shape: [1, 2]), "head.extra": Tensor(0),
      ])
    }
    #expect(error.code == .invalidFile)
    #expect(error.message.contains("head.extra is unexpected"))
    #expect(error.message.contains("head.bias is missing"))
    #expect(error.message.contains("hidden.weight has shape [3, 2] instead of [2, 3]"))
    #expect(network.head.weight == Tensor(zeros: [1, 2]), "nothing is replaced")
  }
}

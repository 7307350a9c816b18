import LembraFormats
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Safetensors files")
struct SafetensorsTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func whatIsWrittenIsReadToTheBit() throws {
    let bits: [UInt32] = [0, 0x8000_0000, 1, 0x7f80_0000, 0x7fc0_1234, 0x3f80_0001]
    let file = SafetensorsFile(
      tensors: [
        "a.weight": Tensor(bits.map(Float.init(bitPattern:)), shape: [2, 3]),
        "number": Tensor(7), "empty": Tensor(zeros: [0, 5]),
        "deep": Tensor((0..<24).map(Float.init), shape: [2, 3, 2, 2]),
      ],
      metadata: ["": "", "quoted \"key\"": "a\\b\n\u{1}é🙂"])
    try file.write(to: folder("a.safetensors"))
    let read = try SafetensorsFile(readingFrom: folder("a.safetensors"))
    #expect(read.metadata == file.metadata)
    #expect(read.tensors.keys.sorted() == file.tensors.keys.sorted())
    for (name, tensor) in file.tensors {
      #expect(read.tensors[name]?.shape == tensor.shape)
      #expect(read.tensors[name]?.array.map(\.bitPattern) == tensor.array.map(\.bitPattern))
    }
  }

  @Test func equalContentsMakeEqualFiles() throws {
    let names = (0..<40).map { "layer\($0)" }
    for (path, names) in [("a", names), ("b", names.reversed())] {
      var file = SafetensorsFile()
      for name in names {
        file.tensors[name] = Tensor(1)
        file.metadata[name] = name
      }
      try file.write(to: folder(path))
    }
    #expect(try folder.bytes("a") == folder.bytes("b"))
  }

  @Test(arguments: 1...9)
  func elementsBeginAtAMultipleOfEight(nameLength: Int) throws {
    let name = String(repeating: "x", count: nameLength)
    try SafetensorsFile(tensors: [name: Tensor(1)]).write(to: folder("a"))
    let bytes = try folder.bytes("a")
    #expect((bytes.count - 4) % 8 == 0)
    #expect(bytes[8] == UInt8(ascii: "{"))
  }

  @Test func anEmptyFileHasNoTensors() throws {
    try SafetensorsFile().write(to: folder("a"))
    #expect(try SafetensorsFile(readingFrom: folder("a")).tensors.isEmpty)
  }

  @Test func pyTorchsElementTypesAreConverted() throws {
    let file = try SafetensorsFile(readingFrom: fixture("types.safetensors"))
    let values: [Float] = [0, -0.0, 1, -2.5, 65504, 0x1p-14, 0x1p-24, .infinity]
    for type in ["F32", "F64", "F16"] {
      let tensor = try #require(file.tensors[type])
      #expect(tensor.shape == [2, 4])
      #expect(tensor.array.map(\.bitPattern) == values.map(\.bitPattern), "\(type)")
    }
    // 65504 has more digits than bfloat16 keeps.
    let brain: [Float] = [0, -0.0, 1, -2.5, 65536, 0x1p-14, 0x1p-24, .infinity]
    #expect(file.tensors["BF16"]?.array.map(\.bitPattern) == brain.map(\.bitPattern))
    #expect(file.tensors["number"]?.scalar == 3)
    #expect(file.tensors["empty"]?.shape == [0, 3])
    #expect(file.metadata["note"] == "a \"quoted\" \\ line\nand é 🙂")
  }

  @Test func halfPrecisionIsConvertedAsTheProcessorDoes() {
    #if !(os(macOS) && arch(x86_64))
      for bits in 0...UInt16.max {
        let expected = Float(Float16(bitPattern: bits))
        let value = ElementType.float(half: bits)
        #expect(value == expected && value.sign == expected.sign || value.isNaN && expected.isNaN)
      }
    #endif
  }

  @Test func aLargeConversionCrossesItsChunks() throws {
    let count = 150_001
    let header =
      "{\"a\":{\"dtype\":\"F64\",\"shape\":[\(count)],\"data_offsets\":[0,\(count * 8)]}}"
    var bytes = safetensors(header)
    for i in 0..<count {
      bytes += withUnsafeBytes(of: Double(i).bitPattern.littleEndian, Array.init)
    }
    try folder.write(bytes, "a")
    let tensor = try #require(SafetensorsFile(readingFrom: folder("a")).tensors["a"])
    #expect(tensor.array == (0..<count).map(Float.init))
  }

  @Test func integersAreRefusedByName() throws {
    let error = try failure {
      _ = try SafetensorsFile(readingFrom: fixture("integers.safetensors"))
    }
    #expect(error.code == .invalidFile)
    #expect(error.location.name == "count")
    #expect(error.description.contains("I64"))
    #expect(error.remedy.contains("F32, F16, BF16, F64"))
    let header = try SafetensorsHeader(readingFrom: fixture("integers.safetensors"))
    #expect(header.entries.map(\.elementType) == [.int64])
  }

  @Test func aFailedWriteLeavesTheEarlierFile() throws {
    try folder.write([1, 2, 3], "a")
    let error = try failure {
      try SafetensorsFile().write(to: folder("missing/a"))
    }
    #expect(error.code == .fileSystem)
    #expect(try folder.bytes("a") == [1, 2, 3])
    #expect(try folder.names == ["a"])
  }

  @Test func aFullDiskIsAnError() throws {
    #if os(Linux)
      let error = try failure {
        try SafetensorsFile(tensors: ["a": Tensor(zeros: [1000])]).write(to: "/dev/full")
      }
      #expect(error.code == .fileSystem)
      #expect(error.remedy.contains("free some space"))
    #endif
  }
}

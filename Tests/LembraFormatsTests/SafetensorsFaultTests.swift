import Foundation
import LembraFormats
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Faulty safetensors files")
struct SafetensorsFaultTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func message(_ bytes: [UInt8]) throws -> String {
    try folder.write(bytes, "a")
    let error = try failure { _ = try SafetensorsFile(readingFrom: folder("a")) }
    #expect(error.code == .invalidFile)
    #expect(error.location.file == folder("a"))
    #expect(!error.remedy.isEmpty)
    return error.message
  }

  @Test(arguments: [
    ("{", "\" is missing"),
    ("", "{ is missing"),
    ("[]", "{ is missing"),
    ("{} x", "something follows"),
    ("{\"a\":1}", "{ is missing"),
    ("{\"a\":{}}", "lacks its dtype"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", "begin and an end"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "begin and an end"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", "more than two"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[NaN],\"data_offsets\":[0,4]}}", "no integer"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "no integer"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}", "] is missing"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1e0],\"data_offsets\":[0,4]}}", "] is missing"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[01],\"data_offsets\":[0,4]}}", "no integer"),
    (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}",
      "no integer"
    ),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[[1]],\"data_offsets\":[0,4]}}", "no integer"),
    (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1],\"data_offsets\":[0,4]}}",
      "more than four axes"
    ),
    (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4],\"data_offsets\":[0,4]}}",
      "too large"
    ),
    (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]}}",
      "too large"
    ),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "do not hold F32"),
    ("{\"a\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}}", "F33 are unknown"),
    ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", "unknown meaning"),
    (
      "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "twice"
    ),
    ("{\"__metadata__\":{\"a\":1}}", "\" is missing"),
    ("{\"__metadata__\":{\"a\":\"\",\"\\u0061\":\"\"}}", "a appears twice"),
    ("{\"__metadata__\":{\"\\ud800\":\"\"}}", "surrogate"),
    ("{\"__metadata__\":{\"\\u00g0\":\"\"}}", "hexadecimal"),
    ("{\"__metadata__\":{\"\\x\":\"\"}}", "unknown escape"),
    ("{\"__metadata__\":{\"a\nb\":\"\"}}", "control character"),
    ("{\"__metadata__\":{},\"__metadata__\":{}}", "appears twice"),
    ("{\"__metadata__\":{\"a", "no end"),
  ])
  func aWrongHeaderIsNamed(header: String, fault: String) throws {
    let message = try message(safetensors(header, data: 4))
    #expect(message.contains(fault), "\(message)")
  }

  private static func header(_ spans: [(String, Int, Int)]) -> String {
    let entries = spans.map { name, start, end in
      """
      "\(name)":{"dtype":"F32","shape":[\((end - start) / 4)],"data_offsets":[\(start),\(end)]}
      """
    }
    return "{\(entries.joined(separator: ","))}"
  }

  @Test func elementsMustFillTheFileOneBehindTheOther() throws {
    let header = Self.header
    #expect(
      try message(safetensors(header([("a", 0, 8), ("b", 4, 12)]), data: 12))
        .contains("within those of another"))
    #expect(
      try message(safetensors(header([("a", 0, 4), ("b", 8, 12)]), data: 12))
        .contains("4 bytes before the elements belong to no tensor"))
    #expect(
      try message(safetensors(header([("a", 0, 4)]), data: 5))
        .contains("1 byte at the end of the file belongs to no tensor"))
    #expect(
      try message(safetensors(header([("a", 0, 4), ("a", 4, 8)]), data: 8))
        .contains("the name a appears twice"))
    #expect(try message(safetensors(header([("a", 0, 8)]), data: 4)).contains("truncated"))
    #expect(try message(safetensors(header([("a", 0, 8)]), data: 12)).contains("at the end"))
    #expect(try message(safetensors("{}", data: 1)).contains("at the end"))
  }

  @Test func aHeaderMustFitItsFile() throws {
    #expect(try message([]).contains("no safetensors header"))
    #expect(try message([1, 0, 0]).contains("no safetensors header"))
    #expect(try message(Array(repeating: 0xff, count: 64)).contains("exceeds the limit"))
    #expect(try message([100, 0, 0, 0, 0, 0, 0, 0, 0x7b]).contains("the file ends after 1"))
    #expect(try message([0, 0, 0, 0, 0, 0, 0, 0]).contains("{ is missing"))
    #expect(try message([4, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x22]).contains("not UTF-8"))
  }

  @Test func deepNestingIsRefusedAtOnce() throws {
    let deep = String(repeating: "{\"a\":", count: 500_000)
    #expect(try message(safetensors(deep)).contains("unknown meaning"))
    #expect(try message(safetensors(String(repeating: "[", count: 500_000))).contains("{ is"))
  }

  @Test func aMissingFileAndAFolderAreErrors() throws {
    let missing = try failure { _ = try SafetensorsFile(readingFrom: folder("none")) }
    #expect(missing.code == .notFound)
    let other = try failure { _ = try SafetensorsFile(readingFrom: folder.path) }
    #expect(other.code == .invalidFile)
  }

  // MARK: - Fuzzing

  private func smallFile() throws -> [UInt8] {
    try SafetensorsFile(
      tensors: ["weight": Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), "bias": Tensor(1)],
      metadata: ["lembra": "{\"version\":1,\"task\":\"x\",\"description\":{}}"]
    ).write(to: folder("small"))
    return try folder.bytes("small")
  }

  /// Whether the bytes load.
  private func loads(_ bytes: [UInt8]) throws -> Bool {
    let file = try #require(fopen(folder("a"), "w"))
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    do {
      _ = try ModelFile(readingFrom: folder("a"))
      return true
    } catch {
      #expect(error.location.file != nil)
      return false
    }
  }

  @Test func noTruncationLoads() throws {
    let bytes = try smallFile()
    #expect(try loads(bytes))
    for count in bytes.indices {
      #expect(try !loads(Array(bytes[..<count])), "\(count) of \(bytes.count) bytes")
    }
  }

  @Test func mutationsLoadOrThrow() throws {
    let original = try smallFile()
    let headerEnd = original.count - 28
    var random = SplitMix(state: 20_260_101)
    let digits = Array("0123456789{}[]\",:\\-.eF".utf8)
    var loaded = 0
    for _ in 0..<6_000 {
      var bytes = original
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let place = Int.random(in: 0..<min(headerEnd, bytes.count), using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = digits.randomElement(using: &random) ?? 0
        case 2: bytes.insert(digits.randomElement(using: &random) ?? 0, at: place)
        case 3: bytes.remove(at: place)
        default:
          let end = Int.random(in: place..<bytes.count, using: &random)
          bytes.append(contentsOf: bytes[place..<end])
        }
      }
      if try loads(bytes) { loaded += 1 }
    }
    // Some mutations change a name or a blank only; most break the file.
    #expect(loaded > 0 && loaded < 3_000)
  }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

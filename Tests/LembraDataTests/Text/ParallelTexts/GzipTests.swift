#if Gzip
  import LembraData
  import LembraTensor
  import LembraTestSupport
  import Testing

  /// Forty times `ein hund schläft .`, and a line of cats, as Python's `gzip.compress` has them.
  private let compressed: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0xCD, 0xCC, 0x53,
    0xC8, 0x28, 0xCD, 0x4B, 0x51, 0x28, 0x4E, 0xCE, 0xC8, 0x39, 0xBC, 0x24, 0xAD, 0x44,
    0x41, 0x8F, 0x2B, 0x75, 0x54, 0x6C, 0x54, 0x6C, 0x54, 0x0C, 0x2C, 0x56, 0x55, 0x9E,
    0x9A, 0xA9, 0x90, 0x9D, 0x58, 0x52, 0x95, 0x9A, 0xA7, 0x50, 0x5C, 0x90, 0x99, 0x9A,
    0x03, 0xA4, 0xF5, 0xB8, 0x00, 0xF3, 0x43, 0xBC, 0xA8, 0x36, 0x03, 0x00, 0x00,
  ]

  @Suite("Texts that are compressed with gzip")
  struct GzipTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func lines(_ bytes: [UInt8]) throws -> [String] {
      try folder.write(bytes, "text.gz")
      return try ParallelTexts.lines(of: folder("text.gz"))
    }

    private let expected =
      Array(repeating: "ein hund schläft .", count: 40) + ["zwei katzen spielen ."]

    @Test("they are read, also in several members, and with the zeros of a tape behind them")
    func members() throws {
      #expect(try lines(compressed) == expected)
      #expect(try lines(compressed + compressed) == expected + expected)
      #expect(try lines(compressed + [0, 0, 0]) == expected)
    }

    @Test("every file that was cut off is refused")
    func truncated() throws {
      for length in 2..<compressed.count {
        let error = try lembraError { _ = try lines(Array(compressed.prefix(length))) }
        #expect(error.code == .invalidFile && error.location.file != nil, "\(length): \(error)")
      }
    }

    @Test("a changed byte is noticed, unless it says when and where a file was compressed")
    func damaged() throws {
      for place in 2..<compressed.count {
        var bytes = compressed
        bytes[place] ^= 0x10
        guard let lines = try? lines(bytes) else { continue }
        #expect((4...9).contains(place), "\(place)")
        #expect(lines == expected)
      }
      #expect(throws: LembraError.self) { try lines(compressed + [1, 2, 3]) }
    }
  }
#endif

/// Texts that are easily handled wrongly.
enum EdgeCases {
  static let texts = [
    "", " ", "\n", "\r\n", "\r\n\r\n  \t x", "\u{0}", "a\u{0}b\u{0}", "\u{FEFF}bom",
    "e\u{301}\u{323} \u{301}alone", "👩‍👩‍👧‍👦🏳️‍🌈 👍🏽", "\u{10FFFF}\u{E000}\u{FFFD}",
    "日本語 العربية हिन्दी ไทย 한국어", "don't I'll 'tis '", "1234567890 ½ Ⅷ",
    String(repeating: "a", count: 10_000), String(repeating: "\u{301}", count: 3000),
    String(repeating: "ab🙂", count: 2500), String(repeating: " ", count: 5000),
  ]
}

import LembraReport
import Testing

@Suite("A table fits its terminal")
struct TextTableTests {
  private static var results: ReportTable {
    var table = ReportTable(columns: [
      .init("Model"), .init("Test MSE", unit: "°C²", best: .lowest), .init("Parameters"),
      .init("Training"),
    ])
    table.append([.text("Last value"), .number(2.8123), .missing, .missing])
    table.append([
      .text("LSTM"), .mean(0.2603, sd: 0.0201), .integer(17_921), .duration(seconds: 0.31),
    ])
    table.append([.text("MLP"), .mean(0.52, sd: 0.064), .integer(4417), .duration(seconds: 125)])
    return table
  }

  @Test("Numbers stand at the right with the same decimals and the best is marked")
  func golden() {
    #expect(
      TextTable(Self.results).description == """
        Model       Test MSE (°C²)  Parameters   Training
        ──────────  ──────────────  ──────────  ─────────
        Last value          2.812            –          –
        LSTM        0.260 ± 0.020*      17,921     0.31 s
        MLP         0.520 ± 0.064        4,417  2 min 5 s

        * best of its column
        """)
  }

  @Test("Columns that do not fit go into a block of their own that repeats the first")
  func blocks() {
    #expect(
      TextTable(Self.results, width: 30).description == """
        Model       Test MSE (°C²)
        ──────────  ──────────────
        Last value          2.812
        LSTM        0.260 ± 0.020*
        MLP         0.520 ± 0.064

        Model       Parameters
        ──────────  ──────────
        Last value           –
        LSTM            17,921
        MLP              4,417

        Model        Training
        ──────────  ─────────
        Last value          –
        LSTM           0.31 s
        MLP         2 min 5 s

        * best of its column
        """)
  }

  @Test("No line is wider than the limit, whatever the cells hold", arguments: 0..<150)
  func widthIsKept(seed: Int) {
    var random = FixedRandom(state: UInt64(seed))
    let width = Int.random(in: 8...120, using: &random)
    let texts = (0..<12).map { _ in Self.text(using: &random) }
    let columnCount = Int.random(in: 1...9, using: &random)
    var table = ReportTable(
      columns: (0..<columnCount).map { index in
        .init(
          texts[index], unit: index % 3 == 1 ? "m/s" : "", best: index % 2 == 1 ? .highest : nil)
      }, caption: texts[11])
    for _ in 0..<Int.random(in: 0...5, using: &random) {
      table.append(
        (0..<columnCount).map { index in
          switch Int.random(in: 0..<5, using: &random) {
          case 0: .text(texts[index + 1])
          case 1: .number(random.number(-20...20))
          case 2: .mean(random.number(-3...3), sd: random.number(-9...3).magnitude)
          case 3: .integer(Int.random(in: -1_000_000...1_000_000, using: &random))
          default: .missing
          }
        })
    }
    let text = TextTable(table, width: width).description
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      #expect(line.displayWidth <= width, "\(line)")
      #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }
  }

  @Test("Nothing is shortened where the terminal is wide", arguments: 0..<20)
  func nothingIsLost(seed: Int) {
    var random = FixedRandom(state: UInt64(seed))
    let texts = (0..<4).map { _ in "w" + Self.text(using: &random) }
    var table = ReportTable(columns: texts.map { .init($0) })
    table.append(texts.map { .text($0) })
    let text = TextTable(table, width: 2000).description
    for line in text.split(separator: "\n") { #expect(!line.contains("…")) }
    #expect(text.split(separator: "\n").count == 3)
  }

  @Test(
    "Widths are those of a terminal",
    arguments: [
      ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("한국", 4), ("±∞²", 3), ("🙂", 2), ("", 0),
    ])
  func displayWidths(text: String, width: Int) {
    #expect(text.displayWidth == width)
  }

  @Test("Only numbers that can be compared are marked as best")
  func best() {
    var table = ReportTable(columns: [.init("a", best: .lowest), .init("b", best: .highest)])
    table.append([.number(.nan), .text("x")])
    table.append([.number(2), .number(7)])
    table.append([.number(2), .missing])
    #expect(table.written.map(\.best) == [[1, 2], [1]])
    #expect(table.written.map(\.isNumeric) == [true, false])
  }

  @Test(
    "A column shares its decimals unless its sizes are too different",
    arguments: [
      ([0.1214, 12.5], ["0.1214", "12.5000"]), ([1, 20], ["1", "20"]),
      ([1e-9, 5], ["1e-09", "5"]), ([0.5, .nan], ["0.5", "NaN"]), ([], []),
    ] as [([Double], [String])])
  func decimals(values: [Double], texts: [String]) {
    var table = ReportTable(columns: [.init("a")])
    for value in values { table.append([.number(value)]) }
    #expect(table.written[0].cells == texts)
  }

  private static func text(using random: inout FixedRandom) -> String {
    let parts = ["a", "Forecast", " ", "日本", "é", "🙂", "\n", "\u{1B}[31m", "long-word", "0.5", ""]
    return (0..<Int.random(in: 0...9, using: &random))
      .map { _ in parts.randomElement(using: &random) ?? "" }.joined()
  }
}

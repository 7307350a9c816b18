import LembraReport
import Testing

@Suite("A page is one file that stands alone")
struct PageTests {
  private static let hostile = "<img src=x onerror=alert(1)> & \"it's\" </style></script>"

  /// A page with every kind of block, where all text is `text`.
  private static func page(_ text: String) -> Page {
    var table = ReportTable(
      columns: [.init(text), .init("MSE", unit: text, best: .lowest)], caption: text)
    table.append([.text(text), .number(-0.25)])
    table.append([.text("b"), .number(0.5)])
    let chart = Chart(
      text, x: .init(text), y: .init(text), marks: [.line(.init(text, values: [1, 2]))])
    var map = Page.HeatMap(text, corner: text, columns: [text, "b"])
    map.append(text, [.init(1, share: 0.25), .init(3, share: .nan)])
    var page = Page(text, subtitle: text, language: "pt-BR", footer: text)
    for _ in 0..<4 {
      page.append(
        .init(
          text,
          [
            .paragraph(text), .highlights([.init(text, value: text, remark: text)]),
            .table(table), .chart(chart, caption: text), .facts([.init(text, text)]), .code(text),
            .heatMap(map), .sample(text),
            .passages([.init([.init(text), .init(text, shade: 2)], remark: text)]),
            .taggings([.init([.init(text, truth: text, given: "b")])]),
            .details(summary: text, [.paragraph(text), .chart(chart)]),
          ]))
    }
    return page
  }

  @Test("The document is well-formed and all text in it is escaped")
  func escaping() throws {
    let elements = try XMLReader.elements(of: Self.page(Self.hostile).html)
    let names = Set(elements.map(\.name))
    #expect(names.isDisjoint(with: ["img", "script", "link", "iframe", "object"]))
    for name in ["h1", "h2", "p", "code", "summary", "figcaption", "dt", "dd", "footer"] {
      let texts = elements.filter { $0.name == name }.map(\.text)
      #expect(!texts.isEmpty && texts.contains(Self.hostile), "\(name)")
    }
  }

  @Test("It takes nothing from outside and forbids it")
  func selfContained() throws {
    let html = Self.page("x").html
    let elements = try XMLReader.elements(of: html)
    #expect(elements.allSatisfy { $0.attributes["src"] == nil })
    #expect(elements.allSatisfy { $0.attributes["href"]?.hasPrefix("#") ?? true })
    #expect(!html.contains("url(") && !html.contains("@import"))
    let policy = elements.first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
    #expect(policy?.attributes["content"]?.hasPrefix("default-src 'none'") == true)
  }

  @Test("It says its language, fits a phone and has both colour schemes")
  func document() throws {
    let html = Self.page("x").html
    let elements = try XMLReader.elements(of: html)
    #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"pt-BR\""))
    #expect(elements.contains { $0.attributes["name"] == "viewport" })
    #expect(elements.contains { $0.attributes["content"] == "light dark" })
    #expect(html.contains("@media print") && html.contains("prefers-color-scheme:dark"))
  }

  @Test("No two elements share an id and every reference has its target")
  func identifiers() throws {
    let elements = try XMLReader.elements(of: Self.page("x").html)
    let ids = elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    let references =
      elements.compactMap { $0.attributes["href"] }.map { String($0.dropFirst()) }
      + elements.compactMap { $0.attributes["aria-labelledby"] }
      .flatMap { $0.split(separator: " ").map(String.init) }
    #expect(references.count == 4 + 2 * 16 && Set(references).isSubset(of: ids))
  }

  @Test("The best value of a column is marked and numbers stand at the right")
  func tables() throws {
    let elements = try XMLReader.elements(of: Self.page("x").html)
    let strong = elements.filter { $0.name == "strong" }
    #expect(strong.map(\.text) == Array(repeating: "−0.25", count: 4))
    // Two rows of a table and one of a heat map, four times.
    #expect(elements.withClass("number").filter { $0.name == "td" }.count == 4 * (2 + 2))
    #expect(elements.filter { $0.attributes["scope"] == "row" }.count == 4 * (2 + 1))
  }

  @Test("The same page gives the same bytes")
  func determinism() {
    #expect(Self.page("x").html == Self.page("x").html)
  }

  @Test("A table without columns and a row of another length are mistakes of the program")
  func traps() async {
    await #expect(processExitsWith: .failure) { _ = ReportTable(columns: []) }
    await #expect(processExitsWith: .failure) {
      var table = ReportTable(columns: [.init("a")])
      table.append([])
    }
    await #expect(processExitsWith: .failure) { _ = Chart.Line("a", x: [1], y: []) }
  }
}

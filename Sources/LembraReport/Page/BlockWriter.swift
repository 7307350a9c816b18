/// Writes blocks and numbers the charts, whose parts need names of their own.
struct BlockWriter {
  /// The widths in pixels at which a chart is drawn for a desk and for a phone.
  private static let widths = (wide: 784.0, narrow: 374.0)

  private var charts = 0

  mutating func write(_ block: Page.Block, into markup: inout Markup) {
    switch block {
    case .paragraph(let text): markup.element("p", text: text)
    case .highlights(let highlights): write(highlights, into: &markup)
    case .table(let table): write(table, into: &markup)
    case .chart(let chart, let caption): write(chart, caption, into: &markup)
    case .facts(let facts): write(facts, into: &markup)
    case .code(let code):
      markup.element("pre", ["tabindex": "0"]) { $0.element("code", text: code) }
    case .heatMap(let map): write(map, into: &markup)
    case .passages(let passages): write(passages, into: &markup)
    case .taggings(let sentences): write(sentences, into: &markup)
    case .sample(let text):
      markup.element("pre", ["class": "sample"]) { $0.write(text) }
    case .details(let summary, let blocks):
      markup.element("details") { markup in
        markup.element("summary", text: summary)
        for block in blocks { write(block, into: &markup) }
      }
    }
  }

  private func write(_ highlights: [Page.Highlight], into markup: inout Markup) {
    markup.element("dl", ["class": "highlights"]) { markup in
      for highlight in highlights {
        markup.element("div") { markup in
          markup.element("dt", text: highlight.label)
          markup.element("dd", ["class": "figure"], text: highlight.value)
          if !highlight.remark.isEmpty { markup.element("dd", text: highlight.remark) }
        }
      }
    }
  }

  private func write(_ facts: [Page.Fact], into markup: inout Markup) {
    markup.element("dl", ["class": "facts"]) { markup in
      for fact in facts {
        markup.element("div") { markup in
          markup.element("dt", text: fact.name)
          markup.element("dd", text: fact.value)
        }
      }
    }
  }

  /// Writes the chart twice, for wide and for narrow windows; the style sheet shows one of them.
  private mutating func write(_ chart: Chart, _ caption: String, into markup: inout Markup) {
    charts += 1
    let id = "chart-\(charts)"
    markup.element("figure", ["class": "chart"]) { markup in
      markup.element("div", ["class": "scroll wide"]) {
        $0.write(markup: chart.svg(width: Self.widths.wide, id: id, styled: false))
      }
      markup.element("div", ["class": "scroll narrow"]) {
        $0.write(markup: chart.svg(width: Self.widths.narrow, id: id + "-narrow", styled: false))
      }
      if !caption.isEmpty { markup.element("figcaption", text: caption) }
    }
  }

  private func write(_ table: ReportTable, into markup: inout Markup) {
    let columns = table.written
    figure(table.caption, into: &markup) { write(columns, of: table, into: &$0) }
  }

  /// Writes a table below its caption, in a box that can be scrolled.
  func figure(
    _ caption: String, into markup: inout Markup, _ table: (inout Markup) -> Void
  ) {
    let box: Markup.Attributes = [
      "class": "scroll", "role": "region", "tabindex": "0",
      "aria-label": caption.isEmpty ? "Table" : caption,
    ]
    // A caption of the table itself would scroll away with it on a phone.
    markup.element("figure", ["class": "table"]) { markup in
      if !caption.isEmpty { markup.element("figcaption", text: caption) }
      markup.element("div", box) { table(&$0) }
    }
  }

  private func write(
    _ columns: [WrittenColumn], of table: ReportTable, into markup: inout Markup
  ) {
    markup.element("table") { markup in
      markup.element("thead") { markup in
        markup.element("tr") { markup in
          for (column, written) in zip(table.columns, columns) {
            write(column, isNumeric: written.isNumeric, into: &markup)
          }
        }
      }
      markup.element("tbody") { markup in
        for row in table.rows.indices { write(row, of: columns, into: &markup) }
      }
    }
  }

  private func write(
    _ column: ReportTable.Column, isNumeric: Bool, into markup: inout Markup
  ) {
    let alignment: Markup.Attributes = isNumeric ? ["class": "number"] : [:]
    markup.element("th", ["scope": "col"] + alignment) { markup in
      markup.write(column.title)
      guard !column.unit.isEmpty else { return }
      markup.write(" ")
      markup.element("span", ["class": "unit"], text: "(\(column.unit))")
    }
  }

  private func write(_ row: Int, of columns: [WrittenColumn], into markup: inout Markup) {
    markup.element("tr") { markup in
      for (index, column) in columns.enumerated() {
        let text = column.cells[row]
        let isBest = column.best.contains(row)
        let classes = [column.isNumeric ? "number" : "", isBest ? "best" : ""]
          .filter { !$0.isEmpty }.joined(separator: " ")
        let attributes: Markup.Attributes = classes.isEmpty ? [:] : ["class": classes]
        let isKey = index == 0 && !column.isNumeric
        markup.element(isKey ? "th" : "td", (isKey ? ["scope": "row"] : [:]) + attributes) {
          let shown = column.isNumeric ? NumberText.typographic(text) : text
          if isBest { $0.element("strong", text: shown) } else { $0.write(shown) }
        }
      }
    }
  }
}

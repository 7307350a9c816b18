extension Page {
  /// The document, also well-formed as XML after its first line.
  ///
  /// The same page always gives the same bytes.
  public var html: String {
    var markup = Markup()
    markup.write(markup: "<!DOCTYPE html>\n")
    markup.element("html", ["lang": language, "xmlns": "http://www.w3.org/1999/xhtml"]) { markup in
      markup.element("head") { writeHead(into: &$0) }
      markup.element("body") { writeBody(into: &$0) }
    }
    markup.write(markup: "\n")
    return markup.text
  }

  private func writeHead(into markup: inout Markup) {
    markup.empty("meta", ["charset": "utf-8"])
    markup.empty(
      "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
    markup.empty("meta", ["name": "color-scheme", "content": "light dark"])
    markup.empty(
      "meta",
      [
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
      ])
    markup.element("title", text: title)
    // Both sheets are constant and free of `<` and `&`; quotes must stay as they are.
    markup.element("style") { $0.write(markup: Page.styleSheet + Chart.styleSheet) }
  }

  private func writeBody(into markup: inout Markup) {
    markup.element("main") { markup in
      markup.element("header") { markup in
        markup.element("h1", text: title)
        if !subtitle.isEmpty { markup.element("p", ["class": "subtitle"], text: subtitle) }
        if sections.count > 3 { writeContents(into: &markup) }
      }
      var blocks = BlockWriter()
      for (index, section) in sections.enumerated() {
        markup.element("section", ["id": Page.anchor(index)]) { markup in
          markup.element("h2", text: section.heading)
          for block in section.blocks { blocks.write(block, into: &markup) }
        }
      }
      if !footer.isEmpty { markup.element("footer", text: footer) }
    }
  }

  private func writeContents(into markup: inout Markup) {
    markup.element("nav", ["aria-label": "Contents"]) { markup in
      for (index, section) in sections.enumerated() {
        markup.element("a", ["href": "#" + Page.anchor(index)], text: section.heading)
        markup.write(" ")
      }
    }
  }

  private static func anchor(_ index: Int) -> String { "section-\(index + 1)" }
}

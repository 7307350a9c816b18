extension BlockWriter {
  func write(_ map: Page.HeatMap, into markup: inout Markup) {
    figure(map.caption, into: &markup) { markup in
      markup.element("table", ["class": "heat"]) { markup in
        markup.element("thead") { markup in
          markup.element("tr") { markup in
            markup.element("th", ["scope": "col"], text: map.corner)
            for column in map.columns {
              markup.element("th", ["scope": "col", "class": "number"], text: column)
            }
          }
        }
        markup.element("tbody") { markup in
          for row in map.rows { write(row, into: &markup) }
        }
      }
    }
  }

  private func write(_ row: Page.HeatMap.Row, into markup: inout Markup) {
    markup.element("tr") { markup in
      markup.element("th", ["scope": "row"], text: row.name)
      for cell in row.cells {
        markup.element(
          "td", ["class": "number"] + Self.shade(cell.share),
          text: NumberText.integer(cell.count))
      }
    }
  }

  func write(_ passages: [Page.Passage], into markup: inout Markup) {
    markup.element("ul", ["class": "passages"]) { markup in
      for passage in passages {
        markup.element("li") { markup in
          markup.element("p", ["dir": "auto"]) { markup in
            for (index, run) in passage.runs.enumerated() {
              if index > 0 { markup.write(" ") }
              guard let shade = run.shade else {
                markup.write(run.text)
                continue
              }
              markup.element("span", ["class": "word"] + Self.shade(shade), text: run.text)
            }
          }
          if !passage.remark.isEmpty {
            markup.element("p", ["class": "remark"], text: passage.remark)
          }
        }
      }
    }
  }

  func write(_ sentences: [Page.Tagging], into markup: inout Markup) {
    for sentence in sentences {
      markup.element("ol", ["class": "tagging"]) { markup in
        for word in sentence.words { write(word, into: &markup) }
      }
    }
  }

  private func write(_ word: Page.Tagging.Word, into markup: inout Markup) {
    let isWrong = word.truth != word.given
    markup.element("li", isWrong ? ["class": "wrong"] : [:]) { markup in
      markup.element("span", ["class": "token", "dir": "auto"], text: word.text)
      guard isWrong else {
        markup.element("span", ["class": "tag"], text: word.truth)
        return
      }
      markup.element("span", ["class": "tag"], text: "true \(word.truth)")
      markup.element("span", ["class": "tag given"], text: "given \(word.given)")
    }
  }

  /// How dark an element is shaded.
  private static func shade(_ share: Double) -> Markup.Attributes {
    let bounded = share.isFinite ? min(max(share, 0), 1) : 0
    return ["style": "--w:\(NumberText.fixed(bounded, decimals: 3, grouped: false))"]
  }
}

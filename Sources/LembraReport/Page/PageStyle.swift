extension Page {
  /// The style sheet of a page, which shares the surface and ink of the charts.
  static var styleSheet: String {
    """
    :root{color-scheme:light dark;\(variables(Palette.light, soft: "#f5f6f8", tint: "#e9edfa"))}
    @media screen and (prefers-color-scheme:dark){
    :root{\(variables(Palette.dark, soft: "#1e232b", tint: "#242e48"))}
    }
    \(layout)
    \(text)
    \(figures)
    \(tables)
    \(texts)
    \(media)

    """
  }

  private static func variables(_ theme: Palette.Theme, soft: String, tint: String) -> String {
    "--surface:\(theme.surface);--ink:\(theme.ink);--muted:\(theme.muted);--line:\(theme.grid);"
      + "--accent:\(theme.series[0]);--soft:\(soft);--tint:\(tint)"
  }

  private static let layout = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0;background:var(--surface);color:var(--ink);font:1.0625rem/1.6 system-ui,\
    -apple-system,'Segoe UI',Roboto,'Helvetica Neue',sans-serif;overflow-wrap:break-word}
    main{max-width:50rem;margin:0 auto;padding:clamp(1.75rem,6vw,4.5rem) 1.25rem 4rem}
    section{margin-top:3.5rem;scroll-margin-top:1rem}
    .scroll{overflow-x:auto;max-width:100%}
    .scroll:focus-visible,pre:focus-visible,summary:focus-visible,a:focus-visible\
    {outline:2px solid var(--accent);outline-offset:2px}
    """

  private static let text = """
    h1,h2{line-height:1.2;text-wrap:balance;letter-spacing:-.015em;margin:0}
    h1{font-size:clamp(1.75rem,1.3rem + 2.2vw,2.6rem);font-weight:700}
    h2{font-size:1.45rem;font-weight:650;margin-bottom:1rem}
    p{margin:0 0 1rem;max-width:40rem;text-wrap:pretty}
    .subtitle{font-size:1.2rem;line-height:1.45;color:var(--muted);margin:.7rem 0 0;max-width:none}
    nav{display:flex;flex-wrap:wrap;gap:.35rem 1.4rem;margin-top:1.6rem;padding:.8rem 0;\
    border:solid var(--line);border-width:1px 0;font-size:.95rem}
    a{color:var(--accent);text-decoration:none}
    a:hover{text-decoration:underline;text-underline-offset:.2em}
    pre{margin:1rem 0 1.5rem;padding:1rem 1.1rem;background:var(--soft);border-radius:.5rem;\
    overflow-x:auto;font:.875rem/1.6 ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',\
    monospace;tab-size:2}
    code{font:inherit}
    details{margin:1.25rem 0;border:1px solid var(--line);border-radius:.5rem;padding:0 1.1rem}
    summary{cursor:pointer;padding:.75rem 0;font-weight:600}
    details[open] summary{margin-bottom:.25rem}
    footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--line);\
    color:var(--muted);font-size:.875rem}
    .highlights{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:1rem;\
    margin:0 0 1.75rem}
    .highlights div{background:var(--soft);border-radius:.6rem;padding:1rem 1.15rem}
    .highlights dt,.highlights dd{margin:0;color:var(--muted);font-size:.9rem;line-height:1.4}
    .highlights .figure{color:var(--ink);font-size:1.55rem;font-weight:650;line-height:1.3;\
    letter-spacing:-.015em;font-variant-numeric:tabular-nums;margin:.15rem 0}
    .facts{margin:0 0 1.5rem;font-size:.975rem}
    .facts div{display:grid;grid-template-columns:minmax(8rem,13rem) 1fr;gap:0 1.5rem;\
    padding:.45rem 0;border-bottom:1px solid var(--line)}
    .facts dt{color:var(--muted)}
    .facts dd{margin:0;min-width:0;font-variant-numeric:tabular-nums}
    """

  private static let tables = """
    .table{margin:1.5rem 0 2rem}
    .table figcaption{margin:0 0 .6rem}
    table{border-collapse:collapse;width:100%;font-size:.975rem;line-height:1.4;\
    font-variant-numeric:tabular-nums}
    th,td{padding:.55rem .8rem;text-align:left;vertical-align:baseline;\
    border-bottom:1px solid var(--line)}
    thead th{font-weight:600;font-size:.9rem;vertical-align:bottom;\
    border-bottom:1.5px solid var(--muted)}
    tbody th{font-weight:500;white-space:nowrap}
    th:first-child,td:first-child{padding-left:.35rem;position:sticky;left:0;\
    background:var(--surface)}
    .number{text-align:right;white-space:nowrap}
    thead .number{white-space:normal}
    .unit{color:var(--muted);font-weight:400;white-space:nowrap}
    .best{background:var(--tint)}
    .best strong{font-weight:700}
    tbody tr:hover>*{background:var(--soft)}
    tbody tr:hover>.best{background:var(--tint)}
    """

  private static let figures = """
    figure{margin:1.75rem 0 2.25rem}
    /* The drawings have a margin of 12 pixels; their text stands under that of the page. */
    .chart .scroll{margin:0 -12px;max-width:none}
    .chart svg{display:block;width:100%;height:auto}
    .chart .wide svg{min-width:34rem}
    .chart .narrow{display:none}
    figcaption{color:var(--muted);font-size:.925rem;line-height:1.5;max-width:40rem;\
    margin:.4rem 0 0}
    """

  private static let media = """
    @media screen and (min-width:54rem){
    /* A wide table may use the room to the right of the text. */
    .scroll{width:fit-content;min-width:100%;max-width:calc(25rem + 50vw - 2.5rem)}
    .chart .scroll{width:auto;min-width:0;max-width:none}
    }
    @media screen and (max-width:37.5rem){
    .chart .wide{display:none}
    .chart .narrow{display:block}
    .chart .narrow svg{min-width:18rem}
    .facts div{grid-template-columns:1fr}
    section{margin-top:2.75rem}
    th,td{padding:.5rem .55rem}
    }
    @media print{
    body{font-size:10.5pt}
    main{max-width:none;padding:0}
    nav{display:none}
    section{margin-top:1.75rem}
    h2,summary{break-after:avoid}
    figure,tr,pre,.highlights div{break-inside:avoid}
    pre{white-space:pre-wrap}
    .highlights div,.best,.heat td,.word{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .scroll{overflow:visible}
    a{color:inherit}
    }
    """
}

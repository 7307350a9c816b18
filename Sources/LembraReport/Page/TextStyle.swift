extension Page {
  /// The rules for heat maps and for texts from elsewhere.
  ///
  /// A shade takes at most 55 percent of the accent, so that text on it keeps a contrast of 4.5:1.
  static let texts = """
    .heat tbody tr>td,.word{background:color-mix(in srgb,\
    var(--accent) calc(var(--w)*55%),transparent)}
    .heat th{max-width:12rem;overflow:hidden;text-overflow:ellipsis}
    .passages{list-style:none;margin:1rem 0 1.75rem;padding:0}
    .passages li{padding:.8rem 0;border-bottom:1px solid var(--line)}
    .passages p{margin:0;max-width:none;overflow-wrap:anywhere;text-wrap:wrap}
    .passages .remark{color:var(--muted);font-size:.925rem;margin-top:.3rem}
    .word{border-radius:.25em;padding:.1em .15em}
    .tagging{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem .35rem;margin:0;\
    padding:1rem 0;border-bottom:1px solid var(--line)}
    .tagging li{display:flex;flex-direction:column;min-width:0;max-width:100%;\
    padding:.15rem .4rem;border-radius:.3rem;line-height:1.35;overflow-wrap:anywhere}
    .tagging .tag{color:var(--muted);font-size:.78rem}
    .tagging .wrong{background:var(--tint);outline:1px solid var(--accent)}
    .tagging .given{color:var(--ink);font-weight:600}
    .sample{white-space:pre-wrap;overflow-wrap:anywhere}
    """
}

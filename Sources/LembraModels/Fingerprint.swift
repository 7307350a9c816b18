import LembraData

/// A hash that is the same in every process, unlike the standard library's.
struct Fingerprint {
  private(set) var value: UInt64 = 0

  /// Takes in a word by the finaliser of SplitMix64 (Steele, Lea and Flood, 2014), in which every
  /// bit of the input changes about half of the output.
  mutating func combine(_ word: UInt64) {
    var mixed = (value ^ word) &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    value = mixed ^ (mixed >> 31)
  }

  /// A text that changes, but for chance, with every number of some lists and with their lengths.
  static func text(of lists: [[Int]]) -> String {
    var hash = Fingerprint()
    for list in lists {
      hash.combine(UInt64(list.count))
      for number in list { hash.combine(UInt64(bitPattern: Int64(number))) }
    }
    return String(hash.value, radix: 16)
  }

  /// A text that changes, but for chance, with every byte of some texts.
  static func text(of texts: [String]) -> String {
    text(of: texts.map { $0.utf8.map(Int.init) })
  }
}

extension TokenCorpus {
  /// A text that changes, but for chance, with every token.
  var fingerprint: String {
    var hash = Fingerprint()
    let piece = 1 << 16
    for start in stride(from: 0, to: count, by: piece) {
      for token in self[start..<min(start + piece, count)] { hash.combine(UInt64(token)) }
    }
    return String(hash.value, radix: 16)
  }
}

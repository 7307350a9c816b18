import LembraData

/// What is held back to choose an epoch by: another file, or a share of the data.
enum HeldOut {
  case file(String)
  case share(Share)

  /// A number or a percentage is a share; everything else names a file.
  init(_ text: String) {
    let isNumber = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "%")
    }
    if isNumber, let share = try? Share(parsing: text) {
      self = .share(share)
    } else {
      self = .file(text)
    }
  }

  /// The files that are read.
  var files: [String] {
    if case .file(let path) = self { [path] } else { [] }
  }
}

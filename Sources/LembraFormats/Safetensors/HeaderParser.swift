import LembraTensor

extension SafetensorsHeader {
  /// Collects the tensors and the metadata of a header, each of them sound in itself.
  struct Parser {
    let path: String
    private(set) var entries: [Entry] = []
    private(set) var metadata: [String: String] = [:]
    private var names: Set<String> = []

    init(path: String) {
      self.path = path
    }

    mutating func parse(_ scanner: inout HeaderScanner) throws(LembraError) {
      try scanner.object { scanner, name throws(LembraError) in
        guard names.insert(name).inserted else {
          throw scanner.fault("the name \(name) appears twice")
        }
        if name == "__metadata__" {
          try parseMetadata(&scanner)
        } else {
          entries.append(try entry(name, &scanner))
        }
      }
      try scanner.end()
    }

    private mutating func parseMetadata(_ scanner: inout HeaderScanner) throws(LembraError) {
      try scanner.object { scanner, key throws(LembraError) in
        guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
          throw scanner.fault("the metadata key \(key) appears twice")
        }
      }
    }

    private func entry(
      _ name: String, _ scanner: inout HeaderScanner
    ) throws(LembraError) -> Entry {
      var type: String?
      var extents: [Int]?
      var offsets: [Int]?
      try scanner.object { scanner, key throws(LembraError) in
        switch key {
        case "dtype" where type == nil: type = try scanner.string()
        case "shape" where extents == nil:
          extents = try scanner.sizes(
            atMost: 4, tooMany: "\(name) has more than four axes, the most that Lembra reads")
        case "data_offsets" where offsets == nil:
          offsets = try scanner.sizes(atMost: 2, tooMany: "\(name) has more than two offsets")
        default: throw scanner.fault("\(name) has \(key) twice or of an unknown meaning")
        }
      }
      guard let type, let extents, let offsets else {
        throw scanner.fault("\(name) lacks its dtype, shape or data_offsets")
      }
      guard let elementType = ElementType(rawValue: type) else {
        throw fault(
          name, "elements of the type \(type) are unknown",
          "convert them to \(Self.readableTypes)")
      }
      return try entry(name, elementType, extents, offsets)
    }

    private func entry(
      _ name: String, _ elementType: ElementType, _ extents: [Int], _ offsets: [Int]
    ) throws(LembraError) -> Entry {
      // Shape multiplies extents in any order, so their product must fit even without the zeros.
      var magnitude = 4
      for extent in extents where extent > 0 {
        let (product, overflows) = magnitude.multipliedReportingOverflow(by: extent)
        guard !overflows, product <= Int.max / 2 else {
          throw fault(name, "a tensor of shape \(extents) is too large for any memory")
        }
        magnitude = product
      }
      guard offsets.count == 2, offsets[0] <= offsets[1] else {
        throw fault(name, "the offsets \(offsets) are not a begin and an end")
      }
      let shape = Shape(extents)
      let span = offsets[1] - offsets[0]
      guard span == shape.count * elementType.byteCount else {
        throw fault(
          name,
          "\(span) bytes do not hold \(elementType.rawValue) elements of shape \(shape)")
      }
      return Entry(
        name: name, elementType: elementType, shape: shape, bytes: offsets[0]..<offsets[1])
    }

    private func fault(
      _ name: String, _ what: String,
      _ remedy: String = "write the file again with the program it came from"
    ) -> LembraError {
      LembraError(.invalidFile, what, remedy: remedy, at: .init(file: path, name: name))
    }

    static var readableTypes: String {
      ElementType.readable.map(\.rawValue).joined(separator: ", ")
    }
  }
}

import LembraData
import LembraFormats
package import LembraTensor

/// A file that lists workloads: a JSON array of objects with the members of ``Workload``.
package enum WorkloadFile {
  /// Reads the workloads at `path`.
  ///
  /// - Throws: `LembraError` when the file cannot be read, when a member is missing or of the wrong
  ///   kind, when a number is out of range or when an id comes twice.
  package static func read(_ path: String) throws(LembraError) -> [Workload] {
    let text = String(decoding: try readBytes(ofFileAt: path), as: UTF8.self)
    let workloads: [Workload]
    do {
      workloads = try ExactJSON.value(from: text)
    } catch {
      var reason = (error as? DecodingError)?.reason ?? "\(error)"
      if reason.hasSuffix(".") { reason.removeLast() }
      throw LembraError(
        .invalidFile, "this is no list of workloads: \(reason)",
        remedy: """
          write [{"id": "small", "batch": 32, "time": 100, "input": 128, "hidden": 128, \
          "layers": 1, "bidirectional": false}]
          """, at: .init(file: path))
    }
    guard !workloads.isEmpty else {
      throw LembraError(
        .invalidFile, "there is no workload in this file", remedy: "add one", at: .init(file: path))
    }
    var seen: Set<String> = []
    for (index, workload) in workloads.enumerated() {
      let place = LembraError.Location(file: path, name: "workload \(index + 1)")
      try check(workload, at: place)
      guard seen.insert(workload.id).inserted else {
        throw LembraError(
          .invalidFile, "the id \(workload.id) is there twice", remedy: "choose another",
          at: place)
      }
    }
    return workloads
  }

  private static let largest = 1_000_000

  private static func check(
    _ workload: Workload, at place: LembraError.Location
  ) throws(LembraError) {
    guard !workload.id.isEmpty, !workload.id.contains(",") else {
      throw LembraError(
        .invalidFile, "the id '\(workload.id)' cannot be asked for by --only",
        remedy: "choose one without a comma", at: place)
    }
    let numbers = [
      ("batch", workload.batch), ("time", workload.time), ("input", workload.input),
      ("hidden", workload.hidden), ("layers", workload.layers),
    ]
    for (name, number) in numbers where !(1...largest).contains(number) {
      throw LembraError(
        .invalidFile, "\(name) is \(number)", remedy: "choose from 1 to \(largest)", at: place)
    }
  }
}

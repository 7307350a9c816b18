import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One run of the built command as a user would start it.
struct CommandRun {
  let status: Int32
  /// Whether a signal ended the process.
  let wasKilled: Bool
  /// What it wrote to standard output.
  let output: String
  /// What it wrote to standard error.
  let errors: String

  /// Runs `lembra` in a folder and waits for its end.
  ///
  /// - Parameters:
  ///   - arguments: what stands after `lembra`.
  ///   - folder: the working folder.
  ///   - environment: variables beside those of the test.
  ///   - outputPath: where standard output goes instead of ``output``.
  ///   - whileRunning: what to do as long as the process runs.
  /// - Throws: when the process cannot be started or its output cannot be read.
  init(
    _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:],
    outputPath: String? = nil, whileRunning: (RunningCommand) throws -> Void = { _ in }
  ) throws {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment
      .merging(["NO_COLOR": "1", "COLUMNS": "80"]) { $1 }.merging(environment) { $1 }
    // Files instead of pipes: nothing is lost and nobody has to read along.
    let id = UUID().uuidString
    let outputURL = outputPath.map { URL(filePath: $0) } ?? folder.url.appending(path: ".out-\(id)")
    let errorsURL = folder.url.appending(path: ".err-\(id)")
    for url in [outputURL, errorsURL] where outputPath != url.path() {
      try Data().write(to: url)
    }
    process.standardOutput = try FileHandle(forWritingTo: outputURL)
    process.standardError = try FileHandle(forWritingTo: errorsURL)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    try whileRunning(RunningCommand(process: process, errorsURL: errorsURL))
    process.waitUntilExit()
    status = process.terminationStatus
    wasKilled = process.terminationReason == .uncaughtSignal
    output = outputPath == nil ? try String(contentsOf: outputURL, encoding: .utf8) : ""
    errors = try String(contentsOf: errorsURL, encoding: .utf8)
    try? FileManager.default.removeItem(at: errorsURL)
    if outputPath == nil { try? FileManager.default.removeItem(at: outputURL) }
  }

  /// The one document on standard output.
  func json() throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
    return try #require(value as? [String: Any])
  }

  /// The command beside the tests, wherever they were built.
  static let executable = Bundle.module.bundleURL.deletingLastPathComponent()
    .appending(path: "lembra")
}

/// A run that has not ended.
struct RunningCommand {
  let process: Process
  let errorsURL: URL

  /// Waits until the command has written `text` to standard error, or has ended.
  func wait(for text: String) throws {
    while process.isRunning,
      try !String(contentsOf: errorsURL, encoding: .utf8).contains(text)
    { usleep(2_000) }
  }

  /// Sends what Control-C sends.
  func interrupt() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGINT)
  }
}

/// A folder of its own for a test, removed after it.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "lembra-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func path(_ name: String) -> String { url.appending(path: name).path() }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: path(name), atomically: false, encoding: .utf8)
  }

  func write(bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: path(name)))
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: path(name)))
  }

  func holds(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name))
  }
}

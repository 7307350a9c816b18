import Foundation
import LembraCLI
import Testing

@Suite("lembra benchmark recurrent")
struct BenchmarkRecurrentTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func run(_ options: String) throws -> CommandRun {
    try CommandRun(
      ["benchmark", "recurrent", "--seconds", "0.001"]
        + options.split(separator: " ").map(String.init), in: folder)
  }

  private func lines(_ run: CommandRun) throws -> [[String: Any]] {
    try run.output.split(separator: "\n").map { line in
      let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(value as? [String: Any])
    }
  }

  /// Small networks of every form.
  private static let workloads = """
    [{"id": "plain", "batch": 3, "time": 5, "input": 4, "hidden": 8, "layers": 1,
      "bidirectional": false},
     {"id": "deep", "batch": 2, "time": 4, "input": 3, "hidden": 8, "layers": 2,
      "bidirectional": true},
     {"id": "step", "batch": 2, "time": 1, "input": 3, "hidden": 8, "layers": 2,
      "bidirectional": false}]
    """

  @Test("writes a line for every kind and mode, a stream being only inference")
  func writesLines() throws {
    try folder.write(Self.workloads, to: "own.json")
    let run = try run("--workloads own.json --json-lines --quiet --threads 2")
    #expect(run.status == 0 && run.errors.isEmpty)
    let lines = try lines(run)
    let cells = lines.map { "\($0["workload"] ?? "") \($0["kind"] ?? "") \($0["mode"] ?? "")" }
    let kinds = ["lstm", "gru", "rnn"]
    #expect(
      cells
        == ["plain", "deep"].flatMap { id in
          kinds.flatMap { ["\(id) \($0) inference", "\(id) \($0) training"] }
        } + kinds.map { "step \($0) inference" })
    for line in lines {
      #expect(
        Set(line.keys)
          == ["engine", "kind", "workload", "mode", "threads", "seconds", "gflops"])
      #expect(line["engine"] as? String == "lembra")
      #expect(line["threads"] as? Int == 2)
      #expect(try #require(line["seconds"] as? Double) > 0)
    }
  }

  @Test("counts the products of real steps, three times for training")
  func countsProducts() throws {
    func expect(_ flops: Double, _ options: String) throws {
      let line = try #require(
        try lines(run("--only small --kinds gru --json-lines " + options)).first)
      #expect(line["ragged"] as? Bool == (options.contains("--ragged") ? true : nil))
      let (gflops, seconds) = (line["gflops"] as? Double, line["seconds"] as? Double)
      // One decimal is shown.
      #expect(try abs(#require(gflops) - flops / #require(seconds) / 1e9) < 0.0501)
    }
    // 3 gates, 128 units, 128 inputs, 32 sequences of 100 steps.
    let all = 2.0 * 3 * 128 * 256 * 3200
    try expect(all, "--modes inference")
    try expect(3 * all, "--modes training")
    let rows = Workload.standard[2].lengths(ragged: true).reduce(0, +)
    try expect(all * Double(rows) / 3200, "--modes inference --ragged")
  }

  @Test("times the stream of the built-in workloads")
  func timesStream() throws {
    let run = try run("--only stream --seconds 0.01 --kinds lstm --json-lines")
    #expect(run.status == 0)
    #expect(run.errors == "lembra: measuring stream, 1 of 1\n")
    let lines = try lines(run)
    #expect(lines.count == 1)
    #expect(lines.first?["mode"] as? String == "inference")
  }

  @Test("shows a table as wide as a terminal, and says what is ragged")
  func showsTable() throws {
    let run = try run("--only lesson,stream --kinds rnn --ragged --quiet")
    #expect(run.status == 0 && run.errors.isEmpty)
    for text in ["Workload", "GFLOP/s", "Of peak", "lesson", "stream", "1 thread", "ragged"] {
      #expect(run.output.contains(text), "no \(text)")
    }
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("writes one document with the peak beside the measurements")
  func writesDocument() throws {
    let run = try run("--only lesson --kinds rnn --json --quiet")
    let document = try run.json()
    #expect(try #require(document["peakGflops"] as? Double) > 0)
    #expect((document["cells"] as? [[String: Any]])?.count == 2)
    #expect(document["threads"] as? Int == 1)
  }

  @Test(
    "refuses wrong use with the option and what could be chosen",
    arguments: [
      ("--only lesson,nope", "'nope'", "ptb-small"), ("--only ,", "--only", "lesson"),
      ("--kinds lstm,x", "'x'", "lstm,gru,rnn"), ("--modes x", "'x'", "inference,training"),
      ("--threads 0", "--threads", "from 1 to 1024"), ("--threads two", "--threads", "two"),
      ("--seconds nan", "--seconds", "above 0"), ("--seconds -1", "--seconds", "above 0"),
      ("--only stream --modes training", "--modes", "inference"),
      ("--json --json-lines", "--json-lines", "leave out"),
    ])
  func refusesWrongUse(options: String, place: String, remedy: String) throws {
    let run = try run(options)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("lembra: "))
    #expect(run.errors.contains(place) && run.errors.contains(remedy), "\(run.errors)")
  }

  struct BadFile: Sendable, CustomTestStringConvertible {
    let text: String
    /// What the message says of it.
    let message: String

    var testDescription: String { message }

    init(_ message: String, _ text: String) {
      self.message = message
      self.text = text
    }

    /// A list in which something is replaced.
    init(_ message: String, replacing old: String, with new: String) {
      self.init(message, workloads.replacing(old, with: new))
    }
  }

  @Test(
    "refuses a file that lists no workloads",
    arguments: [
      BadFile("own.json: this is no list", ""), BadFile("there is no workload", "[]"),
      BadFile("expected Array", #"{"id": 1}"#), BadFile("this is no list of workloads", "[1, 2"),
      BadFile("workload 2: the id plain", replacing: "\"deep\"", with: "\"plain\""),
      BadFile("workload 2: the id 'a,b'", replacing: "\"deep\"", with: "\"a,b\""),
      BadFile("workload 1: hidden is 0", replacing: "\"hidden\": 8", with: "\"hidden\": 0"),
      BadFile("hidden", replacing: "\"hidden\": 8", with: "\"hidden\": 2.5"),
      BadFile("hidden is missing", replacing: "\"hidden\": 8,", with: ""),
      BadFile("batch is 9999999", replacing: "\"batch\": 3", with: "\"batch\": 9999999"),
      BadFile(
        "workload plain: it would take", replacing: "\"hidden\": 8", with: "\"hidden\": 999999"),
    ])
  func refusesFile(file: BadFile) throws {
    try folder.write(file.text, to: "own.json")
    let run = try run("--workloads own.json")
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("lembra: ") && run.errors.contains("; "))
    #expect(run.errors.contains(file.message), "\(run.errors)")
  }

  @Test("says that a file is not there")
  func missesFile() throws {
    let run = try run("--workloads nothing.json")
    #expect(run.status == 1)
    #expect(run.errors.contains("nothing.json"))
  }

  @Test("stops after a measurement and prints what is finished")
  func stops() throws {
    let run = try CommandRun(
      ["benchmark", "recurrent", "--only", "lesson,small", "--seconds", "1"], in: folder
    ) { command in
      try command.wait(for: "measuring lesson")
      command.interrupt()
    }
    #expect(run.status == 1 && !run.wasKilled)
    #expect(run.errors.contains("stopped"))
    #expect(run.output.contains("lesson") && !run.output.contains("small"))
  }
}

@Suite("lembra benchmark machine")
struct BenchmarkMachineTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test("measures one thread and all that are allowed, at every level of the memory")
  func measures() throws {
    let run = try CommandRun(
      ["benchmark", "machine", "--threads", "2", "--json"], in: folder,
      environment: ["LEMBRA_ISA": CommandRun.plainestInstructionSet])
    #expect(run.status == 0 && run.errors.isEmpty)
    let document = try run.json()
    #expect(document["instructionSet"] as? String == CommandRun.plainestInstructionSet)
    #expect(document["lanes"] as? Int == 4)
    #expect(try #require(document["processors"] as? Int) >= 1)
    let rates = try #require(document["rates"] as? [[String: Any]])
    #expect(rates.map { $0["threads"] as? Int } == [1, 2])
    for rate in rates {
      #expect(try #require(rate["gflops"] as? Double) > 0)
      let reading = try #require(rate["reading"] as? [[String: Any]])
      #expect(reading.first?["level"] as? String == "L1")
      #expect(reading.last?["level"] as? String == "memory")
      for level in reading {
        #expect(try #require(level["gigabytesPerSecond"] as? Double) > 0)
      }
    }
  }

  @Test("shows tables as wide as a terminal")
  func showsTables() throws {
    let run = try CommandRun(["benchmark", "machine", "--threads", "1"], in: folder)
    #expect(run.status == 0)
    for text in ["processors", "instruction set", "multiply-adds", "reading from memory"] {
      #expect(run.output.contains(text), "no \(text)")
    }
    #expect(!run.output.contains("2 threads"))
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}

extension CommandRun {
  /// What every processor of the platform has.
  fileprivate static var plainestInstructionSet: String {
    #if arch(x86_64)
      "sse2"
    #else
      "neon"
    #endif
  }
}

@Suite("lembra benchmark variants")
struct BenchmarkVariantsTests {
  @Test("tells the ratio of every variant of the kinds that were asked for")
  func tellsRatios() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      [{"id": "own", "batch": 3, "time": 5, "input": 4, "hidden": 8, "layers": 1,
        "bidirectional": false}]
      """, to: "own.json")
    let options = ["benchmark", "variants", "--workloads", "own.json", "--seconds", "0.001"]
    let run = try CommandRun(options + ["--kinds", "gru", "--json", "--quiet"], in: folder)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let cells = try #require(value as? [[String: Any]])
    #expect(
      cells.map { "\($0["variant"] ?? "") \($0["mode"] ?? "")" } == [
        "layer normalisation inference", "zoneout inference", "4 heads inference",
        "reset before inference", "MGU inference", "minGRU inference",
        "layer normalisation training", "recurrent dropout training", "zoneout training",
        "weight drop training", "4 heads training", "reset before training", "MGU training",
        "minGRU training",
      ])
    for cell in cells { #expect(try #require(cell["ratio"] as? Double) > 0) }
    let table = try CommandRun(options + ["--kinds", "lstm", "--modes", "training"], in: folder)
    #expect(table.output.contains("peepholes") && table.output.contains("Times plain"))
    #expect(table.output.contains("sLSTM"))
  }
}

import Foundation
import Testing

@Suite("Control-C", .serialized, .timeLimit(.minutes(3)))
struct InterruptionTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(SampleData.monthly, to: "data.csv")
  }

  private func arguments(_ line: String) -> [String] {
    line.split(separator: " ").map(String.init)
  }

  @Test("stops training, and going on gives the same bits as never stopping")
  func resumes() throws {
    let line = "train forecast data.csv --targets level --model rnn --hidden 8 --epochs 150"
    let straight = try CommandRun(arguments(line + " -o straight.safetensors"), in: folder)
    #expect(straight.status == 0, "\(straight.errors)")

    try folder.write("an earlier model", to: "m.safetensors")
    let stopped = try CommandRun(
      arguments(line + " -o m.safetensors --checkpoint c"), in: folder,
      whileRunning: interruptInTraining)
    #expect(stopped.status == 1)
    #expect(!stopped.wasKilled)
    #expect(stopped.output.isEmpty)
    #expect(stopped.errors.contains("--resume"))
    #expect(try folder.text("m.safetensors") == "an earlier model")

    let resumed = try CommandRun(
      arguments(line + " -o m.safetensors --checkpoint c --resume"), in: folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try folder.bytes("m.safetensors") == folder.bytes("straight.safetensors"))
  }

  @Test("stops the training of a translator with averaged weights, to the same bits")
  func translators() throws {
    let pairs = (10..<90).map { "\($0)\t\(String("\($0)".reversed()))\n" }
    try folder.write(pairs.joined(), to: "pairs.tsv")
    let line =
      "train translate pairs.tsv --unit character --hidden 16 --embedding 12 --epochs 300 "
      + "--scheduled-sampling 0.2 --average 2"
    let straight = try CommandRun(arguments(line + " -o straight.safetensors"), in: folder)
    #expect(straight.status == 0, "\(straight.errors)")
    let stopped = try CommandRun(
      arguments(line + " -o m.safetensors"), in: folder, whileRunning: interruptInTraining)
    #expect(stopped.status == 1 && stopped.errors.contains("--resume"), "\(stopped.errors)")
    #expect(!folder.holds("m.safetensors") && folder.holds("m.safetensors.checkpoint"))
    let resumed = try CommandRun(arguments(line + " -o m.safetensors --resume"), in: folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(!folder.holds("m.safetensors.checkpoint"))
    // Files differ in the time that training took.
    let nats = try ["m", "straight"].map { name in
      let judged = try CommandRun(
        arguments("evaluate \(name).safetensors pairs.tsv --json"), in: folder)
      return try #require(try judged.json()["nats"] as? Double)
    }
    #expect(nats[0] == nats[1])
  }

  @Test("saves beside the model when no checkpoint was named")
  func savesBesideModel() throws {
    let line =
      "train forecast data.csv --targets level --hidden 8 --epochs 100000 -o m.safetensors"
    let stopped = try CommandRun(arguments(line), in: folder, whileRunning: interruptInTraining)
    #expect(stopped.status == 1)
    #expect(stopped.errors.contains("m.safetensors.checkpoint"))
    #expect(folder.holds("m.safetensors.checkpoint"))
    #expect(!folder.holds("m.safetensors"))
  }

  @Test("ends at once the second time")
  func endsAtOnce() throws {
    let line =
      "train forecast data.csv --targets level --hidden 1024 --epochs 100000 -o m.safetensors"
    let stopped = try CommandRun(
      arguments(line), in: folder,
      whileRunning: { run in
        try run.wait(for: "epoch")
        while run.process.isRunning {
          run.interrupt()
          usleep(2_000)
        }
      })
    #expect(stopped.wasKilled)
    #expect(!folder.holds("m.safetensors"))
  }

  @Test("keeps the results of a comparison that are done, and names the models that are left")
  func keepsResults() throws {
    let line = """
      compare forecast data.csv --targets level --models mlp,rnn,lstm --hidden 4 --seeds 1 \
      --epochs 2,lstm=1000000 --report r.html --json
      """
    try folder.write("an earlier report", to: "r.html")
    let stopped = try CommandRun(
      arguments(line), in: folder,
      whileRunning: { run in
        try run.wait(for: "LSTM")
        run.interrupt()
      })
    #expect(stopped.status == 1)
    #expect(stopped.errors.contains("stopped after 2 of 3 trainings"))
    #expect(stopped.errors.contains("--models lstm"))
    let results = try #require(try stopped.json()["results"] as? [[String: Any]])
    #expect(results.map { $0["model"] as? String } == ["mlp", "rnn"])
    #expect(try folder.text("r.html") == "an earlier report")
  }

  private func interruptInTraining(_ run: RunningCommand) throws {
    try run.wait(for: "epoch")
    run.interrupt()
  }

  @Test("cannot go on from a checkpoint that is not there")
  func needsCheckpoint() throws {
    let run = try CommandRun(
      arguments("train forecast data.csv --targets level -o m.safetensors --resume"), in: folder)
    #expect(run.status == 1)
    #expect(run.errors.contains("m.safetensors.checkpoint"))
    #expect(run.errors.contains("without --resume"))
  }
}

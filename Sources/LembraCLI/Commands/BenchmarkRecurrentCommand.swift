import ArgumentParser
import LembraFormats
import LembraTensor

/// `lembra benchmark recurrent`: times recurrent networks.
struct BenchmarkRecurrentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recurrent",
    abstract: "Time LSTM, GRU and RNN networks, forward and in training.",
    usage: "lembra benchmark recurrent [<options>]",
    discussion: """
      Inference takes whole sequences in and gives all hidden states out, from a state of zeros; a \
      workload of one step in one direction is a stream, whose state is carried from call to call. \
      Training is \
      forward, then backward from the sum of all outputs to every weight, bias and input. Times are \
      medians of one call. GFLOP/s count the matrix products only, training three times.

      The workloads without --workloads are lesson, single, small, long, ptb-small, bi, medium, \
      large, xl and stream. A file holds others like this:

        [{"id": "mine", "batch": 32, "time": 100, "input": 128,
          "hidden": 128, "layers": 1, "bidirectional": false}]

      Example: does an LSTM on two threads train faster than a GRU on these?

        lembra benchmark recurrent --only small,medium --kinds lstm,gru \\
          --modes training --threads 2

      Control-C stops after the current measurement and prints those that are finished.
      """)

  @OptionGroup(title: "Work") var work: WorkloadOptions
  @OptionGroup(title: "Measurement") var measuring: MeasurementOptions
  @OptionGroup(title: "Output") var talk: TalkOptions
  @OptionGroup(title: "Output") var lines: LineOptions

  mutating func validate() throws { try lines.check(talk) }

  func run() throws {
    let workloads = try work.chosenWorkloads()
    Interruption.listen()
    Threads.limit = measuring.threads
    let narrator = Narrator(talk)
    var cells: [RecurrentMeasurement] = []
    for (index, workload) in workloads.enumerated() where !Interruption.isRequested {
      narrator.remark("measuring \(workload.id), \(index + 1) of \(workloads.count)")
      for (kind, mode) in work.cells(of: workload) where !Interruption.isRequested {
        let cell = RecurrentMeasurement(
          workload, kind: kind, mode: mode, ragged: work.ragged, threads: measuring.threads,
          budget: measuring.seconds)
        if lines.jsonLines {
          try StandardStreams.printResult(ExactJSON.text(of: cell))
        } else {
          cells.append(cell)
        }
      }
    }
    if !lines.jsonLines, talk.json || !cells.isEmpty {
      let report = RecurrentReport(
        threads: measuring.threads,
        peakGflops: MachineProbe().multiplyAdds(threads: measuring.threads) / 1e9,
        isComplete: !Interruption.isRequested, cells: cells)
      try StandardStreams.printResult(talk.json ? jsonText(of: report) : report.text)
    }
    if Interruption.isRequested {
      narrator.farewell("stopped before all was measured")
      throw ExitCode.failure
    }
  }
}

import CLembraKernels
import LembraTensor

/// Measures what the processor can do at most, with the instruction set in use.
///
/// Each number is the best of several short repetitions, since nothing but disturbance makes one
/// slower than another.
struct MachineProbe {
  private let stopwatch = Stopwatch()

  /// Seconds of one repetition, and of all of them together once there are enough.
  private static let repetition = 0.008
  private static let budget = 0.05

  /// Floating-point operations a second in multiply-adds on `threads` threads.
  func multiplyAdds(threads: Int) -> Double {
    let probe = kernels.probe
    return bestRate(threads: threads) { _, rounds in
      _ = probe.multiply_adds(rounds)
      return Double(probe.round_flops * rounds)
    }
  }

  /// Bytes a second that `threads` threads read of a working set, which lies in `memory`.
  func reading(_ set: WorkingSet, in memory: Tensor, threads: Int) -> Double {
    let read = kernels.probe.read
    let floats = min(
      set.bytes / 4 / (set.isPerThread ? 1 : threads), memory.shape.count / threads)
    // Whole cache lines, so that no two threads read the same one.
    let count = max(16, floats / 16 * 16)
    return memory.withElements { base in
      bestRate(threads: threads) { team, passes in
        _ = read(base + team.index * count, count, passes)
        return Double(4 * count * passes)
      }
    }
  }

  /// The most work a second of all threads together; `body` does one thread's share as often as it
  /// is told, and returns how much work that was.
  private func bestRate(threads: Int, _ body: (Team, _ times: Int) -> Double) -> Double {
    // Twice as often until it takes long enough to tell how often fills a repetition.
    var times = 1
    var one = self.one(threads: 1, times, body)
    while one.seconds < Self.repetition / 4 {
      times *= 2
      one = self.one(threads: 1, times, body)
    }
    times = max(1, Int(Double(times) * Self.repetition / one.seconds))
    var best = 0.0
    var repetitions = 0
    let start = Stopwatch.seconds()
    while repetitions < 3 || Stopwatch.seconds() - start < Self.budget {
      let next = self.one(threads: threads, times, body)
      best = max(best, next.work / next.seconds)
      repetitions += 1
    }
    return best
  }

  /// One repetition: the work of all threads, and the time from when the last of them began until
  /// all had ended.
  private func one(
    threads: Int, _ times: Int, _ body: (Team, _ times: Int) -> Double
  ) -> (work: Double, seconds: Double) {
    let result = Locked((work: 0.0, seconds: 0.0))
    ThreadPool.shared.runTogether(threads) { team in
      team.synchronize()
      var work = 0.0
      let seconds = stopwatch.seconds {
        work = body(team, times)
        team.synchronize()
      }
      result.withLock { result in
        result.work += work
        result.seconds = max(result.seconds, seconds)
      }
    }
    return result.withLock { $0 }
  }
}

import CLembraKernels
import LembraTensor

/// A batch of emissions, as the kernels take one sequence of it or some.
struct ChainBatch {
  let emissions: Tensor
  let layout: SequenceLayout

  init(_ emissions: SequenceBatch) {
    self.emissions = emissions.rows.detached
    layout = emissions.layout
  }

  /// Calls `body` with the layout's offsets and counts by step, and with the emissions.
  func withSteps<R>(
    _ body: (UnsafePointer<Int>, UnsafePointer<Int>, UnsafePointer<Float>) -> R
  ) -> R {
    layout.offsets.withUnsafeBufferPointer { offsets in
      layout.activeCounts.withUnsafeBufferPointer { counts in
        emissions.withElements { emissions in
          // A batch without steps has no first one, and reads none.
          withUnsafePointer(to: 0) { none in
            body(offsets.baseAddress ?? none, counts.baseAddress ?? none, emissions)
          }
        }
      }
    }
  }

  /// Calls `body` with one sequence, by its position in the layout.
  func withSequence<R>(
    _ position: Int, _ chain: UnsafePointer<lembra_chain>,
    _ body: (lembra_chain_sequence) -> R
  ) -> R {
    withSteps { offsets, _, emissions in
      body(
        lembra_chain_sequence(
          chain: chain, offsets: offsets, position: position, length: layout.lengths[position],
          emissions: emissions))
    }
  }

  /// Calls `body` with ranges of sequences that together are all, on several threads when that is
  /// worth it.
  ///
  /// - Parameters:
  ///   - cost: the work of a row, in about a nanosecond of one thread.
  ///   - body: works on some of the sequences; calls run at the same time.
  func inParallel(cost: Double, _ body: (Range<Int>) -> Void) {
    let total = Double(layout.rowCount) * cost
    let threads = total < 4_000 ? 1 : min(Threads.limit, layout.batchCount)
    ThreadPool.shared.run(threads, isShort: total < 400_000) { team in
      let part = layout.sequences(share: team.index, of: team.count)
      if !part.isEmpty { flushingDenormals { body(part) } }
    }
  }

  /// What `result` gives for each sequence, on several threads when that is worth it.
  ///
  /// - Parameters:
  ///   - cost: the work of a row, in about a nanosecond of one thread.
  ///   - room: makes what a thread needs for sequences of a length and shorter ones.
  ///   - result: is called for several sequences at the same time, with room of their own.
  /// - Returns: the results in the caller's order.
  func mapInParallel<Room, Result>(
    cost: Double, room: (_ longest: Int) -> Room, _ result: (_ position: Int, Room) -> Result
  ) -> [Result] {
    let results = [Result](unsafeUninitializedCapacity: layout.batchCount) { memory, initialized in
      nonisolated(unsafe) let memory = memory
      inParallel(cost: cost) { part in
        let room = room(layout.lengths[part.lowerBound])
        for position in part { memory.initializeElement(at: position, to: result(position, room)) }
      }
      initialized = layout.batchCount
    }
    return layout.positions.map { results[$0] }
  }
}

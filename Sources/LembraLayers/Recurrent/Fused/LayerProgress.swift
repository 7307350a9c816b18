import LembraTensor
import Synchronization

/// How many chunks of steps each layer has finished, where threads run layers at the same time.
final class LayerProgress: Sendable {
  /// Two cache lines, so that a thread that waits for one layer does not slow down another.
  private struct Counter: ~Copyable, Sendable {
    let chunks = Atomic(0)
    private let padding: InlineArray<15, Int> = InlineArray(repeating: 0)
  }

  private nonisolated(unsafe) let counters: UnsafeMutableBufferPointer<Counter>

  init(layers: Int) {
    counters = .allocate(capacity: layers)
    for layer in 0..<layers { counters.initializeElement(at: layer, to: Counter()) }
  }

  deinit {
    counters.deinitialize().deallocate()
  }

  func advance(_ layer: Int, to count: Int) {
    counters[layer].chunks.store(count, ordering: .releasing)
  }

  func wait(for layer: Int, toReach count: Int) {
    var wait = SpinWait()
    while counters[layer].chunks.load(ordering: .acquiring) < count { wait.pause() }
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread of the system that runs until the process ends.
enum Thread {
  private final class Work {
    let body: () -> Void

    init(_ body: @escaping () -> Void) {
      self.body = body
    }
  }

  /// Starts a thread that runs `body`; false when the system has none left.
  static func start(_ body: @escaping () -> Void) -> Bool {
    let work = Unmanaged.passRetained(Work(body))
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(&thread, nil, { Thread.run($0) }, work.toOpaque())
      guard status == 0, let thread else {
        work.release()
        return false
      }
    #else
      var thread = pthread_t()
      let status = pthread_create(&thread, nil, { $0.flatMap(Thread.run) }, work.toOpaque())
      guard status == 0 else {
        work.release()
        return false
      }
    #endif
    pthread_detach(thread)
    return true
  }

  private static func run(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
    return nil
  }
}

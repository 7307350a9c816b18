import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The wish of the user to stop, told by Control-C or by a signal to terminate.
///
/// The first signal sets a flag that training looks at after every step. The second one meets the
/// default action of its kind again and ends the process at once.
enum Interruption {
  private static let flag = Atomic(false)

  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Begins to listen; what ran before this call is ended by the first signal.
  static func listen() {
    // The flag exists from here on, so that a signal handler never creates it.
    flag.store(false, ordering: .relaxed)
    var kinds = sigset_t()
    sigemptyset(&kinds)
    for kind in [SIGINT, SIGTERM] {
      sigaddset(&kinds, kind)
      var action = sigaction()
      setHandler(of: &action) { _ in Interruption.flag.store(true, ordering: .relaxed) }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
      sigaction(kind, &action, nil)
    }
    // A parent that blocks signals hands that on to its children.
    pthread_sigmask(SIG_UNBLOCK, &kinds, nil)
  }

  private static func setHandler(
    of action: inout sigaction, _ handler: @escaping @convention(c) (Int32) -> Void
  ) {
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = handler
    #elseif canImport(Darwin)
      action.__sigaction_u.__sa_handler = handler
    #endif
  }
}

import CLembraKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many processors this process can keep busy.
enum ProcessorQuota {
  /// The processors that it may run on, or fewer if its container is given less of their time.
  static let count: Int = {
    let processors = max(1, Int(lembra_processor_count()))
    return min(processors, containerLimit ?? processors)
  }()

  /// The processor time that a container is given on Linux, in whole processors, at least one.
  private static var containerLimit: Int? {
    guard let file = fopen("/sys/fs/cgroup/cpu.max", "r") else { return nil }
    defer { fclose(file) }
    var line = [UInt8](repeating: 0, count: 64)
    let length = fread(&line, 1, line.count, file)
    // The time a period, in microseconds, or "max"; then the length of the period.
    let parts = line[..<length].split { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }
    guard parts.count == 2, let time = Double(parts[0]), let period = Double(parts[1]), period > 0
    else { return nil }
    return max(1, Int((time / period).rounded(.up)))
  }
}

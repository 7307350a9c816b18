#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

package import LembraTensor

/// Returns the bytes of the file at `path`, which may be a pipe or a device.
package func readBytes(ofFileAt path: String) throws(LembraError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw readFailure(path, errno) }
  defer { close(descriptor) }
  var status = stat()
  let size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  var bytes: [UInt8] = []
  // One byte more than the file holds, so that the last read can see its end.
  var capacity = max(size + 1, 65_536)
  while true {
    var reason: Int32 = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      let result = read(descriptor, buffer.baseAddress, capacity)
      reason = result < 0 ? errno : 0
      count = max(result, 0)
    }
    if reason == EINTR { continue }
    guard reason == 0 else { throw readFailure(path, reason) }
    guard !chunk.isEmpty else { return bytes }
    bytes = bytes.isEmpty ? chunk : bytes + chunk
    capacity = 65_536
  }
}

/// The error that a file cannot be read, for a reason of the system.
func readFailure(_ path: String, _ reason: Int32) -> LembraError {
  let code: LembraError.Code = reason == ENOENT ? .notFound : .fileSystem
  let remedy =
    switch reason {
    case ENOENT, ENOTDIR: "check the name and the folder"
    case EACCES, EPERM: "ask for permission to read it"
    case EISDIR: "name a file inside this folder"
    default: "look at the disk and the file, then try again"
    }
  return LembraError(
    code, "cannot read this file: \(String(cString: strerror(reason)))", remedy: remedy,
    at: .init(file: path))
}

import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A look at where results will go before any work is done for them.
enum OutputFiles {
  /// Checks that files could be written.
  ///
  /// - Parameters:
  ///   - paths: the files to be written, with the option that names each.
  ///   - inputs: the files that are read, which must not be written over.
  /// - Throws: `LembraError` with code `invalidOption` when two of them are the same file,
  ///   `fileSystem` when a folder does not exist or may not be written to.
  static func check(_ paths: [(option: String, path: String?)], inputs: [String]) throws {
    var seen: [(option: String, path: String)] = []
    for case (let option, let path?) in paths {
      guard !path.isEmpty else {
        throw LembraError(
          .invalidOption, "\(option) has an empty name", remedy: "name a file, or leave it out")
      }
      try checkFolder(of: path)
      if inputs.contains(where: { isSameFile($0, path) }) {
        throw LembraError(
          .invalidOption, "this file is read, and would be written over",
          remedy: "choose another name for \(option)", at: .init(file: path))
      }
      if let other = seen.first(where: { isSameFile($0.path, path) }) {
        throw LembraError(
          .invalidOption, "\(other.option) and \(option) name the same file",
          remedy: "choose another name for one of them", at: .init(file: path))
      }
      seen.append((option, path))
    }
  }

  private static func checkFolder(of path: String) throws {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        // A device is written to as it is, a file is replaced in its folder.
        guard status.st_mode & S_IFMT == S_IFREG else { return }
        return try checkCreation(of: path)
      }
      throw LembraError(
        .fileSystem, "this is a folder", remedy: "name a file in it", at: .init(file: path))
    }
    try checkCreation(of: path)
  }

  private static func checkCreation(of path: String) throws {
    // Only a file that was created proves it: access() grants the superuser everything.
    let probe = "\(path).\(getpid()).probe"
    let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor < 0 else {
      close(descriptor)
      unlink(probe)
      return
    }
    let isMissing = errno == ENOENT || errno == ENOTDIR
    throw LembraError(
      .fileSystem, "cannot create a file here: \(String(cString: strerror(errno)))",
      remedy: isMissing
        ? "create the folder first or mend its name" : "choose a folder that you may write to",
      at: .init(file: path))
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Whether two paths lead to one regular file, or would.
  private static func isSameFile(_ left: String, _ right: String) -> Bool {
    var (a, b) = (stat(), stat())
    guard stat(left, &a) == 0, stat(right, &b) == 0 else {
      return left == right || isSamePlace(left, right)
    }
    return a.st_mode & S_IFMT == S_IFREG && a.st_dev == b.st_dev && a.st_ino == b.st_ino
  }

  /// Whether two files that need not exist have one name in one folder.
  private static func isSamePlace(_ left: String, _ right: String) -> Bool {
    var (a, b) = (stat(), stat())
    guard stat(folder(of: left), &a) == 0, stat(folder(of: right), &b) == 0 else { return false }
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino
      && left.split(separator: "/").last == right.split(separator: "/").last
  }

  static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  /// Removes a file that has served its purpose; one that is not there is fine.
  static func remove(_ path: String) {
    unlink(path)
  }
}

import LembraFormats
import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("A file that is replaced keeps what belongs to its name")
struct AtomicFileLinkTests {
  @Test("a symbolic link goes on leading to the file, which keeps its permissions")
  func links() throws {
    let folder = try TemporaryFolder()
    let (target, link) = (folder("target"), folder("link"))
    try AtomicFile.write("old", to: target)
    chmod(target, 0o600)
    symlink(target, link)
    try AtomicFile.write("new", to: link)
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(target, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(try folder.bytes("target") == Array("new".utf8))
  }
}

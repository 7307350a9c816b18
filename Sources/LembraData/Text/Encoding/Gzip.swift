import LembraTensor

#if Gzip
  import CZlib
#endif

/// Files that are compressed with gzip (RFC 1952).
enum Gzip {
  /// Whether bytes begin as those of such a file do.
  static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// The bytes that were compressed: of all members of the file, one after the other.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when the file is cut off or damaged, of which a
  ///   checksum tells; with code `invalidOption` where Lembra was built without the trait `Gzip`.
  static func decompressed(_ bytes: [UInt8], file: String?) throws(LembraError) -> [UInt8] {
    #if Gzip
      var stream = z_stream()
      // 31: the largest window, 15, and a gzip header, 16.
      guard
        inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
      else { throw failure("cannot be decompressed: zlib did not start", file) }
      defer { inflateEnd(&stream) }
      var output: [UInt8] = []
      var position = 0
      while position < bytes.count {
        let (status, read, written) = inflate(&stream, bytes, position)
        position += read
        output += written
        switch status {
        case Z_STREAM_END:
          // Another member may follow; zeros fill up the blocks of a tape.
          if bytes[position...].allSatisfy({ $0 == 0 }) { return output }
          inflateReset(&stream)
        case Z_OK, Z_BUF_ERROR:
          if read == 0, written.isEmpty { throw failure("is cut off", file) }
        default: throw failure("is damaged", file)
        }
      }
      throw failure("is cut off", file)
    #else
      throw LembraError(
        .invalidOption, "this build of Lembra reads no files that are compressed with gzip",
        remedy: "decompress it first (gunzip), or build Lembra with the trait Gzip",
        at: .init(file: file))
    #endif
  }

  private static func failure(_ what: String, _ file: String?) -> LembraError {
    LembraError(
      .invalidFile, "the compressed file \(what)",
      remedy: "fetch it again, and check it with gunzip --test", at: .init(file: file))
  }

  #if Gzip
    /// Decompresses some bytes from `position` on.
    private static func inflate(
      _ stream: inout z_stream, _ bytes: [UInt8], _ position: Int
    ) -> (status: Int32, read: Int, written: [UInt8]) {
      let (room, most) = (1 << 18, min(bytes.count - position, 1 << 18))
      var status = Z_OK
      let written = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        bytes.withUnsafeBufferPointer { bytes in
          // zlib does not write to its input, whose pointer is not constant for history's sake.
          stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress.map { $0 + position })
          stream.avail_in = UInt32(most)
          stream.next_out = buffer.baseAddress
          stream.avail_out = UInt32(room)
          status = CZlib.inflate(&stream, Z_NO_FLUSH)
          count = room - Int(stream.avail_out)
        }
      }
      return (status, most - Int(stream.avail_in), written)
    }
  #endif
}

package import CLembraKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The functions of the instruction set in use.
package var kernels: lembra_kernels {
  // In place: the table is several hundred bytes long, which `_read` copies for callers in other modules.
  unsafeAddress { InstructionSet.current.table }
}

/// The functions that compute products with fewer bits: the best that this processor has for the
/// vectors of the instruction set in use.
package var reducedKernels: lembra_reduced {
  unsafeAddress { ReducedKernels.current }
}

private enum ReducedKernels {
  nonisolated(unsafe) static let current: UnsafePointer<lembra_reduced> = {
    let tables = (0..<lembra_reduced_count()).map { lembra_reduced_at($0) }
    let best = tables.first {
      $0.pointee.lanes == kernels.lanes && lembra_reduced_supported($0) != 0
    }
    guard let best else { trap("no kernels of fewer bits have \(kernels.lanes) lanes") }
    return best
  }()
}

/// A set of vector instructions that the kernels are compiled for.
public struct InstructionSet: @unchecked Sendable {
  package let table: UnsafePointer<lembra_kernels>

  /// The name by which the environment variable `LEMBRA_ISA` asks for it: `avx512`, `avx2`, `sse2`
  /// or `neon`.
  public var name: String { String(cString: table.pointee.name) }

  /// Every instruction set that this processor runs, best first.
  public static let supported: [InstructionSet] = all.filter {
    lembra_kernels_supported($0.table) != 0
  }

  /// The instruction set in use: the best there is, or the one that `LEMBRA_ISA` names.
  ///
  /// It traps when `LEMBRA_ISA` names none that this processor runs. A program that prefers an
  /// error calls ``chosen()`` first.
  public static let current: InstructionSet = {
    do {
      return try chosen()
    } catch {
      trap("\(error)")
    }
  }()

  /// The best instruction set of this processor, or the one that `LEMBRA_ISA` names.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when `LEMBRA_ISA` names none of
  ///   ``supported``.
  public static func chosen() throws(LembraError) -> InstructionSet {
    guard let variable = getenv("LEMBRA_ISA") else { return supported[0] }
    let wanted = String(cString: variable)
    if let found = supported.first(where: { $0.name == wanted }) { return found }
    let exists = all.contains { $0.name == wanted }
    throw LembraError(
      .invalidOption,
      exists ? "this processor has no \(wanted)" : "there is no instruction set \"\(wanted)\"",
      remedy: "set it to one of \(supported.map(\.name).joined(separator: ", ")), or unset it",
      at: .init(name: "LEMBRA_ISA"))
  }

  private static let all: [InstructionSet] = (0..<lembra_kernels_count()).map {
    InstructionSet(table: lembra_kernels_at($0))
  }
}

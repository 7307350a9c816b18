/// Traps with `message` when `condition` does not hold, in release builds too.
///
/// It stands in the place of the standard library's function of this name, whose message is dropped
/// in release builds: a shape that does not fit would end a program without a word.
@inlinable
package func precondition(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition() { trap(message(), file: file, line: line) }
}

/// Traps with `message`, in release builds too.
@usableFromInline @inline(never)
package func trap(
  _ message: String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
  // The one trap of the standard library that always says why.
  fatalError(message, file: file, line: line)
}

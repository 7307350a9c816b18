#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The way from values to pixels along one axis.
package struct Projection: Hashable, Sendable {
  package let domain: Interval
  package let isLogarithmic: Bool
  /// The pixels of the ends of the domain.
  package let start: Double
  package let end: Double

  /// The pixel of `value`, between the ends; `nil` for a missing value.
  package func callAsFunction(_ value: Double) -> Double? {
    guard Extent.isDrawable(value, logarithmic: isLogarithmic) else { return nil }
    let part: Double
    if isLogarithmic {
      let low = log(domain.low)
      part = (log(value) - low) / (log(domain.high) - low)
    } else {
      part = (value - domain.low) / domain.length
    }
    return start + min(max(part, 0), 1) * (end - start)
  }
}

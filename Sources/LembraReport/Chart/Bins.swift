#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// One interval of a histogram; the last one holds its upper limit too.
package struct Bin: Hashable, Sendable {
  package var low: Double
  package var high: Double
  package var count: Int

  /// The intervals of `values`, without the missing ones; none where there are no values.
  package static func of(_ values: [Double]) -> [Bin] {
    let sorted = values.filter { Extent.isDrawable($0, logarithmic: false) }.sorted()
    var extent = Extent(logarithmic: false)
    extent.include(sorted)
    guard extent.interval != nil else { return [] }
    let range = extent.resolved
    let count = Double(sorted.count)
    let quartiles = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    let freedmanDiaconis = 2 * quartiles / cbrt(count)
    let sturges = range.length / (log2(count) + 1)
    let width = freedmanDiaconis > 0 ? freedmanDiaconis : sturges
    let shortest = min(max(width, range.length / 50), range.length / 4)
    var steps = RoundStep.rising(from: shortest).makeIterator()
    guard let step = steps.next() else { return [] }
    return divide(sorted, in: range, by: step)
  }

  private static func divide(_ sorted: [Double], in range: Interval, by step: RoundStep) -> [Bin] {
    let first = step.count(to: range.low, rounding: .down)
    let last = max(step.count(to: range.high, rounding: .up), first + 1)
    var bins = (first..<last).map { index in
      Bin(
        low: RoundStep.decimal(index * step.mantissa, step.exponent),
        high: RoundStep.decimal((index + 1) * step.mantissa, step.exponent), count: 0)
    }
    var current = 0
    for value in sorted {
      while current < bins.count - 1 && value >= bins[current].high { current += 1 }
      bins[current].count += 1
    }
    return bins
  }
}

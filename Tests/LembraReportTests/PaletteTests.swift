import LembraReport
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

@Suite("Colours stay apart for every reader")
struct PaletteTests {
  @Test("Each colour stands out from its surface and each two from each other", arguments: [0, 1])
  func colours(index: Int) {
    let theme = [Palette.light, Palette.dark][index]
    let surface = RGB(theme.surface)
    for name in theme.series { #expect(RGB(name).contrast(with: surface) >= 3, "\(name)") }
    for name in [theme.ink, theme.muted] { #expect(RGB(name).contrast(with: surface) >= 4.5) }
    for (place, one) in theme.series.enumerated() {
      for other in theme.series[..<place] {
        for vision in RGB.visions {
          let distance = RGB(one).seen(vision).distance(to: RGB(other).seen(vision))
          #expect(distance >= 0.085, "\(one) and \(other)")
        }
      }
    }
  }

  @Test("Dash patterns differ and only the first is solid")
  func dashes() {
    #expect(Set(Palette.dashes).count == Palette.light.series.count)
    #expect(Palette.dashes.filter(\.isEmpty).count == 1 && Palette.dashes[0].isEmpty)
  }
}

/// Linear red, green and blue.
private struct RGB {
  var values: [Double]

  init(_ values: [Double]) { self.values = values.map { min(max($0, 0), 1) } }

  init(_ name: String) {
    let number = Int(name.dropFirst(), radix: 16) ?? 0
    values = [16, 8, 0].map { shift in
      let part = Double(number >> shift & 255) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
  }

  /// Normal vision and the simulated loss of long, middle and short cones, Machado and others 2009.
  static let visions: [[[Double]]] = [
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    [
      [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
    [
      [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
      [-0.011820, 0.042940, 0.968881],
    ],
    [
      [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.303900],
    ],
  ]

  func seen(_ vision: [[Double]]) -> RGB { RGB(RGB.product(vision, values)) }

  /// The contrast ratio of WCAG 2.
  func contrast(with other: RGB) -> Double {
    let one = luminance + 0.05
    let two = other.luminance + 0.05
    return max(one, two) / min(one, two)
  }

  private var luminance: Double {
    0.2126 * values[0] + 0.7152 * values[1] + 0.0722 * values[2]
  }

  /// The distance in OKLab.
  func distance(to other: RGB) -> Double {
    let squares = zip(lab, other.lab).map { ($0 - $1) * ($0 - $1) }
    return squares.reduce(0, +).squareRoot()
  }

  private var lab: [Double] {
    let cones = RGB.product(
      [
        [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
      ], values)
    return RGB.product(
      [
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
      ], cones.map(cbrt))
  }

  private static func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
    matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}

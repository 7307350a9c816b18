import LembraTensor

/// The type of a tensor's elements in a safetensors file.
///
/// Lembra reads the floating-point types `F32`, `F16`, `BF16` and `F64`, and writes `F32`.
public enum ElementType: String, Hashable, CaseIterable, Sendable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float8e4m3 = "F8_E4M3"
  case float8e5m2 = "F8_E5M2"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"

  /// The bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float8e4m3, .float8e5m2, .int8, .uint8, .bool: 1
    }
  }

  /// The types that can be read into a `Tensor`.
  public static let readable: [ElementType] = [.float32, .float16, .bfloat16, .float64]

  /// Converts elements from little-endian `bytes`; those of ``float64`` are rounded to nearest.
  ///
  /// - Precondition: the type is readable.
  func convert(
    _ bytes: UnsafeRawBufferPointer, to out: UnsafeMutablePointer<Float>, count: Int
  ) {
    func load<T: BitwiseCopyable>(_ index: Int, as type: T.Type) -> T {
      bytes.loadUnaligned(fromByteOffset: index * byteCount, as: type)
    }
    switch self {
    case .float32:
      for i in 0..<count { out[i] = load(i, as: Float.self) }
    case .float64:
      for i in 0..<count { out[i] = Float(load(i, as: Double.self)) }
    case .float16:
      for i in 0..<count { out[i] = Self.float(half: load(i, as: UInt16.self)) }
    case .bfloat16:
      for i in 0..<count { out[i] = Float(bitPattern: UInt32(load(i, as: UInt16.self)) << 16) }
    default:
      trap("ElementType: \(rawValue) cannot be converted to F32")
    }
  }

  // `Float16` is not on every platform.

  /// The number that `half` stands for in IEEE 754 binary16.
  package static func float(half: UInt16) -> Float {
    let sign = UInt32(half & 0x8000) << 16
    let exponent = UInt32(half >> 10 & 0x1f)
    let fraction = UInt32(half & 0x3ff)
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 0x1f:
      return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default:
      return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}

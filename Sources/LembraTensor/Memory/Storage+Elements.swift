extension Storage {
  /// Takes room for `count` elements of another type, whose values are undefined.
  package convenience init<Element: BitwiseCopyable>(_ type: Element.Type, count: Int) {
    let size = MemoryLayout<Float>.stride
    self.init(count: (count * MemoryLayout<Element>.stride + size - 1) / size)
  }

  /// The first element, as one of the type that room was taken for.
  package func base<Element: BitwiseCopyable>(of type: Element.Type) -> UnsafeMutablePointer<
    Element
  > {
    UnsafeMutableRawPointer(base).assumingMemoryBound(to: type)
  }
}

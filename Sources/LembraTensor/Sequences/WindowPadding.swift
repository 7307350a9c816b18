/// Which windows of `K` consecutive steps are taken from a sequence of `T` steps.
public enum WindowPadding: String, Hashable, Codable, CaseIterable, Sendable {
  /// One for each step, `T` in all, with zeros where they reach beyond the sequence.
  ///
  /// The window of step `t` begins at `t - ⌊(K - 1) / 2⌋`, so that of an even `K` reaches one step
  /// further ahead than back, as with PyTorch's `padding='same'`.
  case same

  /// Those within the sequence, `T - K + 1` in all.
  ///
  /// A sequence that is shorter than a window gets one, with zeros after its end, so that a text
  /// of any length has something to read (Kim, 2014).
  case valid

  /// The number of windows of `size` steps in a sequence of `length`.
  func windowCount(_ size: Int, length: Int) -> Int {
    self == .same ? length : max(length - size + 1, 1)
  }

  /// How many steps the window number `t` begins before step `t`.
  func reach(_ size: Int) -> Int {
    self == .same ? (size - 1) / 2 : 0
  }
}

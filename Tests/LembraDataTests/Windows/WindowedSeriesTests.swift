import LembraData
import Testing

@Suite("Windows of a series")
struct WindowedSeriesTests {
  /// The windows of rows whose value in row r and column c is `100 c + r`.
  static func windows(
    rows: Int = 40, columns: Int = 3, targets: Int = 2, part: Range<Int>, window: Int,
    horizon: Int, context: WindowContext = .withinPart
  ) -> WindowedSeries {
    let values = (0..<rows).flatMap { row in (0..<columns).map { Float(100 * $0 + row) } }
    return WindowedSeries(
      values, columnCount: columns, targetCount: targets, part: part, window: window,
      horizon: horizon, context: context)
  }

  @Test(
    "are all runs of W rows and the H after them",
    arguments: [1, 2, 7], [(1, 1), (10, 1), (3, 4), (1, 12)])
  func enumeration(start: Int, sizes: (window: Int, horizon: Int)) {
    let part = start..<start + 25
    let windows = Self.windows(part: part, window: sizes.window, horizon: sizes.horizon)
    #expect(windows.count == 25 - sizes.window - sizes.horizon + 1)
    for (position, window) in windows.enumerated() {
      let first = start + position
      let origin = first + sizes.window
      #expect(window.inputRows == first..<origin)
      #expect(window.targetRows == origin..<origin + sizes.horizon)
      #expect(
        Array(window.input)
          == window.inputRows.flatMap { row in (0..<3).map { Float(100 * $0 + row) } })
      #expect(
        windows.targets(of: [position])
          == window.targetRows.flatMap { row in (0..<2).map { Float(100 * $0 + row) } })
    }
  }

  @Test("of the gas furnace are those of the lecture: 186 to learn from, 90 to judge by")
  func lecture() throws {
    let split = try Split(rowCount: 296, test: .rows(100), window: 10, horizon: 1)
    let training = Self.windows(rows: 296, part: split.training, window: 10, horizon: 1)
    let test = Self.windows(rows: 296, part: split.test, window: 10, horizon: 1)
    #expect(training.count == 186)
    #expect(test.count == 90)
    #expect(test[0].inputRows == 196..<206)
    #expect(test[89].targetRows == 295..<296)
  }

  @Test("may begin in the part before, so that every row of theirs is forecast")
  func carried() throws {
    let split = try Split(
      rowCount: 40, validation: .rows(5), test: .rows(6), window: 10, horizon: 1,
      context: .carried)
    let test = Self.windows(part: split.test, window: 10, horizon: 1, context: .carried)
    #expect(test.map(\.targetRows.lowerBound) == Array(34..<40))
    #expect(test[0].inputRows == 24..<34)
    let training = Self.windows(part: split.training, window: 10, horizon: 1, context: .carried)
    let alone = Self.windows(part: split.training, window: 10, horizon: 1)
    #expect(training.map(\.inputRows) == alone.map(\.inputRows))
  }

  @Test("are none where there is no room", arguments: WindowContext.allCases)
  func none(context: WindowContext) {
    for (part, window, horizon) in [
      (5..<5, 1, 1), (5..<15, 36, 1), (5..<15, 1, 11), (0..<10, 10, 1), (5..<15, .max, .max),
    ] {
      #expect(
        Self.windows(part: part, window: window, horizon: horizon, context: context).isEmpty)
    }
  }

  /// The leakage probe: whatever happens from row r on, windows that forecast row r or earlier stay
  /// as they are.
  @Test("do not move when the future does", arguments: WindowContext.allCases)
  func leakage(context: WindowContext) {
    let values = (0..<80).map { Float($0) }
    func windows(_ values: [Float]) -> WindowedSeries {
      WindowedSeries(
        values, columnCount: 2, targetCount: 1, part: 20..<40, window: 5, horizon: 3,
        context: context)
    }
    for row in 20..<40 {
      let changed = values.enumerated().map { $0 < 2 * row ? $1 : -$1 * 1e6 }
      let pairs = zip(windows(values), windows(changed))
      for (before, after) in pairs where before.targetRows.lowerBound <= row {
        #expect(before.input == after.input)
      }
    }
  }

  @Test("come in batches step by step or window by window")
  func batches() {
    let windows = Self.windows(rows: 9, columns: 2, targets: 1, part: 0..<9, window: 2, horizon: 2)
    #expect(
      windows.inputs(of: [3, 0], order: .timeMajor) == [3, 103, 0, 100, 4, 104, 1, 101])
    #expect(
      windows.inputs(of: [3, 0], order: .windowMajor) == [3, 103, 4, 104, 0, 100, 1, 101])
    #expect(windows.targets(of: [3, 0]) == [5, 6, 2, 3])
  }

  @Test("end with the rows from which the future is forecast")
  func finalInput() {
    let windows = Self.windows(rows: 9, columns: 2, part: 0..<9, window: 2, horizon: 1)
    #expect(windows.finalInput == [7, 107, 8, 108])
    #expect(Self.windows(rows: 9, part: 0..<9, window: 10, horizon: 1).finalInput == nil)
    #expect(Self.windows(rows: 9, part: 0..<9, window: .max, horizon: 1).finalInput == nil)
  }

  @Test("outside the series trap")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = WindowedSeries(
        [1, 2, 3], columnCount: 1, targetCount: 1, part: 0..<4, window: 1, horizon: 1)
    }
    await #expect(processExitsWith: .failure) {
      let windows = WindowedSeries(
        [1, 2, 3], columnCount: 1, targetCount: 1, part: 0..<3, window: 1, horizon: 1)
      _ = windows.inputs(of: [2], order: .timeMajor)
    }
  }
}

import LembraData
import LembraTensor
import Testing

@Suite("A split by time")
struct SplitTests {
  @Test(
    "takes its shares as rows or percent",
    arguments: [
      ("100", Share.rows(100), 100), ("20%", .percent(20), 59), ("0", .rows(0), 0),
      ("0%", .percent(0), 0), ("12.5%", .percent(12.5), 37), ("0.01%", .percent(0.01), 1),
      ("100%", .percent(100), 296),
    ])
  func shares(text: String, share: Share, count: Int) throws {
    #expect(try Share(parsing: text) == share)
    #expect(share.count(of: 296) == count)
    #expect(try Share(parsing: share.description) == share)
  }

  @Test(
    "refuses other shares",
    arguments: ["", "%", "-1", "-5%", "101%", "0.2", "ten", "20 %", "1e99", "nan%", "inf%", "1%%"])
  func badShares(text: String) throws {
    let error = try lembraError { _ = try Share(parsing: text, option: "--test") }
    #expect(error.code == .invalidOption)
    #expect(error.location.name == "--test")
    #expect(error.remedy.contains("20%"))
  }

  @Test("covers every row once, in order of time")
  func parts() throws {
    for (validation, test) in [(0, 100), (30, 100), (50, 0)] {
      let split = try Split(
        rowCount: 296, validation: .rows(validation), test: .rows(test), window: 10, horizon: 1)
      #expect(split.training.count == 296 - validation - test)
      #expect(split.training.lowerBound == 0)
      #expect(
        split.validation == split.training.upperBound..<split.training.upperBound + validation)
      #expect(split.test == split.validation.upperBound..<296)
    }
  }

  @Test("says which part has too few rows, and what to do")
  func tooShort() throws {
    func message(
      _ rows: Int, _ validation: Share, _ test: Share, _ window: Int, _ horizon: Int,
      _ context: WindowContext = .withinPart
    ) throws -> (name: String?, text: String) {
      let error = try lembraError {
        _ = try Split(
          rowCount: rows, validation: validation, test: test, window: window, horizon: horizon,
          context: context)
      }
      #expect(error.code == .invalidOption)
      return (error.location.name, error.message)
    }
    #expect(try message(296, .none, .rows(10), 10, 1).name == "test")
    #expect(
      try message(296, .none, .rows(10), 10, 1).text
        == "of 296 rows, the test part has 10, too few for a window of 10 and a horizon of 1")
    #expect(try message(296, .rows(5), .rows(100), 10, 1).name == "validation")
    #expect(try message(296, .none, .percent(100), 10, 1).name == "test")
    #expect(
      try message(300, .none, .rows(400), 10, 1).text
        == "400 is held back for the test and 0 for validation, and the series has 300 rows")
    #expect(try message(296, .none, .rows(.max), 10, 1).name == "test")
    #expect(try message(296, .none, .none, .max, .max).name == "training")
    #expect(try message(1, .none, .none, 1, 1).name == "training")
    #expect(try message(0, .none, .percent(20), 1, 1).name == "test")
    #expect(try message(296, .none, .rows(3), 10, 4, .carried).name == "test")
    #expect(try message(296, .none, .rows(3), 0, 1).name == "window")
    #expect(try message(296, .none, .rows(3), 1, -1).name == "horizon")
  }

  @Test("has room to the row")
  func exactRoom() throws {
    let within = try Split(rowCount: 22, test: .rows(11), window: 10, horizon: 1)
    #expect(within.test.count == 11)
    let carried = try Split(
      rowCount: 12, test: .rows(1), window: 10, horizon: 1, context: .carried)
    #expect(carried.test == 11..<12)
  }
}

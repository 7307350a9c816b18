#if CSV
  import LembraData
  import Testing

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// The folder of the package, found from this file.
  private let packageFolder = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/")

  private let sharedFolder = packageFolder + "/../shared/data/forecasting"

  @Suite("The example data")
  struct ExampleDataTests {
    @Test("sunspots are monthly and complete")
    func sunspots() throws {
      let table = try Table(csvFile: packageFolder + "/Examples/Data/sunspots.csv")
      let series = try table.series(targets: ["sunspots"])
      #expect(series.rowCount == 3120)
      #expect(series.index?.timeStep == TimeStep(1, .month))
      #expect(series.index?.spacing.isRegular == true)
      #expect(series.index?.continued(by: 2) == ["2009-01", "2009-02"])
      #expect(SeasonalPeriod(step: nil, training: series.values).length > 100)
    }

    @Test("the weather of Seattle is daily, with a column of text that does no harm")
    func weather() throws {
      let table = try Table(csvFile: packageFolder + "/Examples/Data/seattle-weather.csv")
      #expect(table.numericColumnNames == ["precipitation", "temp_max", "temp_min", "wind"])
      let series = try table.series(targets: ["temp_max"], features: ["wind"])
      #expect(series.rowCount == 1461)
      #expect(series.index?.timeStep == TimeStep(1, .day))
      #expect(series.index?.spacing.isRegular == true)
      #expect(throws: (any Error).self) { try table.series(targets: ["weather"]) }
    }
  }

  @Suite(
    "The data shared beside the package",
    .enabled(if: access(sharedFolder, R_OK) == 0, "../shared/data/forecasting is not there"))
  struct SharedDataTests {
    @Test("read and window without a complaint")
    func gasFurnace() throws {
      let table = try Table(csvFile: sharedFolder + "/gas-furnace.csv")
      #expect(table.index == nil)
      let (series, split) = try table.series(targets: ["GR", "CO2"])
        .split(test: .rows(100), window: 10, horizon: 1)
      let scaler = Scaler(.standard, fitting: series, training: split.training)
      let windows = WindowedSeries(
        try scaler.scaled(series), columnCount: 2, targetCount: 2, part: split.test, window: 10,
        horizon: 1)
      #expect(windows.count == 90)
    }

    @Test(
      "have the index that their makers gave them",
      arguments: [
        ("airline-passengers", "Passengers", 144, TimeStep(1, .month), 0),
        // The leap days of 1984 and 1988 are not in the file.
        ("daily-min-temperatures", "Temp", 3650, TimeStep(1, .day), 2),
        ("ETTh1", "OT", 17_420, TimeStep(1, .hour), 0),
      ])
    func indexed(
      name: String, target: String, rowCount: Int, step: TimeStep, exceptionCount: Int
    ) throws {
      let series = try Table(csvFile: "\(sharedFolder)/\(name).csv").series(targets: [target])
      #expect(series.rowCount == rowCount)
      #expect(series.index?.timeStep == step)
      #expect(series.index?.spacing.exceptionCount == exceptionCount)
    }

    @Test("have rows padded with empty fields", arguments: ["train", "test"])
    func m4(part: String) throws {
      let table = try Table(csvFile: "\(sharedFolder)/m4-hourly-\(part).csv")
      #expect(table.rowCount == 414)
      #expect(table.columns.count == (part == "train" ? 961 : 49))
      #expect(try table.numbers(inColumn: "V2").allSatisfy { $0 != nil })
      if part == "train" {
        #expect(try table.numbers(inColumn: "V961").contains { $0 == nil })
      }
    }
  }
#endif

import LembraFormats
import LembraTensor
import LembraTraining
import Testing

@Suite("Learning rate schedules")
struct ScheduleTests {
  private func factors(_ text: String, count: Int) throws -> [Double] {
    let schedule = try LearningRateSchedule(text)
    return (0..<count).map { schedule.factor(at: $0, of: count) }
  }

  private func expect(
    _ values: [Double], near expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) < 1e-12 },
      "\(values)", sourceLocation: sourceLocation)
  }

  @Test func eachFollowsItsEquation() throws {
    expect(try factors("constant", count: 3), near: [1, 1, 1])
    expect(try factors("step:2:0.5", count: 5), near: [1, 1, 0.5, 0.5, 0.25])
    expect(try factors("exponential:0.1", count: 3), near: [1, 0.1, 0.01])
    // (1 + cos(0°, 45°, 90°, 135°)) / 2
    let root = 0.5.squareRoot()
    expect(try factors("cosine", count: 4), near: [1, (1 + root) / 2, 0.5, (1 - root) / 2])
    expect(try factors("cosine:0.2", count: 2), near: [1, 0.6])
    expect(try factors("warmup:3:constant", count: 5), near: [0.25, 0.5, 0.75, 1, 1])
    // The cosine begins after the warm-up and has what is left of the run.
    expect(try factors("warmup:1:cosine", count: 3), near: [0.5, 1, 0.5])
  }

  @Test func aCosineStaysAtItsEnd() throws {
    let schedule = LearningRateSchedule.cosine(end: 0.1)
    #expect(abs(schedule.factor(at: 10, of: 10) - 0.1) < 1e-12)
    #expect(abs(schedule.factor(at: 25, of: 10) - 0.1) < 1e-12)
    #expect(abs(schedule.factor(at: 0, of: 0) - 0.1) < 1e-12)
  }

  @Test(arguments: [
    "constant", "step:50:0.5", "exponential:0.99", "cosine:0.0", "cosine:0.01",
    "warmup:100:cosine:0.0", "warmup:5:warmup:2:constant", "plateau:10:0.5:0.0",
    "warmup:2:plateau:10:0.5:0.001",
  ])
  func theTextComesBack(text: String) throws {
    let schedule = try LearningRateSchedule(text)
    #expect(schedule.description == text)
    let json = try ExactJSON.text(of: [schedule])
    #expect(try ExactJSON.value([LearningRateSchedule].self, from: json) == [schedule])
  }

  @Test(arguments: [
    ("", "no schedule"), ("cosin", "cosin is no schedule"), ("constant:1", "does not take 1"),
    ("step:50", "does not take 1"), ("step:0:0.5", "EVERY"), ("step:a:0.5", "EVERY is an integer"),
    ("step:5:1.5", "FACTOR is a number from 0 to 1"), ("step:5:nan", "FACTOR"),
    ("step:99999999999:0.5", "EVERY"), ("cosine:-1", "END"), ("cosine:", "END"),
    ("warmup:10", "does not take 1"), ("warmup:10:", "no schedule"), ("plateau:1", "does not take"),
    ("plateau:-1:0.5", "PATIENCE"), ("plateau:1:0.5:2", "MINIMUM"),
    (String(repeating: "warmup:1:", count: 100_000) + "constant", "too much"),
  ])
  func aWrongTextIsExplained(text: String, fault: String) throws {
    let error = try #require(throws: LembraError.self) { _ = try LearningRateSchedule(text) }
    #expect(error.code == .invalidOption)
    #expect(error.message.contains(fault), "\(error.message)")
    #expect(error.remedy.contains("step:EVERY:FACTOR"))
    #expect(error.message.utf8.count < 200)
  }

  @Test func aPlateauReducesAfterItsPatience() {
    let schedule = LearningRateSchedule.warmup(
      length: 1, then: .plateau(patience: 1, factor: 0.5, minimum: 0.2))
    var plateau = Plateau()
    // 3 is the best; 2.9999 is better by less than a ten-thousandth of it.
    let scores = [4, 3, 3.5, 2.9999, 3.1, 3.2, 2, 2, 2, 2, 2, 2]
    let factors = scores.map { score in
      plateau.observe(score, under: schedule)
      return plateau.factor
    }
    #expect(factors == [1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2])
    #expect(schedule.factor(at: 0, of: 10, plateau: 0.2) == 0.5)
    #expect(schedule.factor(at: 1, of: 10, plateau: 0.2) == 0.2)
  }

  @Test func aPlateauOfNegativeScoresIsSeen() {
    let schedule = LearningRateSchedule.plateau(patience: 0, factor: 0.5, minimum: 0)
    var plateau = Plateau()
    for score in [-1.0, -1.0, -2.0] { plateau.observe(score, under: schedule) }
    #expect(plateau.factor == 0.5)
  }
}

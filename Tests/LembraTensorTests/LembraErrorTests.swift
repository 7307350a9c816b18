import LembraTensor
import Testing

@Suite("Errors")
struct LembraErrorTests {
  @Test("a description gives the place, what is wrong and what to do")
  func description() {
    func text(_ location: LembraError.Location) -> String {
      LembraError(.invalidData, "wrong", remedy: "repair it", at: location).description
    }
    #expect(text(.init()) == "wrong; repair it")
    #expect(text(.init(file: "a.csv")) == "a.csv: wrong; repair it")
    #expect(text(.init(file: "a.csv", line: 3)) == "a.csv:3: wrong; repair it")
    #expect(text(.init(line: 3)) == "line 3: wrong; repair it")
    #expect(text(.init(name: "--epochs")) == "--epochs: wrong; repair it")
    #expect(
      text(.init(file: "a.csv", line: 3, column: "CO2")) == "a.csv:3, column CO2: wrong; repair it")
  }
}

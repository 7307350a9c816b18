import LembraCLI
import LembraModels
import LembraTensor
import Testing

@Suite("A list of seeds")
struct SeedListTests {
  @Test("counts from the first seed")
  func counts() throws {
    #expect(try SeedList("3").seeds(from: 0) == [0, 1, 2])
    #expect(try SeedList("2").seeds(from: 7) == [7, 8])
  }

  @Test("names seeds")
  func names() throws {
    #expect(try SeedList("3,7").seeds(from: 0) == [3, 7])
    #expect(try SeedList("4,").seeds(from: 0) == [4])
  }

  @Test("does not run over at the largest seed")
  func wraps() throws {
    #expect(try SeedList("2").seeds(from: .max) == [.max, 0])
  }

  @Test(
    "is refused when it is none", arguments: ["", "0", "-1", "x", "1,1", ",", "1,x", "99999999"])
  func isRefused(text: String) {
    #expect(throws: LembraError.self) { try SeedList(text) }
  }
}

@Suite("A list of models")
struct ModelListTests {
  @Test("takes names in any case, each once")
  func takesAnyCase() throws {
    #expect(try ModelList("BiLSTM,lstm,LSTM,Gru").kinds == [.bilstm, .lstm, .gru])
  }

  @Test("is refused when it is none", arguments: ["", ",", "lstn", "lstm,x"])
  func isRefused(text: String) {
    #expect(throws: LembraError.self) { try ModelList(text) }
  }
}

@Suite("A command line to be typed again")
struct ShellCommandTests {
  @Test("quotes what a shell would read otherwise")
  func quotes() {
    let command = ShellCommand(["lembra", "a b", "it's", "20%", "", "GR,CO2", "ação"])
    #expect(command.description == #"lembra 'a b' 'it'\''s' 20% '' GR,CO2 'ação'"#)
  }

  @Test("takes a flag once")
  func addsOnce() {
    let command = ShellCommand(["lembra"]).adding("--resume").adding("--resume")
    #expect(command.arguments == ["lembra", "--resume"])
  }

  @Test(
    "replaces the value of an option however it was written",
    arguments: [
      (["--models", "a,b"], ["--models", "b"]), (["--models=a,b"], ["--models=b"]),
      (["x"], ["x", "--models", "b"]),
    ])
  func replaces(before: [String], after: [String]) {
    #expect(ShellCommand(before).setting("--models", to: "b").arguments == after)
  }
}

import LembraCLI
import LembraModels
import LembraTensor
import Testing

@Suite("A value by model")
struct PerModelTests {
  @Test("is the common one, but for models with their own")
  func isCommonOrOwn() throws {
    let rates = try PerModel<Double>("0.01,mlp=0.001")
    #expect(rates.value(for: .mlp, otherwise: 5) == 0.001)
    #expect(rates.value(for: .lstm, otherwise: 5) == 0.01)
  }

  @Test("takes the names of models in any case")
  func takesAnyCase() throws {
    let rates = try PerModel<Double>("MLP=0.001,BiLSTM=0.1")
    #expect(rates.overrides == [.mlp: 0.001, .bilstm: 0.1])
  }

  @Test("is the standard one where none was given")
  func isStandard() throws {
    #expect(try PerModel<Int>("gru=8").value(for: .lstm, otherwise: 64) == 64)
  }

  @Test(
    "is refused when it cannot be understood",
    arguments: ["", "x", "1,2", "lstn=3", "gru=1,gru=2", "gru=", "1,", "=4"])
  func isRefused(text: String) {
    #expect(throws: LembraError.self) { try PerModel<Int>(text) }
  }
}

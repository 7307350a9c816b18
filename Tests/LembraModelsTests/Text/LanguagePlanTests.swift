import LembraModels
import Testing

@Suite("The plan of a language model")
struct LanguagePlanTests {
  private func plan(_ characters: Int, minutes: Double?) -> LanguageArchitecture {
    LanguagePlan(isOfCharacters: true, characterCount: characters, minutes: minutes).architecture
  }

  @Test("the more often a text is read, the more is dropped, of the state or of the weights too")
  func passes() {
    let plans = [3, 9, 30].map { plan(1_000_000, minutes: $0) }
    #expect(plans.map(\.hiddenSize) == [512, 768, 512])
    #expect(plans.map(\.dropout) == [0.1, 0.4, 0.35])
    #expect(plans.map(\.weightDrop) == [0, 0, 0.35])
    #expect(plan(1_000_000, minutes: nil).dropout == 0.4)
    let byEpochs = [1, 10, 30].map {
      LanguagePlan(isOfCharacters: true, characterCount: 1_000_000, minutes: nil, epochs: $0)
    }
    #expect(byEpochs.map(\.architecture.dropout) == [0.1, 0.4, 0.35])
    #expect(byEpochs.map(\.architecture.weightDrop) == [0, 0, 0.35])
    #expect(byEpochs.map(\.options.averagedEpochs) == [nil, nil, 2.5])
    #expect(byEpochs.map(\.options.epochs) == [1, 10, 30])
    let short = LanguagePlan(
      isOfCharacters: true, characterCount: 1_000_000, minutes: 60, epochs: 2)
    #expect(short.architecture.hiddenSize == 512)
  }

  @Test("a short text does with a small network, and a long one with little dropout")
  func lengths() {
    #expect(plan(50_000, minutes: 30).hiddenSize == 512)
    #expect(plan(50_000, minutes: 30).weightDrop == 0.35)
    #expect(plan(100_000_000, minutes: 3_000).dropout == 0.1)
    #expect(plan(0, minutes: 1).hiddenSize == 512)
  }
}

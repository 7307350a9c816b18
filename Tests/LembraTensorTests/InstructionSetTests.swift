import LembraTensor
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("The choice of instructions")
struct InstructionSetTests {
  @Test("the one in use is among those of the processor, and has another name than the others")
  func current() {
    let names = LembraTensor.InstructionSet.supported.map(\.name)
    #expect(names.contains(LembraTensor.InstructionSet.current.name))
    #expect(Set(names).count == names.count)
  }

  @Test("the environment chooses any that the processor runs")
  func chosen() async {
    await #expect(processExitsWith: .success) {
      for instructions in LembraTensor.InstructionSet.supported {
        setenv("LEMBRA_ISA", instructions.name, 1)
        let chosen = try LembraTensor.InstructionSet.chosen()
        #expect(chosen.name == instructions.name)
      }
      unsetenv("LEMBRA_ISA")
      let best = try LembraTensor.InstructionSet.chosen()
      #expect(best.name == LembraTensor.InstructionSet.supported[0].name)
    }
  }

  @Test("an unknown name is an error that lists the known ones")
  func unknown() async {
    await #expect(processExitsWith: .success) {
      setenv("LEMBRA_ISA", "avx1024", 1)
      let error = #expect(throws: LembraError.self) { try LembraTensor.InstructionSet.chosen() }
      #expect(error?.code == .invalidOption)
      #expect(error?.location.name == "LEMBRA_ISA")
      #expect(error?.message == "there is no instruction set \"avx1024\"")
      for instructions in LembraTensor.InstructionSet.supported {
        #expect(error?.remedy.contains(instructions.name) == true)
      }
    }
  }
}

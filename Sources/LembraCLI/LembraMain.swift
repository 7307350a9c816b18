import ArgumentParser
import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The process: it reads the arguments, runs the command and turns errors into messages and an exit
/// status.
@main
enum LembraMain {
  static func main() {
    StandardStreams.ignoreBrokenPipes()
    do {
      var command = try LembraCommand.parseAsRoot()
      // An environment that asks for what this processor lacks would otherwise trap at first use.
      _ = try InstructionSet.chosen()
      try command.run()
    } catch {
      exit(status(after: error))
    }
  }

  private static func status(after error: any Error) -> Int32 {
    if error is ClosedOutput { return 0 }
    let ending = Ending(error, arguments: CommandLine.arguments.dropFirst())
    guard ending.isFailure else {
      do {
        try StandardStreams.printResult(ending.text)
        return 0
      } catch {
        return status(after: error)
      }
    }
    if !ending.text.isEmpty {
      let mark = Terminal.error.showsColor ? "\u{1B}[1;31mlembra:\u{1B}[0m " : "lembra: "
      StandardStreams.printNote(mark + ending.text + "\n")
    }
    return ending.status
  }
}

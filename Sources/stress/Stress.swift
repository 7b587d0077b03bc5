internal import ArgumentParser
internal import EmbeddedRedis
internal import FlashSale
internal import Fleet
internal import Glibc
internal import Host
internal import Reports

/// The command line. The three processes that `stress` starts of itself are told apart before anything is parsed.
@main
struct Stress: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stress",
        abstract: "Runs a flash sale on Redis from many processes at once and proves whether anything was oversold.",
        discussion: """
            Exit codes: 0 upheld, 1 violated, 2 inconclusive, 64 usage or strategy file, 69 Redis could not be reached, was \
            refused or is too small, 70 a bug of stress, 73 results cannot be created, 74 results could not be written, \
            130 interrupted.
            """,
        version: Version.current,
        subcommands: [RunCommand.self, VerifyCommand.self, StrategiesCommand.self, CleanCommand.self],
        // Not `-h`, which other programs for Redis take for a host: see HelpFlag.
        helpNames: .long)

    static func main() {
        FileDescriptors.occupyStandardStreams()
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "worker": Glibc.exit(Worker.run())
        case "guard": GuardProcess.run(arguments: Array(arguments.dropFirst()))
        case "die-with-parent": DieWithParent.run(arguments: Array(arguments.dropFirst()))
        default: parse(arguments)
        }
    }

    private static func parse(_ arguments: [String]) {
        guard !arguments.isEmpty else {
            // A script that lost its arguments must not take this for a sale.
            Terminal.say(helpMessage())
            Glibc.exit(ExitStatus.usage.rawValue)
        }
        switch HelpFlag(arguments, of: self) {
        case .absent: main(arguments)
        case .alone: main(arguments.dropLast() + ["--help"])
        case .misplaced(let reason):
            Terminal.note(reason)
            Glibc.exit(ExitStatus.usage.rawValue)
        }
    }
}

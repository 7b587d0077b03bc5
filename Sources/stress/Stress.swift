internal import ArgumentParser
internal import EmbeddedRedis
internal import FlashSale
internal import Fleet
internal import Glibc
internal import Host
internal import ProgramTransport
internal import Reports
internal import Services
internal import Stores

/// The command line. The processes that `stress` starts of itself are told apart before anything is parsed.
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
        subcommands: [
            RunCommand.self, ExploreCommand.self, VerifyCommand.self, StrategiesCommand.self, MatrixCommand.self,
            CleanCommand.self,
            ManifestCommand.self,
            ProxyCommand.self, CompareCommand.self, ReportCommand.self,
        ],
        // Not `-h`, which other programs for Redis take for a host: see HelpFlag.
        helpNames: .long)

    static func main() {
        ProcessLimits.prepare()
        FileDescriptors.occupyStandardStreams()
        let arguments = Array(CommandLine.arguments.dropFirst())
        let others = Array(arguments.dropFirst())
        switch arguments.first {
        case "worker":
            Worker.unblockSignals()
            OwnThread.run { Glibc.exit(Worker.run(arguments: others)) }
        case "guard": OwnThread.run { GuardProcess.run(arguments: others) }
        case "keep-allocation": AllocationKeeperProcess.run(arguments: others)
        case "keep-programs": KeeperProcess.run(arguments: others)
        case "keep-service": ServiceKeeperProcess.run(arguments: others)
        case "die-with-parent": DieWithParent.run(arguments: others)
        case "end-with-parent": EndWithParent.run(arguments: others)
        case "run", "strategies":
            Interruption.endAtOnce(saying: "stress: interrupted; nothing was sold\n")
            OwnThread.run { parse(arguments) }
        default:
            Interruption.endAtOnce(saying: "stress: interrupted\n")
            OwnThread.run { parse(arguments) }
        }
    }

    private static func parse(_ arguments: [String]) {
        guard !arguments.isEmpty else {
            // A script that lost its arguments must not take this for a sale.
            Terminal.say(helpMessage())
            Glibc.exit(ExitStatus.usage.rawValue)
        }
        if let option = arguments.prefix(while: { $0 != "--" }).first(where: isBeyondOptions) {
            Terminal.note("\(ForeignText.shown(option)) is no option; --help names them all")
            Glibc.exit(ExitStatus.usage.rawValue)
        }
        switch HelpFlag(arguments, of: self) {
        case .absent: execute(arguments)
        case .alone: execute(arguments.dropLast() + ["--help"])
        case .misplaced(let reason):
            Terminal.note(reason)
            Glibc.exit(ExitStatus.usage.rawValue)
        }
    }

    /// Whether it looks like an option with a name that is longer than any. The parser would compare it with all that there are, letter
    /// by letter, to say which one may be meant: for as much as an argument may have, that takes minutes.
    private static func isBeyondOptions(_ argument: String) -> Bool {
        argument.hasPrefix("--") && argument.utf8.prefix(1001).prefix { $0 != UInt8(ascii: "=") }.count > 1000
    }

    /// As `main(_:)` does, but for the way in which an error is told.
    private static func execute(_ arguments: [String]) {
        do {
            var command = try parseAsRoot(arguments)
            try command.run()
        } catch {
            CommandLineEnd.exit(with: error, arguments)
        }
    }
}

/// What `-h` means. Alone, or after the name of a subcommand, it asks for help, as everywhere; but redis-cli and its kin
/// take it for the server's host, so that beside anything else it must not pass for a sale that went well.
enum HelpFlag: Equatable {
    case absent
    /// It is the last argument, and only subcommands stand before it.
    case alone
    /// What to say about it.
    case misplaced(String)

    /// - Parameter root: the command that the arguments are for.
    init(_ arguments: [String], of root: any ParsableCommand.Type) {
        // Behind `--` nothing is a flag.
        let flags = arguments.prefix { $0 != "--" }
        guard let place = flags.firstIndex(of: "-h") else {
            self = .absent
            return
        }
        if place == arguments.count - 1, Self.areCommands(arguments[..<place], of: root) {
            self = .alone
        } else {
            self = .misplaced("-h beside other arguments is no wish for help: " + Self.hint(Array(flags), place))
        }
    }

    private static func areCommands(_ words: ArraySlice<String>, of root: any ParsableCommand.Type) -> Bool {
        var command = root
        for word in words {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else {
                return false
            }
            command = next
        }
        return true
    }

    private static func hint(_ arguments: [String], _ place: Int) -> String {
        func value(after flag: Int) -> String? {
            guard flag + 1 < arguments.count, !arguments[flag + 1].hasPrefix("-") else { return nil }
            return arguments[flag + 1]
        }
        guard let host = value(after: place), !host.isEmpty else { return "write --help for it" }
        let port = arguments.firstIndex(of: "-p").flatMap { value(after: $0) } ?? "6379"
        return "name the server with --redis redis://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

internal import ArgumentParser
internal import FlashSale
internal import Foundation

/// The end of a subcommand: a message on standard error and the exit code.
enum CommandLineEnd {
    /// - Parameter body: prints the result, and says what to end with.
    static func with(_ body: () throws(RunError) -> ExitStatus) throws {
        var status: ExitStatus
        do throws(RunError) {
            status = try body()
        } catch {
            Terminal.note(error.message)
            status = error.status
        }
        if status != .upheld { throw ExitCode(status.rawValue) }
    }

    /// Tells what the parser of arguments has to say, and ends the program.
    static func exit(with error: any Error, _ arguments: [String]) -> Never {
        let status = Stress.exitCode(for: error).rawValue
        let text = Stress.fullMessage(for: error)
        if !text.isEmpty {
            // Help and completion scripts are all ours.
            if status == 0 {
                try? Terminal.write(data: Array("\(text)\n".utf8))
            } else {
                Terminal.say(text.replacingOccurrences(of: Stress.message(for: error), with: message(error, arguments)))
            }
        }
        Foundation.exit(status)
    }

    /// The parser quotes arguments as they are: what it says of one that is long, or that has a line break, is made fit for a line.
    private static func message(_ error: any Error, _ arguments: [String]) -> String {
        var message = Stress.message(for: error)
        let values = arguments.flatMap { [$0] + $0.split(separator: "=", maxSplits: 1).dropFirst().map(String.init) }
        for value in values where value.utf8.count > ForeignText.limit {
            message = message.replacingOccurrences(of: value, with: ForeignText.shown(value))
        }
        let given = arguments + ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("STRESS_") }.values
        return given.contains { $0.unicodeScalars.contains(where: ForeignText.isHidden) }
            ? ForeignText.sentence(message) : message
    }
}

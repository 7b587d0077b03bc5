import Foundation
import TestSupport
import Testing

/// A server that is lost or does not serve before the doors open is no mistake of the strategy file's, and no bug.
struct RefusedOpeningTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var strategy = "optimistic"
        var command: String
        var answer: CommandServer.Answer
        var exitCode: Int32 = 69
        var says: String
        var testDescription: String { "\(strategy): \(command): \(answer)" }
    }

    private static let cases: [Case] =
        ["INFO", "COMMAND", "EXISTS", "SET", "GET"].map {
            Case(command: $0, answer: .hangUp(""), says: "the connection to Redis was lost at \($0)")
        } + [
            Case(command: "GET", answer: .write("-LOADING loading\r\n"), says: "LOADING"),
            Case(command: "GET", answer: .write("-NOPERM no\r\n"), says: "NOPERM"),
            Case(command: "SET", answer: .write("-READONLY replica\r\n"), says: "READONLY"),
            Case(strategy: "lua", command: "SCRIPT", answer: .hangUp(""), says: "lost at SCRIPT"),
            Case(strategy: "lua", command: "SCRIPT", answer: .write("-LOADING loading\r\n"), says: "SCRIPT LOAD"),
            Case(strategy: "function", command: "FUNCTION", answer: .write("-READONLY replica\r\n"), says: "READONLY"),
            Case(strategy: "function", command: "FUNCTION", answer: .write("-NOPERM no\r\n"), says: "+function|load"),
            Case(strategy: "function", command: "FUNCTION", answer: .write("-OOM memory\r\n"), says: "FUNCTION LOAD"),
            Case(strategy: "function", command: "FUNCTION", answer: .hangUp(""), says: "lost at FUNCTION"),
            // The nearest ones that are the file's.
            Case(command: "GET", answer: .write("$1\r\n7\r\n"), exitCode: 64, says: "the probe (stock:) should find"),
            Case(
                strategy: "lua", command: "SCRIPT", answer: .write("-ERR Error compiling script\r\n"), exitCode: 64,
                says: "refuses the script"),
            Case(
                strategy: "function", command: "FUNCTION", answer: .write("-ERR Error compiling function\r\n"),
                exitCode: 64, says: "refuses the library"),
        ]

    @Test(arguments: cases) func ends(_ wanted: Case) throws {
        let server = CommandServer { command in
            switch command[0] {
            case wanted.command: wanted.answer
            case "SET": .write("+OK\r\n")
            case "INFO": .write("$0\r\n\r\n")
            case "COMMAND": .write("-NOPERM no\r\n")
            case "GET": .write("$3\r\n200\r\n")
            case "SCRIPT": .write("$40\r\n\(String(repeating: "a", count: 40))\r\n")
            default: .write(":0\r\n")
            }
        }
        let run = try sandbox.run([
            "--redis", "redis://127.0.0.1:\(server.port)", "--strategy", wanted.strategy, "--no-rehearsal-guard",
        ])
        #expect(run.exitCode == wanted.exitCode, "\(run.errors)\(run.output)")
        #expect(run.errors.contains(wanted.says), "\(run.errors)")
        #expect(sandbox.resultFolders.isEmpty)
        sandbox.expectNothingLeft()
    }
}

import Foundation
import TestSupport
import Testing

/// `stress run` on a server or proxy that answers with the password.
struct EchoTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private func expectSecret(_ run: Sandbox.Finished, echo: Echo, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(echo.found(in: run.output + run.errors) == [], "\(run.errors)", sourceLocation: sourceLocation)
        for telling in echo.telling where telling.count > 3 {
            #expect(sandbox.filesHolding(telling) == [], sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: Echo.all)
    func showsNoPassword(_ echo: Echo) throws {
        let server = CommandServer { _ in .write(echo.answer) }
        let run = try sandbox.run(
            ["--redis", "redis://127.0.0.1:\(server.port)"], environment: ["REDISCLI_AUTH": echo.password])
        #expect(run.exitCode == 69, "\(run.errors)")
        #expect(run.errors.contains(echo.says), "\(run.errors)")
        expectSecret(run, echo: echo)
    }

    /// The server lets us in, and something between answers a later command with the password.
    @Test(
        arguments: Echo.all.filter { !["in base64", "backwards", "as it is"].contains($0.testDescription) },
        ["INFO", "COMMAND", "EXISTS", "SET", "GET", "WATCH", "EXEC", "HGETALL", "DEL"])
    func showsNoPasswordLater(_ echo: Echo, _ name: String) throws {
        // Every text somewhere, every place with some.
        guard (echo.testDescription.count + name.count).isMultiple(of: 3) || name == "EXEC" else { return }
        let server = CommandServer { command in
            switch command[0] {
            case name: .write(echo.answer)
            case "AUTH", "SET": .write("+OK\r\n")
            case "INFO": .write("$0\r\n\r\n")
            case "COMMAND": .write("-NOPERM no\r\n")
            case "GET": .write("$3\r\n200\r\n")
            default: .write(":0\r\n")
            }
        }
        let run = try sandbox.run(
            ["--redis", "redis://127.0.0.1:\(server.port)", "--procs", "1", "--threads", "2", "--buyers", "4"],
            environment: ["REDISCLI_AUTH": echo.password])
        expectSecret(run, echo: echo)
    }
}

import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import Strategies
import TestSupport
import Testing

/// `stress proxy`, as a user starts and ends it.
struct ProxyCommandTests {
    @Test("it tells its address, serves until it is told to end, and tells what it did")
    func servesUntilItIsEnded() throws {
        let folder = try TestFolder("proxy-command")
        let server = try EmbeddedServer.start(
            persistence: .none, maximumClients: 50, isProtected: true, executable: StressBinary.path)
        defer { server.stop() }
        let program = try Program(
            StressBinary.path,
            [
                "proxy", "--to", server.endpoint.redacted, "--record", "commands.csv", "--fault", "lose-replies:#2",
            ], folder: folder.path, files: folder.path,
            environment: ["REDISCLI_AUTH": server.endpoint.password ?? ""])
        #expect(TestProcess.eventually { program.output.contains("Ctrl-C ends it.\n") })
        let port = try #require(
            program.output.split(separator: " ").first.flatMap { $0.split(separator: ":").last }.flatMap { Int($0) })
        var client = try Connection(
            to: RedisEndpoint(transport: .tcp(host: "127.0.0.1", port: port)), name: nil,
            connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
        #expect(try client.call(["INCR", "n"]).integer() == 1)
        #expect(throws: ConnectionError.self) { try client.call(["INCR", "n"]) }
        program.signal(SIGINT)
        #expect(program.wait()?.exitCode == 0)
        #expect(program.output.contains("3 commands of 1 connection, 2 that may write, 2 replies\nlose-replies: 1\n"))
        let record = try String(contentsOfFile: "\(folder.path)/commands.csv", encoding: .utf8)
        #expect(record.contains(",INCR,n,n,(integer) 2,lose-replies\n"))
        if let password = server.endpoint.password { #expect(!(record + program.output).contains(password)) }
    }

    @Test(
        "what cannot be is said, with the code for it",
        arguments: [
            (["--to", "redis://127.0.0.1:1"], FlashSale.ExitStatus.unavailable, "could not connect"),
            (["--to", "nonsense"], .usage, "--to"),
            (["--to", "redis://127.0.0.1:1", "--listen", "0.0.0.0:1"], .usage, "this machine only"),
            (["--to", "redis://127.0.0.1:1", "--listen", "7000"], .usage, "127.0.0.1:6380"),
            (["--to", "redis://127.0.0.1:1", "--fault", "lose"], .usage, "lose-replies, cut-requests"),
        ])
    func refusals(_ arguments: [String], _ status: FlashSale.ExitStatus, _ words: String) throws {
        let folder = try TestFolder("proxy-command")
        let program = try Program(
            StressBinary.path, ["proxy"] + arguments, folder: folder.path, files: folder.path, environment: [:])
        #expect(program.wait()?.exitCode == status.rawValue)
        #expect(program.errors.contains(words), "\(program.errors)")
    }
}

import EmbeddedRedis
import FlashSale
import Foundation
import RedisDriver
import SaleTestSupport
import Strategies
import TestSupport
import Testing

/// `--redis rediss://…`: sales on a Redis that speaks TLS.
struct SecureRedisTests {
    private let sandbox: Sandbox
    private let secure: SecureServer

    init() throws {
        sandbox = try Sandbox()
        secure = try SecureServer()
    }

    private var flags: [String] { ["--redis", secure.url, "--tls-ca", secure.authority.certificate] }

    private static let fleets = [["--threads", "20"], ["--threads", "2", "--clients", "10"]]

    // MARK: Sales

    @Test(
        arguments: [("optimistic", 0), ("lua", 0), ("tokens", 0), ("lock", 0), ("naive", 1)] as [(String, Int32)],
        fleets)
    func builtInsEndAsTheirSummariesSay(_ expected: (strategy: String, exitCode: Int32), _ fleet: [String]) throws {
        let run = try sandbox.run(
            flags + fleet + ["--strategy", expected.strategy] + (expected.exitCode == 1 ? ["--think-time", "1ms"] : []))
        #expect(run.exitCode == expected.exitCode, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["server"]["url"].text == secure.url)
        if expected.exitCode == 1 { #expect(record.check("unique-units")["result"].text == "violated") }
        #expect(record["totals"]["unknown"].number == 0 && record["totals"]["failed"].number == 0)
        // Nothing of it stays, and nobody of ours was without TLS.
        #expect(try secure.call(["DBSIZE"]).integer() == 0)
        #expect(try !secure.call(["CLIENT", "LIST"]).string().contains("name=stress-"))
        sandbox.expectNothingLeft()
    }

    @Test(arguments: fleets) func lastBytesAreHeldBack(_ fleet: [String]) throws {
        let run = try sandbox.run(flags + fleet + ["--gate", "last-byte", "--strategy", "decr"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft()
    }

    private static let wireFaults = [
        "lose-replies@0s:5%", "cut-requests@0s:5%", "repeat-requests@0s:5%", "slow-replies@0s:2%",
        "kill-connections@30%",
    ]

    @Test(arguments: wireFaults, fleets)
    func faultsOfTheWireAreCarriedOut(_ fault: String, _ fleet: [String]) throws {
        let run = try sandbox.run(
            flags + fleet + ["--strategy", "lua-idempotent", "--fault", fault, "--think-time", "10ms..30ms"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(try sandbox.record()["faults"].list.first?["effect"].text != "unproven", "\(run.output)")
    }

    /// A server that is killed in mid-sale proves nothing of what it was last told.
    @Test(arguments: fleets) func aServerThatIsKilledProvesNothing(_ fleet: [String]) throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.small + ["--think-time", "20ms..40ms"] + flags + fleet)
        #expect(sandbox.isSelling())
        secure.server.stop()
        #expect(run.wait() == .init(exitCode: 2), "\(run.errors)")
        let record = try sandbox.record()
        #expect(record["verdict"].text == "inconclusive" && record["sale"]["remaining"].number == nil)
        #expect((record["totals"]["failed"].number ?? 0) > 0)
        sandbox.expectNothingLeft()
    }

    /// Clients that do not read what the server says must not keep a run from its end.
    @Test func aRunIsInterrupted() throws {
        let run = try sandbox.start(["run"] + Sandbox.long + flags)
        #expect(sandbox.isSelling())
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130), "\(run.errors)")
        #expect(try secure.call(["DBSIZE"]).integer() == 0)
        sandbox.expectNothingLeft()
    }

    // MARK: Who is there

    @Test func theEnvironmentNamesTheServer() throws {
        _ = try secure.call(["CONFIG", "SET", "requirepass", "s3cret-of-ours"])
        let relative = "ca.pem"
        try sandbox.folder.file(relative, String(contentsOfFile: secure.authority.certificate, encoding: .utf8))
        let run = try sandbox.run(
            ["--tls-ca", relative], environment: ["STRESS_REDIS_URL": secure.url, "REDISCLI_AUTH": "s3cret-of-ours"])
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(!run.output.contains("s3cret") && sandbox.filesHolding("s3cret-of-ours") == [])
    }

    /// As managed servers have it.
    @Test(arguments: [["-client|list"], ["-config"], ["-client", "-config", "-info"], ["-@dangerous", "-@admin"]])
    func managesWithFewPermissions(_ denied: [String]) throws {
        _ = try secure.call(["ACL", "SETUSER", "buyer", "on", ">pw", "~{stress:*", "+@all"] + denied)
        let url = "rediss://buyer:pw@127.0.0.1:\(secure.port)"
        let run = try sandbox.run(["--redis", url, "--tls-ca", secure.authority.certificate])
        #expect(run.exitCode == 0, "\(denied): \(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["verdict"].text == "upheld")
        #expect(record["totals"]["won"].number == record["sale"]["sold_by_server"].number)
        #expect(try secure.call(["DBSIZE"]).integer() == 0)
    }

    @Test(arguments: ["TLSv1.2", "TLSv1.3"]) func clientsMayNeedCertificates(_ version: String) throws {
        let server = try SecureServer(authority: secure.authority, clients: "yes", protocols: version)
        let own = try secure.authority.issue("client", for: [])
        let flags = ["--redis", server.url, "--tls-ca", secure.authority.certificate]
        let without = try sandbox.run(flags)
        #expect(without.exitCode == 69, "\(without.errors)")
        #expect(without.errors.contains("--tls-cert FILE and --tls-key FILE"), "\(without.errors)")
        let with = try sandbox.run(flags + ["--tls-cert", own.certificate, "--tls-key", own.key])
        #expect(with.exitCode == 0, "\(with.errors)")
        // Who has been is in no file of the run, but for the server's address.
        #expect(sandbox.filesHolding(own.key) == [])
    }

    @Test func leftoversAreCleaned() throws {
        let run = try sandbox.start(["run"] + Sandbox.long + flags)
        #expect(sandbox.isSelling())
        run.signal(SIGKILL)
        _ = run.wait()
        sandbox.expectNothingLeft()
        #expect(
            TestProcess.eventually {
                (try? !secure.call(["CLIENT", "LIST"]).string().contains("name=stress-")) ?? false
            })
        let list = try sandbox.stress(["clean"] + flags)
        #expect(list.exitCode == 0, "\(list.errors)")
        let command = "stress clean --redis \(secure.url) --tls-ca \(secure.authority.certificate) --yes"
        #expect(list.output.contains(command), "\(list.output)")
        let removal = try sandbox.stress(["clean", "--yes"] + flags)
        #expect(removal.exitCode == 0, "\(removal.errors)")
        #expect(try secure.call(["DBSIZE"]).integer() == 0)
    }

    // MARK: What is refused

    private func expectRefused(
        _ arguments: [String], exitCode: Int32, says words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let run = try sandbox.stress(arguments)
        #expect(run.exitCode == exitCode, "\(run.errors)", sourceLocation: sourceLocation)
        #expect(run.output.isEmpty && !run.errors.contains("is Redis running there"), sourceLocation: sourceLocation)
        for word in words { #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: sourceLocation) }
        #expect(!FileManager.default.fileExists(atPath: sandbox.results), sourceLocation: sourceLocation)
        sandbox.expectNothingLeft(sourceLocation: sourceLocation)
    }

    /// Whatever says which server, a certificate that does not verify ends it before the doors open.
    @Test(arguments: ["run", "clean"]) func aServerThatIsNotTrustedIsLeft(_ command: String) throws {
        let other = try TestAuthority()
        let sale = command == "run" ? Sandbox.small : []
        try expectRefused(
            [command] + sale + ["--redis", secure.url], exitCode: 69, says: "rediss://127.0.0.1:\(secure.port)",
            "--tls-ca FILE")
        try expectRefused(
            [command] + sale + ["--redis", secure.url, "--tls-ca", other.certificate], exitCode: 69,
            says: "of none of the authorities in \(other.certificate)")
        try expectRefused(
            [command] + sale + flags + ["--tls-name", "shop.example"], exitCode: 69, says: "127.0.0.1",
            "not for shop.example")
        // Nobody was told a command.
        #expect(try secure.call(["DBSIZE"]).integer() == 0)
    }

    @Test(arguments: ["run", "clean"]) func theWrongPortIsSaid(_ command: String) throws {
        let sale = command == "run" ? Sandbox.small : []
        guard case .tcp(_, let plain) = secure.server.endpoint.transport else { return }
        try expectRefused(
            [command] + sale + ["--redis", "rediss://127.0.0.1:\(plain)", "--tls-ca", secure.authority.certificate],
            exitCode: 69, says: "a Redis without TLS answers there: write redis://")
        try expectRefused(
            [command] + sale + ["--redis", "redis://127.0.0.1:\(secure.port)"], exitCode: 69,
            says: "it speaks TLS there: write rediss://")
    }

    @Test func filesAreLookedAtFirst() throws {
        let own = try secure.authority.issue("client", for: [])
        let start = ["run"] + Sandbox.small
        try expectRefused(
            start + ["--redis", secure.url, "--tls-ca", "nowhere.pem"], exitCode: 64,
            says: "--tls-ca: the file nowhere.pem does not exist")
        try expectRefused(
            start + flags + ["--tls-cert", own.certificate], exitCode: 64, says: "--tls-cert", "--tls-key FILE")
        try expectRefused(
            start + flags + ["--tls-cert", own.certificate, "--tls-key", own.certificate], exitCode: 64,
            says: "--tls-key", "PEM")
        try expectRefused(
            start + flags + ["--tls-cert", own.certificate, "--tls-key", try secure.authority.issue("x", for: []).key],
            exitCode: 64, says: "--tls-key", "has another one")
        try expectRefused(start + flags + ["--tls-name", ""], exitCode: 64, says: "--tls-name")
    }

    /// Whoever names authorities means a server with TLS, and would not notice that there is none.
    @Test func flagsWithoutAServerAreRefused() throws {
        let ca = ["--tls-ca", secure.authority.certificate]
        try expectRefused(
            ["run"] + Sandbox.small + ca, exitCode: 64, says: "--tls-ca", "rediss://", "no Redis of yours")
        try expectRefused(
            ["run"] + Sandbox.small + ca + ["--redis", secure.server.endpoint.redacted], exitCode: 64, says: "--tls-ca",
            "rediss://",
            "without TLS")
        try expectRefused(
            ["clean"] + ca + ["--redis", secure.server.endpoint.redacted], exitCode: 64, says: "--tls-ca", "without TLS"
        )
    }

    @Test func theProxySpeaksNone() throws {
        let run = try sandbox.stress(["proxy", "--to", secure.url])
        #expect(run.exitCode == 64 && run.output.isEmpty)
        #expect(run.errors.contains("the proxy between a service and its Redis speaks no TLS"), "\(run.errors)")
    }
}

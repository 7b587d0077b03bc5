import FlashSale
import Foundation
import RedisDriver
import Strategies
import TestSupport
import Testing

/// `--redis`: a server that is not ours, where others have their keys.
struct OwnServerTests {
    private let sandbox: Sandbox
    private let own: OwnServer

    init() throws {
        sandbox = try Sandbox()
        own = try OwnServer()
    }

    private static let foreign = [
        "SET plain 1", "SET {stress:0123456789}:stock 7", "HSET {stress:0123456789}:orders 1 2", "SET stock 200",
        "RPUSH list a b", "SADD set a b", "ZADD sorted 1 a", "XADD stream 1-1 a b", "HSET orders 1 1",
        "SET passing x EX 5000",
    ]

    private func populate(database: Int) throws {
        for command in Self.foreign { try own.call(command, database: database) }
    }

    /// Every key of a database with all that it holds.
    private func dump(database: Int) throws -> [String: [UInt8]] {
        var connection = try own.connect(database: database)
        let names = try connection.call(["KEYS", "*"])
        var dump: [String: [UInt8]] = [:]
        for index in 0..<names.nodes[Reply.root].integer {
            let name = names.string(at: Reply.root + 1 + index)
            let expires = try connection.call(["EXPIRETIME", name]).integer() ?? 0
            dump[name] = Array(try connection.call(["DUMP", name]).bytes()) + Array("\(expires)".utf8)
        }
        return dump
    }

    private func expectUpheld(_ run: Sandbox.Finished, sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)", sourceLocation: sourceLocation)
        let record = try sandbox.record()
        #expect(record["verdict"].text == "upheld", sourceLocation: sourceLocation)
        #expect(
            record["totals"]["won"].number == record["sale"]["sold_by_server"].number, sourceLocation: sourceLocation)
    }

    /// Nothing was sold, and nothing stays: neither keys nor results.
    private func expectRefused(
        _ run: Sandbox.Finished, exitCode: Int32 = 69, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.exitCode == exitCode, "\(run.errors)", sourceLocation: sourceLocation)
        #expect(run.output.isEmpty, sourceLocation: sourceLocation)
        #expect(run.errors.hasPrefix("stress: "), sourceLocation: sourceLocation)
        #expect(!FileManager.default.fileExists(atPath: sandbox.results), sourceLocation: sourceLocation)
        sandbox.expectNothingLeft(sourceLocation: sourceLocation)
    }

    // MARK: Others' keys

    @Test(arguments: ["optimistic", "naive"])
    func leavesTheKeysOfOthersAlone(_ strategy: String) throws {
        try populate(database: 0)
        try populate(database: 5)
        let before = try [dump(database: 0), dump(database: 5)]
        let run = try sandbox.run(["--redis", own.url, "--strategy", strategy, "--think-time", "1ms"])
        #expect(run.exitCode == (strategy == "naive" ? 1 : 0), "\(run.errors)")
        #expect(try [dump(database: 0), dump(database: 5)] == before)
        #expect(before[0].count == Self.foreign.count)
        // No connection of ours stays.
        #expect(try !own.call("CLIENT LIST").string().contains("name=stress-"))
        sandbox.expectNothingLeft()
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func leavesTheKeysOfOthersAloneWhenItIsInterrupted(_ signal: Int32) throws {
        try populate(database: 0)
        let before = try dump(database: 0)
        let run = try sandbox.start(["run"] + Sandbox.long + ["--redis", own.url])
        #expect(sandbox.isSelling())
        #expect(try dump(database: 0).count == before.count + 2)
        run.signal(signal)
        #expect(run.wait() == .init(exitCode: 130))
        #expect(try dump(database: 0) == before)
        sandbox.expectNothingLeft()
    }

    @Test func leavesNothingWhenAWorkerIsKilled() throws {
        let run = try sandbox.start(["run"] + Sandbox.small + ["--redis", own.url, "--think-time", "20ms..40ms"])
        #expect(sandbox.isSelling())
        if let worker = sandbox.workers(of: run).first { kill(worker, SIGKILL) }
        #expect(run.wait() == .init(exitCode: 0))
        #expect(try own.call("DBSIZE").integer() == 0)
    }

    // MARK: Databases, sockets, variables

    @Test func usesTheDatabaseOfTheURLOnly() throws {
        let run = try sandbox.start(["run"] + Sandbox.long + ["--redis", own.url + "/3"])
        #expect(sandbox.isSelling())
        #expect(try own.call("DBSIZE", database: 3).integer() == 2)
        #expect(try own.call("INFO keyspace").string().split(whereSeparator: \.isNewline).count == 2)
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130))
        #expect(try own.call("INFO keyspace").string().split(whereSeparator: \.isNewline).count == 1)
        #expect(try sandbox.record()["server"]["url"].text == own.url + "/3")
    }

    @Test func saysThatADatabaseDoesNotExist() throws {
        let run = try sandbox.run(["--redis", own.url + "/99"])
        expectRefused(run)
        #expect(run.errors.contains("DB index is out of range") && run.errors.contains("/99"), "\(run.errors)")
    }

    @Test func usesAUnixSocket() throws {
        let socket = own.folder.path + "/redis.sock"
        let server = try Program(
            "/bin/sh", ["-c", "exec redis-server --port 0 --unixsocket \(socket) --save '' --databases 4"],
            folder: own.folder.path, files: own.folder.path, environment: ProcessInfo.processInfo.environment)
        #expect(TestProcess.eventually { FileManager.default.fileExists(atPath: socket) })
        try expectUpheld(try sandbox.run(["--redis", "unix://\(socket)"]))
        try expectUpheld(try sandbox.run(["--redis", "unix://\(socket)?db=3"]))
        server.signal(SIGTERM)
        #expect(server.wait() == .init(exitCode: 0))
        expectUnreachable(try sandbox.run(["--redis", "unix://\(socket)"]), socket)
    }

    private func expectUnreachable(_ run: Sandbox.Finished, _ place: String) {
        #expect(run.exitCode == 69)
        #expect(run.errors.contains("could not connect") && run.errors.contains(place), "\(run.errors)")
    }

    @Test func readsTheURLFromTheEnvironment() throws {
        try expectUpheld(try sandbox.run(environment: ["STRESS_REDIS_URL": own.url + "/2"]))
        #expect(try sandbox.record()["server"]["url"].text == own.url + "/2")
        // A flag counts more.
        try expectUpheld(
            try sandbox.run(["--redis", own.url], environment: ["STRESS_REDIS_URL": "redis://127.0.0.1:1"]))
        // What is empty is as if it were not there, and a private server is used.
        try expectUpheld(try sandbox.run(environment: ["STRESS_REDIS_URL": ""]))
        #expect(try sandbox.record()["server"]["url"].text == "embedded")
    }

    @Test func namesTheVariableWhoseURLIsWrong() throws {
        let run = try sandbox.run(environment: ["STRESS_REDIS_URL": "http://127.0.0.1"])
        expectRefused(run, exitCode: 64)
        #expect(run.errors.contains("STRESS_REDIS_URL"))
    }

    // MARK: Passwords

    private static let secret = "correct horse/battery:staple%@"
    private static let encoded = "correct%20horse%2Fbattery%3Astaple%25%40"

    /// The password is in nothing that anybody can read.
    private func expectSecret(_ run: Sandbox.Finished, sourceLocation: SourceLocation = #_sourceLocation) {
        for text in [Self.secret, Self.encoded, "battery"] {
            #expect(!run.output.contains(text) && !run.errors.contains(text), sourceLocation: sourceLocation)
            #expect(sandbox.filesHolding(text) == [], sourceLocation: sourceLocation)
        }
    }

    private func protect() throws {
        var connection = try own.connect()
        _ = try connection.call(["CONFIG", "SET", "requirepass", Self.secret])
    }

    private func url(_ userinfo: String) -> String { "redis://\(userinfo)@127.0.0.1:\(own.port)" }

    @Test(arguments: ["text", "json"])
    func takesAPasswordFromTheURL(_ format: String) throws {
        try protect()
        let run = try sandbox.run(["--redis", url(":\(Self.encoded)"), "--format", format])
        try expectUpheld(run)
        expectSecret(run)
    }

    @Test func takesAPasswordFromTheEnvironment() throws {
        try protect()
        let run = try sandbox.run(["--redis", own.url], environment: ["REDISCLI_AUTH": Self.secret])
        try expectUpheld(run)
        expectSecret(run)
        var connection = try own.connect(password: Self.secret)
        #expect(try connection.call(["DBSIZE"]).integer() == 0)
    }

    /// Others on the machine see the arguments of every process.
    @Test(arguments: [true, false])
    func noProcessHasThePasswordInItsArguments(_ isInURL: Bool) throws {
        try protect()
        let run = try sandbox.start(
            ["run"] + Sandbox.long + ["--redis", isInURL ? url(":\(Self.encoded)") : own.url],
            environment: isInURL ? [:] : ["REDISCLI_AUTH": Self.secret])
        #expect(sandbox.isSelling())
        let processes = TestProcess.using(sandbox.path)
        #expect(processes.count == 3)
        // What the user typed is the user's own doing.
        for process in processes where process != run.process || !isInURL {
            #expect(!TestProcess.arguments(of: process).contains { $0.contains("battery") })
        }
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130))
        expectSecret(.init(output: run.output, errors: run.errors))
    }

    @Test(arguments: [":battery-wrong@", "default:battery-wrong@", "nobody:battery-wrong@"])
    func saysThatAPasswordIsWrong(_ userinfo: String) throws {
        try protect()
        let run = try sandbox.run(["--redis", "redis://\(userinfo)127.0.0.1:\(own.port)"])
        expectRefused(run)
        #expect(run.errors.contains("WRONGPASS"))
        expectSecret(run)
    }

    @Test func saysThatAPasswordIsMissing() throws {
        try protect()
        let run = try sandbox.run(["--redis", own.url])
        expectRefused(run)
        #expect(run.errors.contains("NOAUTH"))
    }

    @Test func doesNotRepeatAPasswordInAURLThatIsWrong() throws {
        for url in ["redis://:battery@127.0.0.1:70000", "redis://:battery@127.0.0.1:1/x", "redis://:bat%tery@host"] {
            let run = try sandbox.run(["--redis", url])
            expectRefused(run, exitCode: 64)
            #expect(
                !run.errors.contains("battery") && !run.errors.contains("bat%tery") && run.errors.contains("--redis"))
        }
    }

    @Test func takesAUser() throws {
        var admin = try own.connect()
        _ = try admin.call(["ACL", "SETUSER", "buyer", "on", ">\(Self.secret)", "~{stress:*", "+@all"])
        let run = try sandbox.run(["--redis", url("buyer:\(Self.encoded)")])
        try expectUpheld(run)
        expectSecret(run)
        #expect(try sandbox.record()["server"]["url"].text == "redis://buyer@127.0.0.1:\(own.port)")
        try expectUpheld(
            try sandbox.run(
                ["--redis", "redis://buyer@127.0.0.1:\(own.port)"], environment: ["REDISCLI_AUTH": Self.secret]))
    }

    /// What a managed server denies becomes a finding, not a failure.
    @Test func managesWithFewPermissions() throws {
        var admin = try own.connect()
        _ = try admin.call(["ACL", "SETUSER", "buyer", "on", ">pw", "~{stress:*", "+@all", "-@dangerous", "-@admin"])
        let run = try sandbox.run(["--redis", "redis://buyer:pw@127.0.0.1:\(own.port)"])
        try expectUpheld(run)
        let record = try sandbox.record()
        #expect(record.finding("info-denied") != nil)
        #expect(try own.call("DBSIZE").integer() == 0)
    }

    @Test func managesWithoutCommandAndClient() throws {
        var admin = try own.connect()
        _ = try admin.call([
            "ACL", "SETUSER", "buyer", "on", ">pw", "~{stress:*", "+@all", "-command", "-client", "-config",
        ])
        let run = try sandbox.run(["--redis", "redis://buyer:pw@127.0.0.1:\(own.port)"])
        try expectUpheld(run)
        #expect(try sandbox.record().finding("command-denied") != nil)
        #expect(try own.call("DBSIZE").integer() == 0)
    }

    /// The sale cannot be opened, so that nothing is sold and nothing is left.
    @Test func saysWhatAUserMayNot() throws {
        var admin = try own.connect()
        _ = try admin.call(["ACL", "SETUSER", "buyer", "on", ">pw", "~{stress:*", "+@all", "-set"])
        let run = try sandbox.run(["--redis", "redis://buyer:pw@127.0.0.1:\(own.port)"])
        expectRefused(run)
        #expect(run.errors.contains("SET") && run.errors.contains("NOPERM"), "\(run.errors)")
        #expect(try own.call("DBSIZE").integer() == 0)
    }

    // MARK: Too small

    @Test func saysThatMaxclientsIsTooSmall() throws {
        try own.call("CONFIG SET maxclients 30")
        try populate(database: 0)
        let before = try dump(database: 0)
        let run = try sandbox.run(["--redis", own.url])
        expectRefused(run)
        #expect(run.errors.contains("maxclients") && run.errors.contains("30") && run.errors.contains("40"))
        #expect(try dump(database: 0) == before)
    }

    /// The limit cannot be read, so that only the connections themselves meet it: still before the doors open.
    @Test func meetsALimitThatItCouldNotRead() throws {
        var admin = try own.connect()
        _ = try admin.call(["ACL", "SETUSER", "buyer", "on", ">pw", "~{stress:*", "+@all", "-info", "-config"])
        _ = try admin.call(["CONFIG", "SET", "maxclients", "30"])
        let run = try sandbox.run(["--redis", "redis://buyer:pw@127.0.0.1:\(own.port)"])
        expectRefused(run)
        #expect(run.errors.contains("max number of clients"), "\(run.errors)")
        #expect(try admin.call(["DBSIZE"]).integer() == 0)
    }
}

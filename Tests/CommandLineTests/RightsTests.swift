import FlashSale
import Foundation
import RedisDriver
import Strategies
import TestSupport
import Testing

/// What a user may not, and what a server does not have, is said before the doors open.
struct RightsTests {
    private static let small = ["--procs", "2", "--threads", "10", "--units", "40", "--buyers", "2000"]

    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private func run(_ strategy: String, _ flags: [String], environment: [String: String] = [:]) throws
        -> Sandbox.Finished
    {
        try sandbox.stress(
            ["run"] + Self.small + ["--strategy", strategy, "--quantity", "1"] + flags, environment: environment)
    }

    private func expectRefused(_ run: Sandbox.Finished, says: [String]) {
        #expect(run.exitCode == 69 && run.output.isEmpty, "\(run.errors)\(run.output)")
        #expect(run.errors.hasPrefix("stress: ") && says.allSatisfy { run.errors.contains($0) }, "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
    }

    // MARK: Access lists

    /// Runs as a user with these rules.
    private func run(_ strategy: String, as rules: String, on own: OwnServer) throws -> Sandbox.Finished {
        var admin = try own.connect()
        let words = rules.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        // A selector is one argument.
        var arguments: [String] = []
        for word in words {
            if let last = arguments.last, last.hasPrefix("("), !last.hasSuffix(")") {
                arguments[arguments.count - 1] += " " + word
            } else {
                arguments.append(word)
            }
        }
        let made = try admin.call(["ACL", "SETUSER", "buyer", "on", ">pw"] + arguments)
        #expect(made.string() == "OK", "\(made)")
        return try self.run(strategy, ["--redis", "redis://buyer:pw@127.0.0.1:\(own.port)"])
    }

    @Test(
        arguments: [
            ("lua", "~{stress:* +@all -@scripting", ["user buyer may not run EVAL,", "lua:", "+eval,"]),
            ("lua", "~{stress:* +@all -evalsha", ["user buyer may not run EVALSHA,", "+evalsha,"]),
            ("optimistic", "~{stress:* +@all -@transaction", ["may not run EXEC,", "+exec,"]),
            ("optimistic", "~{stress:* +@all -exec", ["may not run EXEC,", "+exec,"]),
            ("optimistic", "~{stress:* +@all -multi", ["may not run MULTI,", "optimistic:", "+multi,"]),
            ("optimistic", "~{stress:* +@all -watch", ["may not run WATCH,", "+watch,"]),
            ("optimistic", "~{stress:* +@all -hset", ["may not run HSET,", "+hset,"]),
            ("function", "~{stress:* +@all -fcall", ["may not run FCALL,", "+fcall,"]),
            ("function", "~{stress:* +@all -function", ["FUNCTION LOAD", "+function|load"]),
            ("lua", "~{stress:* +@all -del", ["may not run DEL, which removes", "+del,"]),
            ("lua", "~{stress:* +@all -hgetall", ["may not run HGETALL,", "+hgetall,"]),
            ("lua", "~shop:* +@all", ["may not use keys of a run with EXISTS", "~*{stress:*"]),
            ("lua", "%R~{stress:* +@all", ["may not use keys of a run with DEL", "~*{stress:*"]),
            // Without a transaction, the access list is asked; without that, the commands are tried.
            ("decr", "~{stress:* +@all -multi -hset", ["may not run HSET,", "+hset,"]),
            ("decr", "~{stress:* +@all -multi -acl -hset", ["may not run HSET,", "+hset,"]),
            ("lua", "~{stress:* +@all -multi -acl -evalsha", ["may not run EVALSHA,", "+evalsha,"]),
        ])
    func isRefused(_ strategy: String, _ rules: String, _ says: [String]) throws {
        let own = try OwnServer()
        expectRefused(
            try run(strategy, as: rules, on: own),
            says: says + ["the server answered: "].filter { _ in !says.contains("FUNCTION LOAD") })
        #expect(try own.call("DBSIZE").integer() == 0)
        #expect(try own.call("FUNCTION LIST").elementCount() == 0)
    }

    /// The nearest right ones: what the strategy does not need may be missing.
    @Test(
        arguments: [
            ("optimistic", "~{stress:* +@all -@scripting -acl"),
            ("lua", "~{stress:* +@all -@transaction"),
            ("decr", "~{stress:* +@all -@transaction -@scripting -acl"),
            ("lua", "~{stress:* +@all -@transaction -acl"),
            ("lua", "~{stress:* +@all -script"),
            ("lua", "~*{stress:* resetchannels +@read +@write +@scripting +client|setname"),
            ("optimistic", "resetkeys -@all (+@all ~{stress:*)"),
            (
                "optimistic",
                "~{stress:* -@all +multi +exec +watch +unwatch +get +set +hset +del +exists +hgetall +hscan +ping +command"
            ),
        ])
    func isEnough(_ strategy: String, _ rules: String) throws {
        let own = try OwnServer()
        let run = try run(strategy, as: rules, on: own)
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(try own.call("DBSIZE").integer() == 0)
        #expect(try own.call("FUNCTION LIST").elementCount() == 0)
    }

    // MARK: Commands that were taken away

    @Test(
        arguments: [
            ("optimistic", ["MULTI"], ["no command MULTI", "rename-command"]),
            ("optimistic", ["EXEC"], ["no command EXEC", "rename-command"]),
            ("lua", ["EVALSHA"], ["no command EVALSHA", "rename-command"]),
            ("lua", ["SCRIPT", "EVAL"], ["no command EVAL", "rename-command"]),
            ("decr", ["HSET"], ["no command HSET", "rename-command"]),
            ("optimistic", ["AUTH"], ["cannot be used", "unknown command"]),
            // The nearest right ones.
            ("lua", ["SCRIPT", "MULTI", "ACL"], []),
            ("decr", ["MULTI", "EVAL", "EVALSHA", "CONFIG"], []),
        ])
    func aRenamedCommand(_ strategy: String, _ renamed: [String], _ says: [String]) throws {
        let folder = try TestFolder("renamed")
        let socket = folder.path + "/redis.sock"
        let flags = renamed.map { "--rename-command \($0) ''" }.joined(separator: " ")
        let server = try Program(
            "/bin/sh", ["-c", "exec redis-server --port 0 --unixsocket \(socket) --save '' \(flags)"],
            folder: folder.path, files: folder.path, environment: ProcessInfo.processInfo.environment)
        defer { server.signal(SIGTERM) }
        #expect(TestProcess.eventually { FileManager.default.fileExists(atPath: socket) }, "\(server.output)")
        let run = try run(
            strategy, ["--redis", "unix://\(socket)"],
            environment: renamed == ["AUTH"] ? ["REDISCLI_AUTH": "secret"] : [:])
        guard says.isEmpty else { return expectRefused(run, says: says) }
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
    }
}

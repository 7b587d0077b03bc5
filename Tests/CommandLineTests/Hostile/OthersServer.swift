import FlashSale
import Foundation
import RedisDriver
import Strategies
import TestSupport
import Testing

/// A user's server on which others keep something, and a run of `stress` with a hostile file on it.
struct OthersServer {
    let sandbox: Sandbox
    let server: OwnServer

    init() throws {
        sandbox = try Sandbox()
        server = try OwnServer()
        for command in [
            "SET user:str precious", "RPUSH user:list a b c", "SADD user:set a b", "ZADD user:zset 1 a 2 b",
            "XADD user:stream 1-1 a b", "HSET user:hash a 1", "SET evil 1", "SET 1 one", "SET passing x EX 5000",
            "GEOADD user:places 13.3 52.5 here", "CONFIG SET slowlog-log-slower-than 0",
            "SET {stress:0123456789}:stock 7",
        ] { try server.call(command) }
        try server.call("SET user:five 5", database: 5)
        var connection = try server.connect()
        let library =
            "#!lua name=shop\nredis.register_function('buy', function() return redis.call('SET', 'user:str', 'x') end)"
        #expect(try connection.call(["FUNCTION", "LOAD", library]).string() == "shop")
        // From now on nothing more is slow, so that the length of the log stays.
        try server.call("CONFIG SET slowlog-log-slower-than 10000000")
    }

    /// Runs `stress` with the file, and expects that nothing of others changed and that the run ended as the file says.
    ///
    /// - Parameter shell: commands of a shell that come first.
    func expectUntouched(
        _ file: HostileFile, environment: [String: String] = [:], after shell: String? = nil
    ) throws {
        try sandbox.folder.file("hostile.yaml", file.yaml)
        let before = try ServerSnapshot(server)
        let run = try sandbox.stress(
            [
                "run", "--procs", "1", "--threads", "3", "--units", "5", "--buyers", "20", "--timeout", "2s", "--redis",
                server.url,
                "--strategy", "hostile.yaml",
            ], environment: environment, after: shell)
        let difference = try ServerSnapshot(server).difference(from: before)
        #expect(difference.isEmpty, "\(run.errors)\(run.output)")
        #expect(
            file.exitCodes.contains(run.exitCode ?? -1),
            "\(String(describing: run.exitCode)) \(run.errors)\(run.output)")
        #expect(file.mention.isEmpty || run.errors.contains(file.mention), "\(run.errors)\(run.output)")
        if run.exitCode == 64 || run.exitCode == 69 {
            #expect(sandbox.resultFolders.isEmpty && run.errors.hasPrefix("stress: "))
        }
    }
}

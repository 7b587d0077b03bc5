import FlashSale
import Foundation
import Glibc
import RedisDriver
import Strategies
import TestSupport
import Testing

/// A run takes its keys away even where the server makes that hard.
struct CleanUpAtTheEndTests {
    private let sandbox: Sandbox
    private let own: OwnServer

    init() throws {
        sandbox = try Sandbox()
        own = try OwnServer()
    }

    private var keys: Int { get throws { try own.call("DBSIZE").integer() ?? -1 } }

    private func expectNothingOnTheServer(sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(try keys == 0, sourceLocation: sourceLocation)
        #expect(try own.call("FUNCTION LIST").elementCount() == 0, sourceLocation: sourceLocation)
        #expect(try sandbox.record().finding("keys-left") == nil, sourceLocation: sourceLocation)
    }

    // MARK: Lost connections

    /// Servers hang up on who says nothing, and the coordinator says nothing for as long as the warm-up lasts.
    @Test func theWarmUpIsLongerThanTheServersPatience() throws {
        try own.call("CONFIG SET timeout 1")
        let run = try sandbox.run(["--redis", own.url, "--strategy", "lua", "--warm-up", "3500ms"])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        try expectNothingOnTheServer()
    }

    /// The same, where it is cut short.
    @Test func theWarmUpIsInterruptedAfterTheServersPatience() throws {
        try own.call("CONFIG SET timeout 1")
        let run = try sandbox.start(
            ["run"] + Sandbox.small + ["--redis", own.url, "--strategy", "lua", "--warm-up", "60s"])
        #expect(TestProcess.eventually { (try? keys) ?? 0 > 2 })
        usleep(3_000_000)
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130))
        #expect(!run.errors.contains("left on the server"), "\(run.errors)")
        #expect(try keys == 0)
    }

    /// Whoever is connected is hung up on, again and again, from the moment that buyers are done.
    @Test func connectionsAreLostAtTheEnd() throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.long + ["--redis", own.url, "--strategy", "lua", "--duration", "2s"])
        #expect(sandbox.isSelling())
        var killed = 0
        while !TestProcess.hasEnded(run.process) {
            var connection = try own.connect()
            let list = try connection.call(["CLIENT", "LIST"]).string()
            if !list.contains(#/name=stress-\w+ /#) {
                for line in list.split(separator: "\n") where line.contains("-coordinator ") {
                    guard let id = line.firstMatch(of: #/^id=(\d+)/#)?.1, killed < 5 else { continue }
                    _ = try connection.call(["CLIENT", "KILL", "ID", String(id)])
                    killed += 1
                }
            }
        }
        #expect(killed > 0)
        let ending = run.wait()
        #expect(ending == .init(exitCode: 0) || ending == .init(exitCode: 2), "\(run.output)\(run.errors)")
        try expectNothingOnTheServer()
    }

    // MARK: Busy servers

    /// A script of somebody else's holds the server up for two seconds.
    @Test func theServerIsBusyForTwoSeconds() throws {
        try own.call("CONFIG SET busy-reply-threshold 100")
        let run = try sandbox.start(
            ["run"] + Sandbox.long + ["--redis", own.url, "--strategy", "lua", "--buyers", "3000"])
        #expect(sandbox.isSelling())
        // A busy server greets nobody.
        var admin = try own.connect()
        let script = try foreignScript()
        usleep(500_000)
        run.signal(SIGINT)
        usleep(2_000_000)
        #expect(try admin.call(["SCRIPT", "KILL"]).kind == .status)
        _ = script.wait()
        // Everybody may have been served before the signal came.
        #expect([2, 130].contains(run.wait()?.exitCode), "\(run.output)\(run.errors)")
        try expectNothingOnTheServer()
    }

    /// What the finding tells to type does what it says.
    @Test func aServerThatStaysBusyIsNotHelped() throws {
        try own.call("CONFIG SET busy-reply-threshold 100")
        let run = try sandbox.start(
            ["run"] + Sandbox.long + ["--redis", own.url, "--strategy", "lua", "--timeout", "1s"])
        #expect(sandbox.isSelling())
        // A busy server greets nobody.
        var admin = try own.connect()
        let script = try foreignScript()
        usleep(500_000)
        run.signal(SIGINT)
        #expect([2, 130].contains(run.wait(seconds: 20)?.exitCode), "\(run.errors)")
        let words = try #require(try sandbox.record().finding("keys-left"))
        #expect(words.contains("BUSY") && words.contains(":stock") && words.contains(":orders"), "\(words)")
        #expect(words.contains("redis-cli -u \(own.url) SCRIPT KILL"), "\(words)")
        #expect(words.hasSuffix("stress clean --redis \(own.url) --yes"), "\(words)")
        // It is somebody else's, and still there.
        #expect(!TestProcess.hasEnded(script.process))
        let refused = try sandbox.stress(["clean", "--redis", own.url, "--yes"])
        #expect(refused.exitCode == 69 && refused.errors.contains("BUSY"), "\(refused.errors)")
        #expect(refused.errors.contains("redis-cli -u \(own.url) SCRIPT KILL"), "\(refused.errors)")
        #expect(try admin.call(["SCRIPT", "KILL"]).kind == .status)
        let cleaned = try sandbox.stress(["clean", "--redis", own.url, "--yes"])
        #expect(cleaned.exitCode == 0 && cleaned.output.contains("Removed"), "\(cleaned.errors)")
        #expect(try keys == 0)
    }

    private func foreignScript() throws -> Program {
        let script = try Program(
            "/usr/bin/env", ["redis-cli", "-p", "\(own.port)", "EVAL", "while true do end", "0"],
            folder: sandbox.path, files: own.folder.path, environment: ProcessInfo.processInfo.environment)
        #expect(
            TestProcess.eventually {
                guard var connection = try? own.connect() else { return true }
                return (try? connection.call(["GET", "x"]).string().hasPrefix("BUSY")) ?? false
            })
        return script
    }

    /// One buyer's function never ends: one of the first, so that most buyers meet nothing but a busy server.
    private func runEndlessFunction(_ body: String) throws -> Sandbox.Finished {
        try own.call("CONFIG SET busy-reply-threshold 100")
        try sandbox.folder.file(
            "endless.yaml",
            """
            strategy: endless
            summary: does not end for one buyer
            keys: { stock: "{sale}:stock" }
            functions:
              endless: |
                #!lua name=endless
                redis.register_function('buy', function(keys, args)
                  if tonumber(args[1]) == 60 then \(body) end
                  return redis.call('DECR', keys[1])
                end)
            open: [ "SET {stock} {units}" ]
            buy:
              - function: buy
                keys: [ "{stock}" ]
                args: [ "{buyer}" ]
                outcomes:
                  - { when: ">= 0", then: won, remaining: reply }
                  - { when: "< 0", then: sold-out }
            stock: { read: "GET {stock}", below-zero: sold-out }
            close: [ "DEL {stock}" ]
            """)
        return try sandbox.run([
            "--redis", own.url, "--strategy", "endless.yaml", "--buyers", "3000", "--units", "5000", "--timeout", "1s",
            // Nobody gets far ahead of the others.
            "--think-time", "2ms",
        ])
    }

    @Test func aFunctionOfOursThatHasWrittenNothingIsEnded() throws {
        let run = try runEndlessFunction("while true do redis.call('GET', keys[1]) end")
        // What it took is known, since the server could be asked; but most buyers met nothing but a busy server.
        #expect(run.exitCode == 2, "\(run.output)\(run.errors)")
        try expectNothingOnTheServer()
        let record = try sandbox.record()
        #expect(record["sale"]["remaining"].number != nil)
        #expect(
            record["checks"].list.filter { $0["result"].text == "inconclusive" }.map(\.["name"].text) == ["meaningful"])
    }

    @Test func aFunctionOfOursThatHasWrittenIsNamed() throws {
        let run = try runEndlessFunction("redis.call('DECR', keys[1]) while true do end")
        #expect(run.exitCode == 2, "\(run.output)\(run.errors)")
        let words = try #require(try sandbox.record().finding("keys-left"))
        for part in ["this run's function", "buy", "has written", "SHUTDOWN NOSAVE", ":stock", "the library", "--yes"] {
            #expect(words.contains(part), "\(words)")
        }
        let refused = try sandbox.stress(["clean", "--redis", own.url])
        #expect(refused.exitCode == 69 && refused.errors.contains("_buy {stress:"), "\(refused.errors)")
    }

    /// No server tells whose script it runs, so ending it is left to who knows.
    @Test func aScriptOfOursIsNotEndedButNamed() throws {
        try own.call("CONFIG SET busy-reply-threshold 100")
        var admin = try own.connect()
        try sandbox.folder.file(
            "endless-script.yaml",
            """
            strategy: endless-script
            summary: does not end for one buyer
            keys: { stock: "{sale}:stock" }
            scripts:
              buy: |
                if tonumber(ARGV[1]) == 150 then while true do redis.call('GET', KEYS[1]) end end
                return redis.call('DECR', KEYS[1])
            open: [ "SET {stock} {units}" ]
            buy:
              - script: buy
                keys: [ "{stock}" ]
                args: [ "{buyer}" ]
                outcomes:
                  - { when: ">= 0", then: won, remaining: reply }
                  - { when: "< 0", then: sold-out }
            stock: { read: "GET {stock}", below-zero: sold-out }
            close: [ "DEL {stock}" ]
            """)
        let run = try sandbox.run([
            "--redis", own.url, "--strategy", "endless-script.yaml", "--buyers", "300", "--units", "1000", "--timeout",
            "1s",
        ])
        #expect(run.exitCode == 2, "\(run.output)\(run.errors)")
        let words = try #require(try sandbox.record().finding("keys-left"))
        for part in [":stock", "the server does not tell", "redis-cli -u \(own.url) SCRIPT KILL", "stress clean"] {
            #expect(words.contains(part), "\(words)")
        }
        #expect(try admin.call(["SCRIPT", "KILL"]).kind == .status)
        // Only now the server sees that the run's connections are gone; until then the run counts as alive.
        for _ in 0..<200 where try admin.call(["CLIENT", "LIST"]).string().contains("name=stress-") { usleep(20_000) }
        #expect(try sandbox.stress(["clean", "--redis", own.url, "--yes"]).output.contains("Removed 1 key of 1 run"))
        #expect(try keys == 0)
    }

    // MARK: Errors of the file's own

    @Test func whatCloseGetsWrongDoesNotStopTheRest() throws {
        try sandbox.folder.file(
            "wrong-close.yaml",
            """
            strategy: wrong-close
            summary: cannot be closed as it says
            keys: { stock: "{sale}:stock", orders: "{sale}:orders" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: DECR {stock}
                outcomes:
                  - { when: ">= 0", then: won, remaining: reply }
                  - { when: "< 0", then: sold-out }
            stock: { read: "GET {stock}", below-zero: sold-out }
            close: [ "LPOP {stock}", "DEL {stock}" ]
            """)
        let run = try sandbox.run(["--redis", own.url, "--strategy", "wrong-close.yaml"])
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        #expect(try keys == 0)
        #expect(try sandbox.record().finding("keys-left")?.contains("LPOP") == true)
    }
}

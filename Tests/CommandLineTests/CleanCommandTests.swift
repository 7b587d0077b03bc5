import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import Strategies
import TestSupport
import Testing

/// `stress clean`: what killed runs have left goes, and nothing else.
struct CleanCommandTests {
    private let sandbox: Sandbox
    private let own: OwnServer

    init() throws {
        sandbox = try Sandbox()
        own = try OwnServer()
    }

    private var keys: Set<String> {
        get throws {
            let reply = try own.call("KEYS *")
            return Set((0..<reply.elementCount()).map { reply.string(at: Reply.root + 1 + $0) })
        }
    }

    private func clean(_ flags: [String] = [], environment: [String: String] = [:]) throws -> Sandbox.Finished {
        try sandbox.stress(["clean", "--redis", own.url] + flags, environment: environment)
    }

    /// The id of a run that started so many seconds ago.
    private func id(secondsAgo: Int) -> String {
        RunID(startingAtSeconds: Int(Date().timeIntervalSince1970) - secondsAgo).text
    }

    // MARK: What runs leave

    @Test(arguments: ["optimistic", "function"])
    func removesWhatAKilledRunHasLeft(_ strategy: String) throws {
        try own.call("SET plain 1")
        let run = try sandbox.start(["run"] + Sandbox.long + ["--redis", own.url, "--strategy", strategy])
        #expect(sandbox.isSelling())
        run.signal(SIGKILL)
        #expect(run.wait() == .init(signal: SIGKILL))
        sandbox.expectNothingLeft()
        // The server has to see that they are gone.
        #expect(TestProcess.eventually { (try? !own.call("CLIENT LIST").string().contains("name=stress-")) ?? false })
        let before = try keys
        #expect(before.count == 3)

        let list = try clean()
        #expect(list.exitCode == 0, "\(list.errors)")
        for key in before.subtracting(["plain"]) { #expect(list.output.contains(key)) }
        #expect(list.output.contains("Nothing was changed. To remove 2 keys"))
        #expect(list.output.contains("stress clean --redis \(own.url) --yes"), "\(list.output)")
        #expect(!list.output.contains("plain"))
        #expect(try keys == before)

        let removal = try clean(["--yes"])
        #expect(
            removal.exitCode == 0 && removal.output.contains("Removed 2 keys"), "\(removal.output)\(removal.errors)")
        #expect(try keys == ["plain"])
        let again = try clean(["--yes"])
        #expect(again.exitCode == 0 && again.output.contains("Nothing of stress is left on \(own.url)"))
    }

    @Test func removesLibrariesOfRuns() throws {
        let id = id(secondsAgo: 5)
        var connection = try own.connect()
        for name in ["stress_\(id)_sale", "stress_shop_sale", "shop"] {
            let text = "#!lua name=\(name)\nredis.register_function('\(name)', function() return 1 end)"
            #expect(try connection.call(["FUNCTION", "LOAD", text]).kind == .string)
        }
        let list = try clean()
        #expect(list.output.contains("library stress_\(id)_sale") && !list.output.contains("shop"), "\(list.output)")
        let removal = try clean(["--yes"])
        #expect(removal.exitCode == 0 && removal.output.contains("Removed 0 keys and 1 library of 1 run"))
        #expect(try own.call("FUNCTION LIST").elementCount() == 2)
    }

    @Test func aLiveRunIsNotTouched() throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.long + ["--redis", own.url, "--warm-up", "1s", "--duration", "3s"])
        #expect(TestProcess.eventually { (try? keys)?.isEmpty == false })
        var kept = 0
        while !TestProcess.hasEnded(run.process) {
            let removal = try clean(["--yes"])
            #expect(removal.exitCode == 0 && !removal.output.contains("Removed"), "\(removal.output)\(removal.errors)")
            if removal.output.contains("kept: it is going on") { kept += 1 }
        }
        #expect(run.wait() == .init(exitCode: 0), "\(run.output)\(run.errors)")
        #expect(kept > 3)
        #expect(try sandbox.record()["verdict"].text == "upheld")
        #expect(try keys.isEmpty)
    }

    /// Its coordinator alone is enough, between two of its connections.
    @Test(arguments: ["stress-ID-coordinator", "stress-ID"])
    func oneConnectionKeepsARun(_ name: String) throws {
        let id = id(secondsAgo: 7200)
        try own.call("SET {stress:\(id)}:stock 1")
        var connection = try own.connect()
        _ = try connection.call(["CLIENT", "SETNAME", name.replacing("ID", with: id)])
        let removal = try clean(["--yes", "--older-than", "1h"])
        #expect(removal.exitCode == 0 && removal.output.contains("going on (1 connection)"), "\(removal.output)")
        #expect(try keys.count == 1)
        connection.close()
        #expect(TestProcess.eventually { (try? clean(["--yes"]).output.contains("Removed 1 key of 1 run")) ?? false })
    }

    // MARK: What is not ours

    static let lookAlikes = [
        "{stress:test}", "{stress:check}:stock", "stress:0zabcdabcdef", "foo{stress:}", "{stress:}",
        "{stress:production}",
        "{stress:1700000000}", "{stress:0ZABCDABCDEF}", "{stress:zzzzzzabcdef}", "{stress:0zabcdabcdef", "{sale}:stock",
        "{stress:0123456789}:stock", "{stress:0zabcdabcdef}{stress:0zabcdabcdeg}",
    ]

    @Test func looksTwiceAtWhatLooksAlike() throws {
        for key in Self.lookAlikes { try own.call("SET \(key) 1") }
        let id = id(secondsAgo: 1)
        try own.call("SET shop:{stress:\(id)}:stock 1")
        #expect(try clean(["--yes"]).output.contains("Removed 1 key of 1 run"))
        #expect(try keys == Set(Self.lookAlikes))
    }

    @Test func showsNamesWithoutTheirMischief() throws {
        var connection = try own.connect()
        _ = try connection.call(["SET", "{stress:\(id(secondsAgo: 1))}:\u{1b}[2J\n", "1"])
        let list = try clean()
        #expect(list.output.contains("\\x1b[2J\\n") && !list.output.contains("\u{1b}"))
    }

    @Test func looksIntoOneDatabase() throws {
        let id = id(secondsAgo: 1)
        try own.call("SET {stress:\(id)}:stock 1", database: 3)
        #expect(try clean(["--yes"]).output.contains("Nothing of stress is left"))
        #expect(try own.call("DBSIZE", database: 3).integer() == 1)
        let removal = try sandbox.stress(["clean", "--yes"], environment: ["STRESS_REDIS_URL": own.url + "/3"])
        #expect(removal.exitCode == 0 && removal.output.contains("Removed 1 key"))
        #expect(try own.call("DBSIZE", database: 3).integer() == 0)
    }

    @Test func removesManyKeys() throws {
        let id = id(secondsAgo: 1)
        var connection = try own.connect()
        _ = try connection.call([
            "EVAL", "for i = 1, 3000 do redis.call('SET', KEYS[1] .. i, i) end", "1", "{stress:\(id)}:order:",
        ])
        let list = try clean()
        #expect(list.output.contains("3,000 keys") && list.output.contains("and 2,997 more"), "\(list.output)")
        #expect(try clean(["--yes"]).output.contains("Removed 3,000 keys of 1 run"))
        #expect(try keys.isEmpty)
    }

    // MARK: --older-than

    @Test func keepsWhatIsYoung() throws {
        let (young, old) = (id(secondsAgo: 600), id(secondsAgo: 7200))
        for id in [young, old] { try own.call("SET {stress:\(id)}:stock 1") }
        let list = try clean(["--older-than", "1h"])
        #expect(list.output.contains("kept: not older than 1h") && list.output.contains("To remove 1 key of 1 run"))
        #expect(list.output.contains("--older-than 1h --yes"))
        #expect(try clean(["--older-than", "1h", "--yes"]).output.contains("Removed 1 key of 1 run"))
        #expect(try keys == ["{stress:\(young)}:stock"])
        #expect(try clean(["--older-than", "1d", "--yes"]).output.contains("Nothing is to be removed"))
        #expect(try clean(["--older-than", "9m", "--yes"]).output.contains("Removed 1 key of 1 run"))
    }

    /// Ids of earlier versions tell no time.
    @Test func asksHowLongKeysWereNotTouched() throws {
        try own.call("SET {stress:ab34567890}:stock 1")
        #expect(try clean(["--older-than", "1h", "--yes"]).output.contains("kept: not older than 1h"))
        #expect(try keys.count == 1)
        usleep(2_100_000)
        #expect(try clean(["--older-than", "1s", "--yes"]).output.contains("Removed 1 key"))
    }

    /// With an LFU policy the server does not know it.
    @Test func anAgeThatIsNotKnownIsNoAge() throws {
        try own.call("SET {stress:ab34567890}:stock 1")
        try own.call("CONFIG SET maxmemory-policy allkeys-lfu")
        usleep(1_100_000)
        #expect(try clean(["--older-than", "1s", "--yes"]).output.contains("kept: its age is not known"))
        #expect(try clean(["--yes"]).output.contains("Removed 1 key"))
    }

    // MARK: What it is told

    @Test(arguments: [
        (["clean"], "--redis"), (["clean", "--redis", ""], "--redis"), (["clean", "--redis", "http://x"], "--redis"),
        (["clean", "--redis", "redis://:battery@127.0.0.1:70000"], "--redis"),
        (["clean", "--redis", "redis://127.0.0.1", "--older-than", "1"], "no unit"),
        (["clean", "--redis", "redis://127.0.0.1", "--older-than", "soon"], "--older-than"),
        (["clean", "--redis", "redis://127.0.0.1", "--older-than=-1h"], "--older-than"),
        (["clean", "--redis", "redis://127.0.0.1", "--older-than", "99999d"], "longer than 3660 days"),
        (["clean", "--redis", "redis://127.0.0.1", "--persistence", "rdb"], "--persistence"),
        (["clean", "everything"], "everything"),
    ])
    func refusesWhatItDoesNotUnderstand(_ arguments: [String], says: String) throws {
        let run = try sandbox.stress(arguments)
        #expect(run.exitCode == 64 && run.output.isEmpty && run.errors.contains(says), "\(run.errors)")
        #expect(!run.errors.contains("battery"))
    }

    // MARK: Servers

    @Test func saysThatNobodyAnswers() throws {
        let url = own.url
        own.server.stop()
        let run = try sandbox.stress(["clean", "--redis", url])
        #expect(run.exitCode == 69 && run.errors.contains("could not connect"), "\(run.errors)")
    }

    @Test func saysThatAPasswordIsWrong() throws {
        try own.call("CONFIG SET requirepass right-battery")
        let run = try sandbox.stress(["clean", "--redis", "redis://:wrong-battery@127.0.0.1:\(own.port)"])
        #expect(run.exitCode == 69 && run.errors.contains("WRONGPASS") && !run.errors.contains("battery"))
        #expect(try clean().errors.contains("NOAUTH"))
        let right = try clean(environment: ["REDISCLI_AUTH": "right-battery"])
        #expect(right.exitCode == 0 && !right.output.contains("battery"), "\(right.errors)")
    }

    private func user(_ rules: String...) throws -> [String: String] {
        var admin = try own.connect()
        let made = try admin.call(["ACL", "SETUSER", "cleaner", "on", ">pw", "~*", "+@all"] + rules)
        #expect(made.kind == .status)
        return ["STRESS_REDIS_URL": "redis://cleaner@127.0.0.1:\(own.port)", "REDISCLI_AUTH": "pw"]
    }

    @Test func saysThatItMayNotSearch() throws {
        let run = try sandbox.stress(["clean", "--yes"], environment: user("-scan"))
        #expect(run.exitCode == 69 && run.errors.contains("SCAN") && run.errors.contains("NOPERM"), "\(run.errors)")
    }

    /// Who cannot see the others must say what is old.
    @Test func saysThatItCannotSeeLiveRuns() throws {
        let key = "{stress:\(id(secondsAgo: 7200))}:stock"
        try own.call("SET \(key) 1")
        let environment = try user("-client|list")
        for flags in [[], ["--yes"]] {
            let run = try sandbox.stress(["clean"] + flags, environment: environment)
            #expect(run.exitCode == 69 && run.output.contains(key), "\(run.output)\(run.errors)")
            #expect(run.errors.contains("CLIENT LIST") && run.errors.contains("--older-than"), "\(run.errors)")
            #expect(try keys == [key])
        }
        let run = try sandbox.stress(["clean", "--yes", "--older-than", "1h"], environment: environment)
        #expect(run.exitCode == 0 && run.errors.contains("--older-than alone"), "\(run.errors)")
        #expect(try keys.isEmpty)
    }

    @Test func usesDELWhereUNLINKIsDenied() throws {
        try own.call("SET {stress:\(id(secondsAgo: 9))}:stock 1")
        let run = try sandbox.stress(["clean", "--yes"], environment: user("-unlink"))
        #expect(run.exitCode == 0 && run.output.contains("Removed 1 key of 1 run"), "\(run.errors)")
    }

    /// One key that it may not touch does not save the others.
    @Test func saysWhatItMayNotRemove() throws {
        let id = id(secondsAgo: 9)
        for key in ["{stress:\(id)}:stock", "shop:{stress:\(id)}:who"] { try own.call("SET \(key) 1") }
        let run = try sandbox.stress(["clean", "--yes"], environment: user("resetkeys", "~{stress:*"))
        #expect(run.exitCode == 69 && run.output.contains("Removed 1 key"), "\(run.output)")
        #expect(run.errors.contains("shop:{stress:\(id)}:who") && run.errors.contains("NOPERM"), "\(run.errors)")
        #expect(try keys == ["shop:{stress:\(id)}:who"])
    }

    @Test func managesWithoutFunctions() throws {
        try own.call("SET {stress:\(id(secondsAgo: 9))}:stock 1")
        let run = try sandbox.stress(["clean", "--yes"], environment: user("-function"))
        #expect(run.exitCode == 0 && run.output.contains("Removed 1 key"), "\(run.errors)")
        #expect(run.errors.contains("FUNCTION LIST") && run.errors.contains("NOPERM"))
    }

    // MARK: Ctrl-C

    @Test(arguments: [SIGINT, SIGTERM])
    func isInterrupted(_ signal: Int32) throws {
        let server = CommandServer { _ in .silence }
        let run = try sandbox.start(["clean", "--redis", "redis://127.0.0.1:\(server.port)", "--yes"])
        #expect(TestProcess.eventually { server.connections == 1 })
        usleep(300_000)
        run.signal(signal)
        #expect(run.wait(seconds: 3) == .init(exitCode: 130))
        #expect(run.errors.contains("interrupted; nothing was removed"))
    }

    /// A search that never ends, since the cursor never comes back to 0.
    @Test func anEndlessSearchCanBeInterrupted() throws {
        let server = CommandServer { _ in .write("*2\r\n$1\r\n7\r\n*0\r\n") }
        let run = try sandbox.start(["clean", "--redis", "redis://127.0.0.1:\(server.port)"])
        usleep(500_000)
        #expect(!TestProcess.hasEnded(run.process))
        run.signal(SIGINT)
        #expect(run.wait(seconds: 3) == .init(exitCode: 130))
    }
}

import FlashSale
import Foundation
import RedisDriver
import Strategies
import TestSupport
import Testing

/// Scripts and functions on a server that is somebody's.
struct ScriptTests {
    private let sandbox: Sandbox
    private let own: OwnServer

    init() throws {
        sandbox = try Sandbox()
        own = try OwnServer()
    }

    /// Scripts that the server forgets in the middle of a sale are loaded again, counted, and nothing is lost.
    @Test func aForgottenScriptIsLoadedAgain() throws {
        let program = try sandbox.start(
            ["run", "--redis", own.url, "--strategy", "lua", "--procs", "2", "--threads", "10", "--units", "20000"])
        #expect(sandbox.isSelling())
        for _ in 1...3 { try own.call("SCRIPT FLUSH") }
        let ending = program.wait()
        #expect(ending?.exitCode == 0, "\(program.errors)\(program.output)")
        let finding = try #require(try sandbox.record().finding("scripts-reloaded"))
        #expect(finding.contains("NOSCRIPT"))
    }

    @Test func aForgottenFunctionIsLoadedAgain() throws {
        let program = try sandbox.start(
            [
                "run", "--redis", own.url, "--strategy", "function", "--procs", "2", "--threads", "10", "--units",
                "20000",
            ])
        #expect(sandbox.isSelling())
        try own.call("FUNCTION FLUSH")
        let ending = program.wait()
        #expect(ending?.exitCode == 0, "\(program.errors)\(program.output)")
        #expect(try sandbox.record().finding("scripts-reloaded") != nil)
        // It was not there before, so it is gone.
        #expect(try own.call("FUNCTION LIST").elementCount() == 0)
        #expect(try own.call("DBSIZE").integer() == 0)
    }

    /// The sale's library has a name of its own, so that a user's of the same name, with the same functions, stays as it is.
    @Test func aLibraryOfTheUserStays() throws {
        let yaml = try sandbox.stress(["strategies", "show", "function"]).output
        let text = try #require(
            yaml.components(separatedBy: "  sale: |\n").last?.components(separatedBy: "\nopen:").first)
        let library = text.split(separator: "\n").map { $0.dropFirst(4) }.joined(separator: "\n")
        var connection = try own.connect()
        let other = library.replacingOccurrences(of: "return -2", with: "return -3") + "\n"
        #expect(try connection.call(["FUNCTION", "LOAD", other]).string() == "stress_sale")
        let before = try connection.call(["FUNCTION", "DUMP"])
        let run = try sandbox.run(["--redis", own.url, "--strategy", "function"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(try connection.call(["FUNCTION", "DUMP"]) == before)
    }

    /// Two runs at the same time have a library each, and each removes its own.
    @Test func twoRunsLeaveNoLibrary() throws {
        let flags = [
            "run", "--redis", own.url, "--strategy", "function", "--procs", "2", "--threads", "5", "--units", "3000",
        ]
        for _ in 1...3 {
            let programs = try [sandbox.start(flags), sandbox.start(flags)]
            try own.call("FUNCTION FLUSH")
            for program in programs { #expect(program.wait()?.exitCode == 0, "\(program.errors)\(program.output)") }
            #expect(try own.call("FUNCTION LIST").elementCount() == 0)
            #expect(try own.call("DBSIZE").integer() == 0)
        }
    }

    private static let buyerAsKey = """
        strategy: buyer-as-key
        keys: { stock: "{sale}:stock" }
        scripts:
          buy: |
            if redis.call('DECR', KEYS[1]) < 0 then
              redis.call('INCR', KEYS[1])
              return 'user ' .. KEYS[2] .. ' is late'
            end
            return 'ok'
        open: [ "SET {stock} {units}" ]
        buy:
          - script: buy
            keys: [ "{stock}", "{buyer}" ]
            outcomes:
              - { when: '"ok"', then: won }
              - { when: "/late$/", then: sold-out }
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    /// Keys that are no keys: harmless on a private server, refused on one that is not.
    @Test func keysThatAreNoKeys() throws {
        try sandbox.folder.file("mine.yaml", Self.buyerAsKey)
        let alone = try sandbox.run(["--strategy", "mine.yaml"])
        #expect(alone.exitCode == 0, "\(alone.errors)\(alone.output)")
        let run = try sandbox.run(["--redis", own.url, "--strategy", "mine.yaml"])
        #expect(run.exitCode == 64)
        #expect(run.errors.contains("mine.yaml:") && run.errors.contains("among its keys"), "\(run.errors)")
        #expect(try own.call("DBSIZE").integer() == 0)
    }

    @Test func aScriptThatDoesNotCompile() throws {
        try sandbox.folder.file("mine.yaml", Self.buyerAsKey.replacingOccurrences(of: " < 0 then", with: " < 0 than"))
        for arguments in [["run", "--strategy", "mine.yaml"], ["strategies", "check", "mine.yaml"]] {
            let run = try sandbox.stress(arguments)
            #expect(run.exitCode == 64)
            #expect(run.errors.contains("mine.yaml:4") && run.errors.contains("compil"), "\(run.errors)")
            #expect(run.output.isEmpty)
        }
        #expect(sandbox.resultFolders.isEmpty)
        sandbox.expectNothingLeft()
    }

    /// Nothing is sent to a server when the file has a mistake.
    @Test func aScriptThatWouldHarmTheServer() throws {
        try sandbox.folder.file(
            "mine.yaml",
            Self.buyerAsKey.replacingOccurrences(of: "return 'ok'", with: "redis.call('FLUSHALL') return 'ok'"))
        try own.call("SET precious 1")
        let run = try sandbox.run(["--redis", own.url, "--strategy", "mine.yaml"])
        #expect(run.exitCode == 64 && run.errors.contains("FLUSHALL"), "\(run.errors)")
        #expect(try own.call("GET precious").integer() == 1)
        #expect(try own.call("INFO commandstats").string().contains("cmdstat_eval") == false)
    }

    /// An answer that the file does not know is shown, and nothing is called upheld.
    @Test func anAnswerThatTheFileDoesNotKnow() throws {
        try sandbox.folder.file("mine.yaml", Self.buyerAsKey.replacingOccurrences(of: "/late$/", with: "/early$/"))
        let run = try sandbox.run(["--strategy", "mine.yaml"])
        #expect(run.exitCode == 2, "\(run.output)")
        #expect(try #require(try sandbox.record().finding("hole")).contains("is late"))
    }

    @Test func aMissingScriptFile() throws {
        try sandbox.folder.file(
            "mine.yaml",
            """
            strategy: mine
            keys: { stock: "{sale}:stock" }
            scripts:
              buy: { file: nowhere.lua }
            """)
        let run = try sandbox.run(["--strategy", "mine.yaml"])
        #expect(run.exitCode == 64)
        #expect(run.errors.contains("mine.yaml:4:") && run.errors.contains("nowhere.lua"), "\(run.errors)")
        let lua = try sandbox.run(["--strategy", "seckill.lua"])
        #expect(lua.exitCode == 64 && lua.errors.contains("scripts:"), "\(lua.errors)")
    }
}

/// What scripts do to a server that is not private is found out before they get there.
struct ForeignServerTests {
    private let sandbox: Sandbox
    private let own: OwnServer

    init() throws {
        sandbox = try Sandbox()
        own = try OwnServer()
    }

    private static func strategy(_ line: String) -> String {
        """
        strategy: mine
        keys: { stock: "{sale}:stock" }
        scripts:
          buy: |
            \(line)
            if redis.call('DECR', KEYS[1]) < 0 then redis.call('INCR', KEYS[1]) return 0 end
            return 1
        open: [ "SET {stock} {units}" ]
        buy:
          - { script: buy, keys: [ "{stock}" ], outcomes: [ { when: 1, then: won }, { when: 0, then: sold-out } ] }
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """
    }

    @Test(arguments: ["redis.call('SET', 'mine', 'overwritten')", "local f = redis.call; f('FLUSH' .. 'DB')"])
    func aScriptThatTouchesWhatIsNotTheSales(_ line: String) throws {
        try own.call("SET mine precious")
        try sandbox.folder.file("mine.yaml", Self.strategy(line))
        let run = try sandbox.run(["--redis", own.url, "--strategy", "mine.yaml"])
        #expect(run.exitCode == 64, "\(run.errors)\(run.output)")
        #expect(run.errors.contains("mine.yaml") && run.errors.contains("rehearsal"), "\(run.errors)")
        #expect(try own.call("GET mine").string() == "precious")
        #expect(try own.call("INFO commandstats").string().contains("cmdstat_script") == false)
        sandbox.expectNothingLeft()
    }

    /// Closing may call scripts too.
    @Test func aScriptOfCloseThatTouchesWhatIsNotTheSales() throws {
        let yaml = Self.strategy("local none = 0").replacingOccurrences(
            of: "close: [ \"DEL {stock}\" ]", with: "close: [ { script: end } ]"
        ).replacingOccurrences(of: "open:", with: "  end: return redis.call('DEL', 'mine')\nopen:")
        try own.call("SET mine precious")
        try sandbox.folder.file("mine.yaml", yaml)
        let run = try sandbox.run(["--redis", own.url, "--strategy", "mine.yaml"])
        #expect(run.exitCode == 64 && run.errors.contains("DEL mine"), "\(run.errors)\(run.output)")
        #expect(try own.call("GET mine").string() == "precious")
    }

    @Test func aScriptThatTouchesNothingElse() throws {
        try sandbox.folder.file("mine.yaml", Self.strategy("redis.call('EXPIRE', KEYS[1], 600)"))
        let run = try sandbox.run(["--redis", own.url, "--strategy", "mine.yaml"])
        #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run.errors)\(run.output)")
    }

    /// Without a private server nobody can look, so that nothing is sent.
    @Test func withoutAPrivateServer() throws {
        let run = try sandbox.run(
            ["--redis", own.url, "--strategy", "lua"], environment: ["STRESS_REDIS_SERVER": "/nowhere"])
        #expect(run.exitCode == 69 && run.errors.contains("--no-rehearsal-guard"), "\(run.errors)\(run.output)")
        #expect(try own.call("INFO commandstats").string().contains("cmdstat_eval") == false)
    }

    @Test func aRehearsalIsStoppedAtOnce() throws {
        try sandbox.folder.file("mine.yaml", Self.strategy("while true do end"))
        let program = try sandbox.start(["strategies", "check", "mine.yaml"])
        Thread.sleep(forTimeInterval: 0.5)
        kill(program.process, SIGINT)
        #expect(program.wait()?.exitCode == 130)
        sandbox.expectNothingLeft()
    }
}

import FlashSale
import Strategies
import TestSupport
import Testing

@testable import Rehearsal

/// A rehearsal whose time is over.
struct CutShortTests {
    private static let yaml = """
        strategy: mine
        keys: { stock: "{sale}:stock" }
        open: [ "SET {stock} {units}" ]
        scripts:
          buy: |
            for i = 1, 5000 do redis.call('GET', KEYS[1]) end
            if redis.call('DECR', KEYS[1]) < 0 then return 0 end
            return 1
        buy: [ { script: buy, keys: [ "{stock}" ], outcomes: [ { when: 1, then: won }, { when: 0, then: sold-out } ] } ]
        stock: { read: "GET {stock}", below-zero: sold-out }
        close: [ "DEL {stock}" ]
        """

    /// What was not seen to its end is not green, and says where that was.
    @Test(arguments: [nil, "after EVALSHA buy"]) func isNotGreen(_ place: String?) throws {
        let strategy = try StrategyFile.parse(Self.yaml, file: "mine.yaml")
        var record = RehearsalRecord(server: "redis", acts: [])
        record.cutShort = place.map { "its time was over \($0)" }
        let warnings = RehearsalWarnings.of(strategy, record)
        let cut = warnings.first { $0.name == "cut-short" }
        #expect(record.result(warnings) == (place == nil ? .upheld : .inconclusive))
        #expect((cut != nil) == (place != nil))
        #expect(cut.map { $0.message.contains("30 seconds") && $0.message.hasSuffix("after EVALSHA buy") } != false)
    }

    @Test func theClockSaysWhereItWas() throws {
        let over = RehearsalClock(seconds: 0)
        #expect(over.isOver)
        let error = #expect(throws: RunError.self) { try over.check("before DECR") }
        #expect(error?.message == "its time was over before DECR")
        try RehearsalClock(seconds: 60).check("before DECR")
    }

    /// What a script sends again and again is counted.
    @Test func showsABeginningOfWhatAScriptSends() throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("mine.yaml", Self.yaml)
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        #expect(check.exitCode == 0, "\(check.errors)")
        #expect(check.output.contains("      script … 4,901 more\n"), "\(check.output.prefix(3000))")
        #expect(check.output.utf8.count < 100_000)
    }
}

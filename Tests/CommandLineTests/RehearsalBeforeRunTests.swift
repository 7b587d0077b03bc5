import Foundation
import Strategies
import TestSupport
import Testing

/// The rehearsal that `stress run` makes of a strategy file.
struct RehearsalBeforeRunTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Takes before it looks whether the buyer comes a second time, which nobody does in a run with one purchase for each.
    private static let burns = """
        strategy: mine
        limit: 1
        keys: { stock: "{sale}:stock", who: "{sale}:who" }
        open: [ "SET {stock} {units}" ]
        buy:
          - { send: "DECR {stock}", outcomes: [ { when: "< 0", then: sold-out } ] }
          - { send: "SADD {who} {buyer}", outcomes: [ { when: 0, then: duplicate }, { when: 1, then: won } ] }
        stock: { read: "GET {stock}", below-zero: sold-out }
        close: [ "DEL {stock} {who}" ]
        """
    /// The same, the other way round.
    private static let asksFirst = burns.replacing(
        """
          - { send: "DECR {stock}", outcomes: [ { when: "< 0", then: sold-out } ] }
          - { send: "SADD {who} {buyer}", outcomes: [ { when: 0, then: duplicate }, { when: 1, then: won } ] }
        """,
        with: """
              - { send: "SADD {who} {buyer}", outcomes: [ { when: 0, then: duplicate } ] }
              - { send: "DECR {stock}", outcomes: [ { when: "< 0", then: sold-out }, { when: any, then: won } ] }
            """)
    private static let once = ["--purchases-per-buyer", "1", "--strategy", "mine.yaml"]

    @Test("what breaks without a race is not green, and verify says so too")
    func brokenIsNotGreen() throws {
        try sandbox.folder.file("mine.yaml", Self.burns)
        let run = try sandbox.run(Self.once)
        #expect(run.exitCode == 2, "\(run.errors)\(run.output)")
        #expect(run.output.contains("because the rehearsal breaks exact-accounting"), "\(run.output)")
        let record = try sandbox.record()
        #expect(record["rehearsal"]["broken"].list.compactMap(\.text).contains("exact-accounting"))
        #expect(record.check("meaningful")["result"].text == "inconclusive")
        #expect(record["rehearsal"]["warnings"].list.contains { $0["name"].text == "burned-stock" })
        // What the buyers of the run met is judged as ever.
        #expect(record.check("exact-accounting")["result"].text == "upheld")
        let verified = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        #expect(verified.exitCode == 2)
        #expect(try JSON(Data(verified.output.utf8))["checks"] == record["checks"])
    }

    /// A script without end, so that the rehearsal lasts until it is cut short.
    @Test(arguments: [["run", "--strategy"], ["strategies", "check"]]) func ctrlCInTheRehearsalEndsIt(
        _ command: [String]
    ) throws {
        try sandbox.folder.file(
            "mine.yaml",
            """
            strategy: mine
            keys: { stock: "{sale}:stock" }
            open: [ "SET {stock} {units}" ]
            scripts: { buy: "while true do end" }
            buy: [ { script: buy, keys: [ "{stock}" ], outcomes: [ { when: 1, then: won } ] } ]
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """)
        let run = try sandbox.start(command + ["mine.yaml"])
        for _ in 0..<1000 where try FileManager.default.contentsOfDirectory(atPath: sandbox.temporary).isEmpty {
            usleep(10_000)
        }
        run.signal(SIGINT)
        #expect(run.wait() == .init(exitCode: 130), "\(run.errors)")
        #expect(run.output.isEmpty && run.errors == "stress: interrupted; nothing was sold\n", "\(run.errors)")
        sandbox.expectNothingLeft()
    }

    @Test func withoutARehearsalItIsOnlyTheRunThatCounts() throws {
        try sandbox.folder.file("mine.yaml", Self.burns)
        let run = try sandbox.run(Self.once + ["--no-rehearsal"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(try sandbox.record()["rehearsal"].value == nil)
    }

    @Test func whatIsRightStaysGreen() throws {
        try sandbox.folder.file("mine.yaml", Self.asksFirst)
        let run = try sandbox.run(Self.once)
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let rehearsal = try sandbox.record()["rehearsal"]
        #expect(rehearsal["broken"].list.isEmpty && rehearsal["warnings"].list.isEmpty, "\(run.output)")
        // A busy machine may not come to its end within a second, which is said.
        #expect(run.output.contains("\nRehearsal") == rehearsal.names.contains("problem"), "\(run.output)")
        sandbox.expectNothingLeft()
    }

    @Test("a race that it predicts stands below the verdict, and judges nothing", arguments: ["naive", "lua"])
    func warnings(_ name: String) throws {
        try sandbox.folder.file("mine.yaml", try sandbox.stress(["strategies", "show", name]).output)
        // One buyer after the other: here nobody races.
        let run = try sandbox.stress([
            "run", "--procs", "1", "--threads", "1", "--units", "20", "--strategy", "mine.yaml",
        ])
        #expect(run.exitCode == 2, "\(run.errors)\(run.output)")
        let warnings = try sandbox.record()["rehearsal"]["warnings"].list
        #expect(warnings.compactMap { $0["name"].text } == (name == "naive" ? ["race"] : []))
        guard name == "naive" else { return }
        let warning = try #require(warnings.first)
        #expect(warning["place"].text == "mine.yaml:15")
        #expect(warning["message"].text?.contains("two buyers can read the same value") == true)
        let below = try #require(run.output.components(separatedBy: "\nRehearsal  ").last)
        #expect(below.contains("  - race: mine.yaml:15: GET {sale}:stock, then SET"), "\(run.output)")
        #expect(below.contains("\nWhere the units are"), "\(run.output)")
    }

    @Test func aBuiltInStrategyNeedsNone() throws {
        let run = try sandbox.run(["--strategy", "lua"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(try sandbox.record()["rehearsal"].value == nil)
    }

    /// Ten purchases of 150 ms one after the other are more than a second.
    @Test func itTakesASecondAtMost() throws {
        let yaml = Self.asksFirst.replacing("buy:\n", with: "buy:\n  - think: 150ms\n")
        try sandbox.folder.file("mine.yaml", yaml)
        let run = try sandbox.run(Self.once + ["--units", "20", "--buyers", "60"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let problem = try sandbox.record()["rehearsal"]["problem"].text ?? ""
        #expect(problem.contains("cut short after a second: its time was over "), "\(problem)")
        #expect(run.output.contains("cut short"), "\(run.output)")
    }

    /// A server of one's own needs no private one beside it, unless scripts go there.
    @Test func withoutAPrivateServer() throws {
        let own = try OwnServer()
        try sandbox.folder.file("mine.yaml", Self.asksFirst)
        let run = try sandbox.run(
            Self.once + ["--redis", own.url], environment: ["STRESS_REDIS_SERVER": "/nowhere"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(try sandbox.record()["rehearsal"]["problem"].text?.contains("/nowhere") == true)
    }

    /// What scripts are seen to do before they go to a server of one's own is the same rehearsal.
    @Test func onAServerOfOnesOwn() throws {
        let own = try OwnServer()
        let shown = try sandbox.stress(["strategies", "show", "decr-first"]).output
        try sandbox.folder.file("mine.yaml", shown)
        let run = try sandbox.run(Self.once + ["--redis", own.url])
        #expect(run.exitCode == 2, "\(run.errors)\(run.output)")
        let broken = try sandbox.record()["rehearsal"]["broken"].list.compactMap(\.text)
        #expect(broken.contains("exact-accounting"))
        #expect(try own.call("DBSIZE").integer() == 0)
    }

    @Test func severalRunsHaveOne() throws {
        try sandbox.folder.file("mine.yaml", Self.burns)
        let run = try sandbox.run(Self.once + ["--runs", "2"])
        #expect(run.exitCode == 2, "\(run.errors)\(run.output)")
        #expect(sandbox.resultFolders.count == 2)
        for folder in sandbox.resultFolders {
            #expect(try !sandbox.record(folder)["rehearsal"]["broken"].list.isEmpty)
        }
    }

    /// A sale that cannot be rehearsed is sold all the same: three units are fewer than this file is made for.
    @Test func whatCannotBeRehearsedIsRunAllTheSame() throws {
        let yaml = Self.asksFirst.replacing("SET {stock} {units}", with: "SET {stock} 200")
        try sandbox.folder.file("mine.yaml", yaml)
        let run = try sandbox.run(Self.once)
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(try sandbox.record()["rehearsal"]["problem"].text?.contains("after open") == true)
    }
}

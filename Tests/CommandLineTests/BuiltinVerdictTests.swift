import Foundation
import Testing

/// Every built-in strategy ends as its summary says, each time.
struct BuiltinVerdictTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var strategy: String
        /// The check that finds what is broken; nil where nothing is.
        var finder: String?
        /// What makes sure that buyers meet what is broken, on a machine too busy to let them race.
        var flags: [String] = []
        /// Of each item where there are several.
        var units = 200
        var testDescription: String { strategy }
    }

    /// Holds lapse meanwhile, so that buyers have to keep coming.
    private static let fewHolds = ["--buyers", "1500"]

    static let cases: [Case] = [
        Case(strategy: "optimistic"),
        Case(strategy: "optimistic-decr"),
        Case(strategy: "decr"),
        Case(strategy: "lua"),
        Case(strategy: "lua-stream"),
        Case(strategy: "lua-idempotent"),
        Case(strategy: "function"),
        Case(strategy: "lock"),
        Case(strategy: "tokens"),
        Case(strategy: "hash"),
        Case(strategy: "cart", units: 100),
        Case(strategy: "seats", units: 1),
        Case(strategy: "reserve", flags: Self.fewHolds),
        // Two buyers read the same stock, and both write what they reckon.
        Case(strategy: "naive", finder: "unique-units", flags: ["--think-time", "1ms"]),
        Case(strategy: "unguarded", finder: "unique-units", flags: ["--think-time", "1ms"]),
        Case(strategy: "lock-expires", finder: "unique-units"),
        // One more than there were.
        Case(strategy: "hash-off-by-one", finder: "no-oversell"),
        // Stock that nobody got. With fewer buyers than units some come again while there is stock.
        Case(strategy: "decr-first", finder: "exact-accounting", flags: ["--buyers", "150"]),
        Case(strategy: "cart-by-item", finder: "carts-whole", units: 100),
        Case(strategy: "reserve-two-cancels", finder: "given-back-once", flags: Self.fewHolds),
        Case(strategy: "reserve-late-payment", finder: "held-then-sold", flags: Self.fewHolds),
    ]

    /// Of each. More of them show more: STRESS_RUNS_OF_EACH=20 scripts/test --filter BuiltinVerdictTests.
    static let runs = Int(ProcessInfo.processInfo.environment["STRESS_RUNS_OF_EACH"] ?? "") ?? 3

    /// A hundred clients: each on a thread that waits, or many on one that does not.
    private static let fleets = [["--threads", "50"], ["--threads", "2", "--clients", "25"]]

    @Test("every run ends as the summary says", arguments: cases)
    func verdicts(_ expected: Case) throws {
        for number in 1...Self.runs {
            let sandbox = try Sandbox()
            let run = try sandbox.stress(
                ["run", "--procs", "2", "--units", "\(expected.units)", "--strategy", expected.strategy]
                    + expected.flags + Self.fleets[number % Self.fleets.count])
            let record = try sandbox.record()
            #expect(run.exitCode == (expected.finder == nil ? 0 : 1), "run \(number): \(run.errors)\(run.output)")
            if let finder = expected.finder {
                #expect(record.check(finder)["result"].text == "violated", "run \(number): \(run.output)")
            } else {
                #expect((record["totals"]["won"].number ?? 0) > 0)
            }
            try expectSameWhenVerified(sandbox, run: run, comment: "run \(number)")
            guard run.exitCode == (expected.finder == nil ? 0 : 1) else { return }
        }
    }

    /// `stress verify` says the same of the folder, word for word.
    private func expectSameWhenVerified(_ sandbox: Sandbox, run: Sandbox.Finished, comment: Comment) throws {
        let recorded = try sandbox.record()
        let verified = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        #expect(verified.exitCode == run.exitCode, comment)
        let judged = try JSON(Data(verified.output.utf8))
        for key in ["verdict", "exit_code", "checks", "findings", "sale", "totals", "purchases", "coverage"] {
            #expect(judged[key] == recorded[key], "\(comment): \(key)")
        }
    }

    @Test("the table has every built-in strategy")
    func complete() throws {
        let sandbox = try Sandbox()
        let list = try sandbox.stress(["strategies"]).output
        let names = list.split(separator: "\n").dropFirst().filter { $0.first?.isLetter == true }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(names == Self.cases.map(\.strategy))
        for expected in Self.cases {
            let line = list.split(separator: "\n").first { $0.hasPrefix("\(expected.strategy) ") }
            #expect(line?.contains("broken") == (expected.finder != nil), "\(line ?? "")")
        }
    }
}

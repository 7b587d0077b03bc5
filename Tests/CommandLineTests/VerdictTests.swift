import Foundation
import TestSupport
import Testing

/// Right schemes are upheld and broken ones are caught, with proof.
struct VerdictTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    @Test(arguments: [
        ("optimistic", []), ("optimistic-decr", []), ("optimistic", ["--think-time", "0ms..5ms"]),
        ("optimistic", ["--procs", "1", "--attempts", "20"]), ("optimistic-decr", ["--persistence", "always"]),
    ])
    func upholds(_ strategy: String, _ flags: [String]) throws {
        let run = try sandbox.run(["--strategy", strategy] + flags)
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(run.output.hasPrefix("UPHELD  \(strategy)"))
        #expect(run.errors.isEmpty)
        let record = try sandbox.record()
        #expect(record["verdict"].text == "upheld" && record["exit_code"].number == 0)
        #expect(record["strategy"].text == strategy)
        let won = try #require(record["totals"]["won"].number)
        #expect(won > 0 && won <= 200)
        #expect(record["sale"]["sold_by_server"].number == won)
        #expect(record["sale"]["ledger_orders"].number == won)
        #expect(record["sale"]["remaining"].number == 200 - won)
        // Nothing limits what a buyer may have.
        #expect(record.check("purchase-limit")["result"].text == "not-applicable")
        #expect(record["checks"].list.count { $0["result"].text == "upheld" } == 8)
        sandbox.expectNothingLeft()
    }

    @Test(arguments: ["naive", "unguarded"])
    func catches(_ strategy: String) throws {
        let run = try sandbox.run(["--strategy", strategy, "--think-time", "1ms..3ms"])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        #expect(run.output.hasPrefix("VIOLATED  \(strategy)"))
        let record = try sandbox.record()
        #expect(record["verdict"].text == "violated" && record["exit_code"].number == 1)
        let check = record.check("unique-units")
        #expect(check["result"].text == "violated")
        let evidence = check["evidence"].list
        #expect(!evidence.isEmpty)
        for item in evidence {
            let attempts = item["attempts"].list
            #expect(attempts.count == 2)
            #expect(attempts.first?["remaining"].number != nil)
            #expect(attempts.first?["remaining"].number == attempts.last?["remaining"].number)
            #expect(attempts.first?["attempt"].number != attempts.last?["attempt"].number)
            #expect(attempts.map { $0["outcome"].text } == ["won", "won"])
        }
        // The same two attempts stand in the text for people and in the history.
        let pair = try #require(evidence.first?["attempts"].list.compactMap { $0["attempt"].number })
        let rows = try sandbox.rows("attempts.csv").filter { pair.contains(Int($0["attempt"] ?? "") ?? 0) }
        #expect(rows.count == 2 && Set(rows.map { $0["remaining"] }).count == 1)
        for attempt in pair { #expect(run.output.contains("\(attempt)")) }
        sandbox.expectNothingLeft()
    }

    @Test func sellsOutWhenThereAreFewBuyersAtATime() throws {
        let run = try sandbox.stress([
            "run", "--procs", "2", "--threads", "2", "--units", "30", "--attempts", "100", "--think-time", "1ms..2ms",
        ])
        #expect(run.exitCode == 0)
        let record = try sandbox.record()
        #expect(record["sale"]["remaining"].number == 0 && record["totals"]["won"].number == 30)
        #expect((record["purchases"]["sold_out"].number ?? 0) > 0)
        #expect(record.finding("undersell") == nil)
    }

    @Test func tellsAManagerThatTooLittleWasSold() throws {
        let run = try sandbox.run(["--think-time", "3ms", "--attempts", "1"])
        #expect(run.exitCode == 0)
        let finding = try #require(try sandbox.record().finding("undersell"))
        #expect(finding.contains("of 200 units") && finding.contains("empty-handed"))
        #expect(run.output.contains("left empty-handed") || run.output.contains("empty-handed"))
    }

    /// Nobody races, so nothing is proven.
    @Test func provesNothingWithOneBuyer() throws {
        let run = try sandbox.stress(
            ["run", "--procs", "1", "--threads", "1", "--units", "5", "--buyers", "10"])
        #expect(run.exitCode == 2)
        let record = try sandbox.record()
        #expect(record["verdict"].text == "inconclusive")
        #expect(record.check("meaningful")["result"].text == "inconclusive")
        #expect(run.output.hasPrefix("INCONCLUSIVE"))
    }

    @Test func aSeedIsKept() throws {
        #expect(try sandbox.run(["--seed", "18446744073709551615"]).exitCode == 0)
        #expect(try sandbox.text(sandbox.latest + "/run.json").contains("18446744073709551615"))
    }
}

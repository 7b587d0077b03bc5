import Testing

/// Purchases of several units, and several purchases of one buyer.
struct QuantityTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test(arguments: ["lua", "function", "lock", "lua-idempotent"])
    func sellsQuantities(_ strategy: String) throws {
        let run = try sandbox.run(["--strategy", strategy, "--quantity", "1..3", "--attempts", "20"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let rows = try sandbox.rows("attempts.csv")
        #expect(Set(rows.compactMap { $0["quantity"] }) == ["1", "2", "3"])
        // The same purchase always wants the same.
        let purchases = Dictionary(grouping: rows) { $0["purchase"] ?? "" }
        #expect(purchases.values.allSatisfy { Set($0.map { $0["quantity"] }).count == 1 })
        // What is asked for again takes nothing.
        let won = purchases.values.filter { $0.contains { $0["outcome"] == "won" } }
            .compactMap { Int($0[0]["quantity"] ?? "") }.reduce(0, +)
        let record = try sandbox.record()
        #expect(record["sale"]["sold_by_server"].number == won)
        #expect(record["sale"]["sold_to_buyers"].number == won)
        // Wins and units are not the same number, and no line for people mixes them up.
        #expect(run.output.contains("sold and left make up what the sale opened with"))
        #expect(run.output.contains("each a buyer's who won"))
    }

    @Test("units at the boundaries of digits", arguments: [9, 10, 99, 100])
    func boundaries(_ units: Int) throws {
        let run = try sandbox.stress(
            [
                "run", "--procs", "2", "--threads", "5", "--clients", "2", "--strategy", "lua", "--quantity", "1..3",
                "--units",
                "\(units)",
            ])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
    }

    @Test func aFileThatNeverUsesTheQuantityIsRefused() throws {
        for strategy in ["optimistic", "tokens"] {
            let run = try sandbox.run(["--strategy", strategy, "--quantity", "1..3"])
            #expect(run.exitCode == 64)
            #expect(run.errors.contains("{quantity}") && run.output.isEmpty)
        }
        #expect(sandbox.resultFolders.isEmpty)
    }

    @Test(arguments: ["0", "3..1", "x", "1..", "-1", "1..9999999"])
    func aWrongQuantityIsRefused(_ quantity: String) throws {
        let run = try sandbox.run(["--strategy", "lua", "--quantity=\(quantity)"])
        #expect(run.exitCode == 64)
        #expect(run.errors.contains("--quantity") && run.errors.contains("1..3"))
    }

    /// One buyer's purchases come from different processes.
    @Test func aBuyersPurchasesRaceFromDifferentProcesses() throws {
        let run = try sandbox.run([
            // As many as there are buyers: nobody's second purchase finds that all is gone.
            "--strategy", "lua-stream", "--purchases-per-buyer", "2", "--units", "400",
        ])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let rows = try sandbox.rows("attempts.csv")
        let workers = Dictionary(grouping: rows) { $0["buyer"] ?? "" }.mapValues { Set($0.compactMap { $0["worker"] }) }
        #expect(workers.values.allSatisfy { $0.count == 2 })
        #expect((try sandbox.record()["totals"]["duplicate"].number ?? 0) > 0)
    }

    @Test("quantities are mixed where a file knows them and nobody says otherwise, and none goes into the stock")
    func mixesQuantities() throws {
        let run = try sandbox.stress(["run", "--procs", "2", "--threads", "20", "--strategy", "lua"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let scenario = try sandbox.record()["scenario"]
        #expect(scenario["quantity"]["min"].number == 1 && scenario["quantity"]["max"].number == 3)
        #expect(scenario["units"].number == 1001)
        // Somebody wanted more than what was left, unless single units came last; that is how the stock was emptied.
        #expect(try sandbox.record()["coverage"]["boundaries"]["last_unit_taken"].isTrue == true)
        let single = try sandbox.run(["--strategy", "lua", "--quantity", "1"])
        #expect(single.exitCode == 0, "\(single.errors)\(single.output)")
        #expect(Set(try sandbox.rows("attempts.csv").compactMap { $0["quantity"] }) == ["1"])
    }

    /// The file's own defaults hold where no flag says otherwise.
    @Test func aFlagComesBeforeTheFilesOwnDefault() throws {
        #expect(try sandbox.run(["--strategy", "decr-first"]).exitCode == 1)
        #expect(try sandbox.record()["scenario"]["purchases_per_buyer"].number == 3)
        // One purchase each: nobody comes twice, so nothing burns.
        #expect(try sandbox.run(["--strategy", "decr-first", "--purchases-per-buyer", "1"]).exitCode == 0)
    }
}

import FlashSale
import Testing

@testable import Reports

@Suite struct CSVTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("two words ", "two words "), ("a,b", "\"a,b\""),
        ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("a\nb", "\"a\nb\""), ("a\r\nb", "\"a\r\nb\""), ("a\rb", "\"a\rb\""), ("秒殺", "秒殺"), ("=1+1", "=1+1"),
        ("\u{1B}[2J\0\u{202E}\u{9B}", "\u{1B}[2J\0\u{202E}\u{9B}"),
    ])
    func cell(_ text: String, _ expected: String) {
        var sink = MemorySink()
        sink.append(cell: text)
        #expect(sink.text == expected)
    }

    @Test func attempts() {
        var sink = MemorySink()
        AttemptsCSV.write(
            [
                Attempt(
                    id: 49, purchase: 17, buyer: 9, worker: 3, thread: 12, client: 1, number: 2,
                    invokedNanoseconds: 18_446_744_073_709_551_615, returnedNanoseconds: 5, outcome: .won, quantity: 2,
                    remaining: -3),
                Attempt(
                    id: 50, purchase: 18, buyer: 10, invokedNanoseconds: 1, returnedNanoseconds: nil, outcome: .unknown),
                Attempt(
                    id: 51, purchase: 19, buyer: 11, invokedNanoseconds: 1, returnedNanoseconds: 2, outcome: .soldOut),
                Attempt(
                    id: 52, purchase: 20, buyer: 12, invokedNanoseconds: 1, returnedNanoseconds: 2, outcome: .won,
                    quantity: 2, remaining: 0, unit: "A7,;\"B\""),
                Attempt(
                    id: 53, purchase: 21, buyer: 13, invokedNanoseconds: 1, returnedNanoseconds: 2, outcome: .won,
                    node: 2),
                Attempt(
                    id: 54, purchase: 22, buyer: 14, invokedNanoseconds: 1, returnedNanoseconds: 2, outcome: .won,
                    node: Int(JournalRecord.otherNode)),
            ], nodes: ["127.0.0.1:7000", "[::1]:7001"], to: &sink)
        #expect(
            sink.text
                == "attempt,purchase,buyer,worker,thread,client,number,invoked_ns,returned_ns,outcome,quantity,remaining,unit,node\r\n"
                + "49,17,9,3,12,1,2,18446744073709551615,5,won,2,-3,,\r\n"
                + "50,18,10,0,0,0,1,1,,unknown,1,,,\r\n"
                + "51,19,11,0,0,0,1,1,2,sold-out,1,,,\r\n"
                + "52,20,12,0,0,0,1,1,2,won,2,0,\"A7,;\"\"B\"\"\",\r\n"
                + "53,21,13,0,0,0,1,1,2,won,1,,,[::1]:7001\r\n54,22,14,0,0,0,1,1,2,won,1,,,other\r\n")
    }

    @Test func ledger() {
        var sink = MemorySink()
        let orders: [Ledger.Order] = [
            .init(attempt: 1, purchase: 2, buyer: 3), .init(attempt: 1, buyer: 3), .init(buyer: 3), .init(purchase: 2),
            .init(),
        ]
        LedgerCSV.write(Ledger(orders: orders, isAtomic: true), to: &sink)
        #expect(sink.text == "attempt,purchase,buyer\r\n1,2,3\r\n1,,3\r\n,,3\r\n,2,\r\n,,\r\n")
    }

    @Test("orders of units have a column more")
    func ledgerOfUnits() {
        var sink = MemorySink()
        let orders: [Ledger.Order] = [
            .init(buyer: 3, unit: "A7"), .init(buyer: 4), .init(buyer: 5, quantity: 2, unit: "B,1;B2"),
        ]
        LedgerCSV.write(Ledger(orders: orders, isAtomic: true), to: &sink)
        #expect(sink.text == "attempt,purchase,buyer,quantity,unit\r\n,,3,,A7\r\n,,4,,\r\n,,5,2,\"B,1;B2\"\r\n")
    }

    @Test func units() {
        var sink = MemorySink()
        UnitsCSV.write(["A7", "A;7", "\\", "A7"], to: &sink)
        #expect(sink.text == "unit\r\nA7\r\nA\\;7\r\n\\\\\r\nA7\r\n")
    }

    /// `purchases.csv` of a history.
    private static func purchases(
        _ history: History, _ scenario: Scenario, openedNanoseconds: UInt64 = 0
    ) -> String {
        var sink = MemorySink()
        PurchasesCSV.write(
            Purchase.all(
                of: scenario, in: history, table: Survey(history, scenario).purchases, planned: PlannedStarts(scenario),
                openedNanoseconds: openedNanoseconds), to: &sink)
        return sink.text
    }

    @Test func purchases() {
        let scenario = Scenario(
            strategy: .init(name: "lua", yaml: ""), units: 1, buyers: 3, procs: 2, threads: 1)
        let history = [
            Attempt(
                id: 1, purchase: 1, buyer: 1, invokedNanoseconds: 1000, returnedNanoseconds: 2000, outcome: .conflict),
            Attempt(
                id: 2, purchase: 1, buyer: 1, number: 2, invokedNanoseconds: 3000, returnedNanoseconds: 1_235_567,
                outcome: .won, remaining: 0),
            Attempt(
                id: 4, purchase: 2, buyer: 2, worker: 1, invokedNanoseconds: 1500, returnedNanoseconds: nil,
                outcome: .unknown),
        ]
        let text = Self.purchases(History(history), scenario)
        #expect(
            text
                == "purchase,buyer,worker,attempts,ending,planned_ns,invoked_ns,returned_ns,latency_us,remaining\r\n"
                + "1,1,0,2,won,,1000,1235567,1234.567,0\r\n"
                + "2,2,1,1,unknown,,1500,,,\r\n"
                + "3,3,0,0,not-started,,,,,\r\n")
    }

    /// As the report, which counts the latency of no purchase that did not come to its end.
    @Test func aPurchaseThatWasCutOffHasNoLatency() {
        let scenario = Scenario(
            strategy: .init(name: "lua", yaml: ""), units: 1, buyers: 2, attempts: 2, procs: 1, threads: 1)
        let recorded = History(
            [(1, 1), (2, 1), (2, 2)].map { purchase, number in
                Attempt(
                    id: purchase * 2 - 2 + number, purchase: purchase, buyer: purchase, number: number,
                    invokedNanoseconds: UInt64(number) * 1000, returnedNanoseconds: UInt64(number) * 1000 + 500,
                    outcome: .conflict)
            })
        let text = Self.purchases(recorded, scenario)
        #expect(
            text.split(separator: "\r\n").dropFirst() == [
                "1,1,0,1,gave-up,,1000,1500,,", "2,2,0,2,gave-up,,1000,2500,1.500,",
            ])
    }

    /// The wait for a free client is part of the latency, as in the report.
    @Test func purchasesOfAnOpenLoopCountFromTheirPlannedStart() {
        let scenario = Scenario(
            strategy: .init(name: "lua", yaml: ""), units: 1, buyers: 3, procs: 1, threads: 1,
            pace: Pace(rate: Rate(perSecond: 1000)))
        let recorded = History([
            Attempt(
                id: 1, purchase: 1, buyer: 1, invokedNanoseconds: 6_000_000, returnedNanoseconds: 9_000_000,
                outcome: .won, remaining: 0)
        ])
        let planned = PlannedStarts(scenario)
        let text = Self.purchases(recorded, scenario, openedNanoseconds: 5_000_000)
        let starts = (1...3).map { 5_000_000 + (planned.nanoseconds(ofPurchase: $0) ?? 0) }
        #expect(starts[0] < 6_000_000 && starts[1] - starts[0] == 1_000_000)
        let latency = Double(9_000_000 - starts[0]) / 1000
        #expect(
            text.split(separator: "\r\n").dropFirst() == [
                "1,1,0,1,won,\(starts[0]),6000000,9000000,\(latency.fixed(places: 3) ?? ""),0",
                "2,2,0,0,not-started,\(starts[1]),,,,", "3,3,0,0,not-started,\(starts[2]),,,,",
            ])
    }

    @Test func purchasesOfARunThatEndedByTime() {
        let scenario = Scenario(
            strategy: .init(name: "lua", yaml: ""), units: 1, buyers: 20_000_000, procs: 2, threads: 1,
            pace: Pace(durationNanoseconds: 1_000_000_000))
        let recorded = History(
            [1, 4].map { purchase in
                Attempt(
                    id: purchase * 3 - 2, purchase: purchase, buyer: purchase, worker: (purchase - 1) % 2,
                    invokedNanoseconds: 1000, returnedNanoseconds: 2000, outcome: .soldOut)
            })
        let text = Self.purchases(recorded, scenario)
        #expect(
            text.split(separator: "\r\n").dropFirst() == [
                "1,1,0,1,sold-out,,1000,2000,1.000,", "4,4,1,1,sold-out,,1000,2000,1.000,",
            ])
    }

    @Test func workers() {
        var sink = MemorySink()
        WorkersCSV.write(Samples.inconclusive.workers, to: &sink)
        #expect(
            sink.text
                == "worker,pid,threads,clients,attempts,won,sold_out,conflict,duplicate,failed,unknown,returned,held,reconnects,"
                + "connect_seconds,cpu_seconds,cpu_share,peak_memory_mib,hiccup_max_us,lost,machine\r\n"
                + "0,4000,100,100,812,812,0,0,0,0,0,0,0,0,0.012500,0.500000,0.250,31.500,12000.500,,\r\n"
                + "2,4002,100,100,3,0,0,0,0,0,3,0,0,0,0.012500,0.500000,0.250,31.500,12000.500,"
                + "\"killed by signal 9, \"\"as planned\"\"\",\r\n")
    }

    @Test func summary() throws {
        var sink = MemorySink()
        SummaryCSV.write(Samples.upheld, to: &sink)
        let lines = sink.text.split(separator: "\r\n", omittingEmptySubsequences: false)
        try #require(lines.count == 3)
        #expect(lines[2] == "")
        let names = lines[0].split(separator: ",").map(String.init)
        let cells = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        try #require(names.count == cells.count)
        #expect(Set(names).count == names.count)
        let row = Dictionary(uniqueKeysWithValues: zip(names, cells))
        let expected = [
            "started": "2025-11-11T00:00:00Z", "run": "k3v9x1", "strategy": "optimistic", "verdict": "upheld",
            "exit_code": "0", "interrupted": "false", "violated_checks": "", "procs": "4", "threads": "100",
            "clients": "1", "buyers": "4000", "purchases": "4000", "attempts": "11932",
            "attempts_per_purchase_limit": "3", "units": "1000", "remaining": "966", "sold_by_server": "34",
            "ledger_orders": "34", "won": "34", "sold_out": "0", "conflict": "11898", "purchases_won": "34",
            "purchases_gave_up": "3966", "purchases_not_started": "0", "attempts_per_second": "7954.667",
            "commands_per_second": "31818.667", "elapsed_seconds": "1.500000", "attempt_min_us": "212.400",
            "attempt_p999_us": "61500.500", "purchase_p99_us": "148200.000", "purchase_p999_us": "",
            "client_saturated": "false", "server_version": "7.0.15", "persistence": "none", "seed": "7",
            "think_time_min_us": "1000", "think_time_max_us": "20000", "version": "0.1.0",
        ]
        for (name, cell) in expected { #expect(row[name] == cell, "\(name)") }
        #expect(SummaryCSV.columns == RunsCSV.columns)
    }

    @Test func summaryOfAViolationNamesTheChecksAndLeavesTheUnknownEmpty() {
        #expect(RunColumns.row(Samples.violated).contains("no-oversell exact-accounting unique-units"))
        let row = RunColumns.row(Samples.inconclusive)
        #expect(row[RunColumns.names.firstIndex(of: "remaining")!] == "")
        #expect(row[RunColumns.names.firstIndex(of: "sold_by_server")!] == "")
        #expect(row[RunColumns.names.firstIndex(of: "workers_lost")!] == "1")
    }
}

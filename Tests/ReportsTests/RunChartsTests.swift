import ChartsTestSupport
import FactsTestSupport
import FlashSale
import Reports
import Testing

struct RunChartsTests {
    private static let origin = Samples.origin

    private static func attempts(_ count: Int, each nanoseconds: UInt64 = 1_000_000) -> [Attempt] {
        (1...max(1, count)).prefix(count).map { purchase in
            let invoked = origin + UInt64(purchase) * nanoseconds
            // Without an order, as in a run, so that no step looks like the one before it.
            let outcome = Outcome.allCases[purchase &* 2_654_435_761 >> 7 & 0xFFFF % 7]
            return Attempt(
                id: (purchase - 1) * 3 + 1, purchase: purchase, buyer: purchase, worker: purchase % 4,
                thread: purchase % 100, invokedNanoseconds: invoked,
                returnedNanoseconds: invoked + UInt64(purchase % 90) * 7000, outcome: outcome,
                remaining: outcome == .won ? max(0, 1000 - purchase / 7) : nil)
        }
    }

    private static func results(_ attempts: [Attempt], record: RunRecord = Samples.upheld) -> RunResults {
        let facts = RunFacts(
            scenario: record.scenario, history: attempts, ledger: nil, finalStock: .units(record.sale.remaining ?? 7),
            workers: [])
        let empty = LatencyHistogram(
            subject: "attempts", rows: [], mean: 0, standardDeviation: 0, max: 0, buckets: 0, subBuckets: 0)
        return RunResults(
            record: record, facts: facts, latencies: .init(attempts: empty, purchases: empty),
            openedNanoseconds: origin)
    }

    private func check(_ charts: [PageChart]) throws {
        for chart in charts {
            let picture = try DrawnPicture(chart.svg)
            #expect(picture.flaws == [], "\(chart.id)")
            #expect(picture.drawings.allSatisfy { $0.description == chart.summary && $0.title == chart.title })
            #expect(!chart.summary.contains("nan") && !chart.summary.contains("inf"))
        }
        #expect(Set(charts.map(\.id)).count == charts.count)
        #expect(charts.reduce(0) { $0 + $1.svg.utf8.count } < 400_000)
    }

    @Test(arguments: [1, 2, 30, 4000])
    func drawsARun(count: Int) throws {
        let charts = RunCharts.all(of: Self.results(Self.attempts(count)))
        try check(charts)
        let ids = ["units", "outcomes", "latency", "percentiles", "attempts-of-purchases", "attempts-by-thread"]
        #expect(charts.map(\.id).filter(ids.contains) == ids)
    }

    @Test func drawsNothingOfARunWithoutAttempts() throws {
        #expect(RunCharts.all(of: Self.results([], record: Samples.empty)) == [])
    }

    @Test func drawsAttemptsOfWhichNothingIsKnown() throws {
        let attempts = Self.attempts(50).map { attempt in
            var attempt = attempt
            attempt.outcome = .unknown
            attempt.returnedNanoseconds = nil
            attempt.remaining = nil
            return attempt
        }
        let charts = RunCharts.all(of: Self.results(attempts))
        try check(charts)
        #expect(!charts.contains { ["latency", "percentiles", "wins-by-thread"].contains($0.id) })
        #expect(!charts[0].svg.contains("as winners were told"), "nobody was told how many are left")
    }

    @Test(arguments: [UInt64.max, 1 << 63, 0])
    func drawsForgedTimesAndNumbers(time: UInt64) throws {
        var attempts = Self.attempts(50)
        attempts[3].returnedNanoseconds = time
        attempts[7].invokedNanoseconds = time
        attempts[6].remaining = .max
        attempts[13].remaining = .min
        attempts[9].thread = 65_535
        attempts[9].worker = 65_535
        attempts[10].number = 65_535
        try check(RunCharts.all(of: Self.results(attempts)))
    }

    /// The script tells what the history says: all took 7 to 630 µs.
    @Test func tellsLatenciesInMicroseconds() throws {
        let chart = try #require(RunCharts.all(of: Self.results(Self.attempts(400))).first { $0.id == "latency" })
        let list = try #require(chart.svg.split(separator: "data-values=\"").dropFirst().first).prefix { $0 != "\"" }
        let values = list.split { $0 == "," || $0 == ";" }.compactMap { Double($0) }
        #expect(values.count > 20)
        #expect(values.allSatisfy { (0...630).contains($0) })
        #expect(values.contains { $0 > 100 })
    }

    @Test func prefixesEveryId() throws {
        let results = Self.results(Self.attempts(300))
        let both = RunCharts.all(of: results, prefix: "run-1-") + RunCharts.all(of: results, prefix: "run-2-")
        let picture = try DrawnPicture(both.map(\.svg).joined())
        #expect(picture.flaws == [])
    }

    @Test func marksFaultsRestocksAndSinceWhenItWasImpossible() throws {
        var record = Samples.violated
        let fault = Fault(.freezeRedis, at: .sold(share: 0.3))
        record.faults = [
            FaultRecord(
                fault, beganNs: Self.origin + 20_000_000, endedNs: Self.origin + 30_000_000, effect: .proven, proof: "")
        ]
        record.faults?[0].fault = "<b>freeze-redis@30%"
        record.checks[0].sinceNs = 12_000_000
        record.checks[0].sinceAttempt = 1
        var results = Self.results(Self.attempts(60), record: record)
        results.facts.epoch.restocks = [
            Restock(units: 50, invokedNs: Self.origin + 40_000_000, returnedNs: Self.origin + 41_000_000)
        ]
        let charts = RunCharts.all(of: results)
        try check(charts)
        for chart in charts where ["units", "outcomes", "latency"].contains(chart.id) {
            let texts = try DrawnPicture(chart.svg).drawings.flatMap { $0.texts.map(\.content) }
            #expect(texts.contains("impossible since 12 ms (no-oversell)"), "\(chart.id)")
            // The picture begins with the first attempt, 1 ms after the origin.
            #expect(texts.contains("<b>freeze-redis@30%, 19 ms to 29 ms"))
            #expect(texts.contains("restock of 50 units, 39 ms to 40 ms"))
            #expect(chart.summary.contains("impossible since 12 ms"))
        }
    }

    /// Between the restock and the next win nobody knows how many were left.
    @Test func breaksTheLineOfUnitsLeftAtARestock() throws {
        let wins = Self.attempts(60).map { attempt in
            var attempt = attempt
            attempt.outcome = .won
            attempt.remaining = 1000 - attempt.purchase
            return attempt
        }
        func moves(_ restocks: [Restock]) throws -> Int {
            var results = Self.results(wins)
            results.facts.epoch.restocks = restocks
            let svg = try #require(RunCharts.all(of: results).first).svg
            let path = try #require(svg.split(separator: "chart-line series-3\" d=\"").dropFirst().first)
            return path.prefix { $0 != "\"" }.count { $0 == "M" }
        }
        let between = Self.origin + 31_500_000
        #expect(try moves([]) == 1)
        #expect(try moves([Restock(units: 5, invokedNs: between, returnedNs: between + 100_000)]) == 2)
        // One that nobody saw the end of.
        #expect(try moves([Restock(units: 5, invokedNs: between, returnedNs: nil)]) == 2)
        // A win that was answered meanwhile may have come before it or after it.
        #expect(try moves([Restock(units: 5, invokedNs: between, returnedNs: between + 1_000_000)]) == 3)
    }

    @Test func tellsTheFiguresOfTheRecord() throws {
        let results = Self.results(Self.attempts(500))
        let charts = RunCharts.all(of: results)
        let summaries = Dictionary(uniqueKeysWithValues: charts.map { ($0.id, $0.summary) })
        #expect(
            try #require(summaries["units"]).contains("Buyers were told that 34 units are theirs, of 1,000 for sale"))
        #expect(try #require(summaries["units"]).contains("966 were left at the end."))
        #expect(
            try #require(summaries["outcomes"]).contains("Of 11,932 attempts: won 34 (0.3%), conflict 11,898 (99.7%)"))
        #expect(try #require(summaries["latency"]).contains("p50 12.1 ms, p99 48.2 ms, max 71 ms"))
        #expect(try #require(summaries["percentiles"]).contains("won p50 7 ms, max 20 ms"))
    }

    @Test func drawsArrivalsOnlyWithARate() throws {
        #expect(!RunCharts.all(of: Self.results(Self.attempts(500))).contains { $0.id == "arrivals" })
        let charts = RunCharts.all(of: Self.results(Self.attempts(500), record: Samples.openLoop))
        try check(charts)
        let arrivals = try #require(charts.first { $0.id == "arrivals" })
        #expect(
            arrivals.summary.hasPrefix("4,250 purchases a second started, where 5,000 were planned; 1,200 started late")
        )
        #expect(arrivals.svg.contains("data-names=\"planned|started\""))
    }

    @Test("of many items the worst are drawn, and the others counted")
    func drawsItems() throws {
        var record = Samples.upheld
        record.scenario.items = ItemsForSale(items: ItemsForSale.numbered(7, units: 10), choice: .uniform)
        let facts = Self.results(Self.attempts(300), record: record).facts
        record.items = (1...7).map { number in
            RunRecord.Item(
                "\(number)", facts: facts,
                verdict: Verdict(
                    checks: [CheckResult(.noOversell, number == 7 ? .violated : .upheld, "as said")], findings: []))
        }
        let charts = RunCharts.all(of: Self.results(Self.attempts(300), record: record))
        try check(charts)
        let chart = try #require(charts.first { $0.id == "items" })
        let drawn = (1...7).filter { chart.svg.contains(">\($0) (of ") }
        #expect(drawn == [1, 2, 3, 4, 7], "\(chart.svg)")
        #expect(chart.summary.contains("2 more items are not shown"))
        record.items = nil
        #expect(!RunCharts.all(of: Self.results(Self.attempts(300), record: record)).contains { $0.id == "items" })
    }
}

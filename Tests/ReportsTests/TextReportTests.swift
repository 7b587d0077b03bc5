import FlashSale
import Testing

@testable import Reports

@Suite struct TextReportTests {
    static func lines(
        _ record: RunRecord, columns: Int? = nil, color: Bool = false, origin: UInt64? = Samples.origin
    ) -> [String] {
        TextLayout(columns: columns, color: color)
            .text(
                ReportDocument(record, resultsPath: "results/now-\(record.strategy)", originNanoseconds: origin)
            )
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test(arguments: [
        (0, "UPHELD  optimistic sold 34 of 1,000 units and every one is accounted for"),
        (1, "VIOLATED  naive oversold: buyers were promised 112 units, but there were only 100"),
        (2, "INCONCLUSIVE  lua sold 812 of 1,000 units, but it is not proven that every one is accounted for"),
        (3, "UPHELD  optimistic had sold 120 of 1,000 units when the run was interrupted, and every one is"),
        (4, "INCONCLUSIVE  optimistic had made no attempt when the run was interrupted, so nothing is proven"),
    ])
    func theVerdictComesFirst(_ index: Int, _ line: String) { #expect(Self.lines(Samples.all[index]).first == line) }

    /// The lines before the first empty one, as one.
    private static func headline(_ record: RunRecord) -> String {
        lines(record).prefix { !$0.isEmpty }.enumerated()
            .map { $0.offset == 0 ? $0.element : $0.element.drop { $0 == " " }.description }.joined(separator: " ")
    }

    @Test func otherHeadlines() {
        var record = Samples.violated
        record.sale.soldToBuyers = 90
        record.checks.removeFirst()
        #expect(
            Self.headline(record)
                == "VIOLATED  naive sold units more than once: buyers were promised 90 units, but the stock fell by only 57"
        )
        record.sale.soldToBuyers = 50
        #expect(
            Self.headline(record)
                == "VIOLATED  naive lost units: the stock fell by 57, but buyers were promised only 50 units")
        record.checks.removeFirst()
        #expect(Self.headline(record) == "VIOLATED  naive sold the same unit to more than one buyer")
        record.checks[1].result = .violated
        #expect(
            Self.headline(record)
                == "VIOLATED  naive sold the same unit to more than one buyer (and 1 other check failed)")

        record = Samples.upheld
        record.sale = .init(units: 34, remaining: 0, soldToBuyers: 34, ledgerOrders: 34)
        #expect(Self.headline(record) == "UPHELD  optimistic sold all 34 units and every one is accounted for")
        record.verdict = .inconclusive
        record.sale = .init(units: 34, remaining: 34, soldToBuyers: 0, ledgerOrders: 0)
        #expect(Self.headline(record) == "INCONCLUSIVE  optimistic sold nothing, so nothing is proven")
    }

    @Test func theReasonFollowsAnInconclusiveVerdict() {
        let lines = Self.lines(Samples.inconclusive)
        #expect(
            lines[1]
                == "              because the stock could not be counted at the end: its key is gone (the probe answered"
        )
        #expect(lines[2] == "              nil), which is not the same as 0")
    }

    @Test func settingAndAccount() {
        #expect(
            Array(Self.lines(Samples.upheld)[2...9]) == [
                "4,000 buyers on 400 connections (4 processes x 100 threads), 4,000 purchases of up to 3 attempts,",
                "against Redis 7.0.15 (embedded, standalone, persistence none)",
                "",
                "Where the units are",
                "  opened with                1,000",
                "  sold, as buyers were told     34",
                "  left on the server           966  unsold, although 3,966 purchases gave up",
                "  difference                     0  sold and left make up what the sale opened with",
            ])
        #expect(Self.lines(Samples.upheld)[10] == "  orders in the ledger          34  as many as were sold")
    }

    @Test(arguments: [
        (1, "  difference                 -55  sold, but never taken from the stock"),
        (1, "  orders in the ledger       112  as many as were sold"),
        (2, "  sold, as buyers were told    812  and up to 3 more, whose attempts had no clear answer"),
        (2, "  left on the server             -  the stock could not be counted"),
        (2, "  difference                     -  cannot be told without the units left"),
        (2, "  orders in the ledger         815  3 more than buyers were told"),
        (3, "  difference                     2  left the stock; attempts without a clear answer can explain it"),
        (3, "  orders in the ledger           -  no orders to compare with"),
        (0, "  gave-up  3,966  99.2%  told each time that another buyer was quicker"),
        (0, "  none: sold-out, refused, failed, unknown, not-started"),
        (0, "  conflict  11,898  99.7%  told that another buyer was quicker"),
        (0, "Speed  7,955 attempts/s and 31,819 commands/s over 1.50 s"),
        (3, "Speed  1.3 attempts/s and 5.1 commands/s over 2 min 5 s"),
        (0, "Latency  in ms, think time included; closed loop: a client asks again only after its reply"),
        (0, "              samples    min    mean     p50     p90      p99   p99.9      max"),
        (0, "  attempt      11,932  0.212  14.310  12.050  31.000   48.200  61.501   71.002"),
        (0, "    won            34  0.900   8.000   7.000  15.000        -       -   20.000"),
        (0, "    conflict   11,898  0.212  14.321  12.060  31.010   48.210  61.501   71.002"),
        (0, "  purchase        400  3.212  44.310  42.050  91.000  148.200       -  171.002"),
        (0, "  -: too few samples to tell (p99.9 takes 1,000)"),
        (0, "Checks: 4 of 5 could be made"),
        (0, "  unique-units           upheld          34 wins took different units"),
        (0, "  purchase-limit         not-applicable  the strategy has no limit"),
        (0, "  - Only 34 of 1000 units (3.4%) were sold: 966 stayed on the shelf while 3966 customers who wanted"),
        (2, "  - Worker 2 was lost: it was killed by signal 9. Its journal kept 203 attempts, 3 of them with an"),
        (0, "Results  results/now-optimistic  (run.json has everything)"),
        (0, "run k3v9x1, started 2025-11-11T00:00:00Z, seed 7, stress 0.1.0"),
    ])
    func line(_ index: Int, _ line: String) { #expect(Self.lines(Samples.all[index]).contains(line)) }

    @Test func oneOutcomeIsNotSaidTwice() {
        let lines = Self.lines(Samples.upheld)
        #expect(!lines.contains { $0.hasPrefix("    gave-up") })
        #expect(lines.count { $0.contains("171.002") } == 1)
    }

    static func words(_ record: RunRecord) -> String {
        lines(record).joined(separator: " ").split(separator: " ").joined(separator: " ")
    }

    @Test(arguments: [
        (Pace(), "closed loop: a client asks again only after its reply"),
        (Pace(rate: Rate(perSecond: 5)), "open loop: latency counts from the planned start"),
        (
            Pace(bursts: [.init(buyers: 1, atNanoseconds: 1)]),
            "closed loop: a client asks again only after its reply; buyers of extra rushes count from their planned start"
        ),
    ])
    func latencyHasItsLabel(_ pace: Pace, _ label: String) {
        var record = Samples.upheld
        record.scenario.pace = pace
        let words = Self.lines(record).joined(separator: " ").split(separator: " ").joined(separator: " ")
        #expect(words.contains("Latency in ms, think time included; \(label)"))
    }

    @Test func anOpenLoopSaysWhetherItKeptItsPace() {
        var record = Samples.upheld
        #expect(!Self.lines(record).contains { $0.hasPrefix("Pace") })
        record.scenario.pace = Pace(rate: Rate(perSecond: 5000))
        record.pace.loop = .open
        record.pace.targetPerSecond = 5000
        record.pace.achievedPerSecond = 4250.4
        #expect(
            Self.lines(record).contains(
                "Pace  open loop: 5,000 purchases/s wanted, 4,250 reached, none started late, 0 dropped"))
        record.pace.late = 1200
        record.pace.lateMaxUs = 34_500
        record.pace.dropped = 7
        let words = Self.lines(record).joined(separator: " ").split(separator: " ").joined(separator: " ")
        #expect(
            words.contains(
                "reached, 1,200 of 4,000 started late (by 35 ms at most), 7 dropped (planned, but not started before"))
    }

    @Test func whoRanWhere() {
        var record = Samples.upheld
        func words() -> String {
            Self.lines(record).joined(separator: " ").split(separator: " ").joined(separator: " ")
        }
        #expect(
            words().contains(
                "Client bench-1 (2 cores, Made up, Linux 6.1.0 x86_64), the server on the same machine; 2.00 s of CPU (133% of a "
                    + "core), the server 750 ms (50% of a core), other processes 1% of the machine; connecting took 13 ms before the doors opened"
            ))
        #expect(words().contains("Hiccups the machine let a sleeping thread wake up 12 ms late (p99 0.090 ms)"))
        record.server.host = "10.0.0.7"
        record.server.cpuSeconds = nil
        record.client.hiccupUs.max = 9000
        #expect(
            words().contains(
                "the server on 10.0.0.7; 2.00 s of CPU (133% of a core), other processes 1% of the machine; connecting")
        )
        #expect(!words().contains("Hiccups"))
    }

    @Test func evidence() throws {
        let lines = Self.lines(Samples.violated)
        let start = try #require(lines.firstIndex(of: "Evidence  (times since the first attempt of the run)"))
        #expect(
            Array(lines[(start + 1)...(start + 5)]) == [
                "  no-oversell: with this win more units are sold than the 100 that there were",
                "    buyer 301 (attempt 901)  [======================================>  1,031.235 .. ? ms  won",
                "  unique-units: both buyers were sold unit 4",
                "    buyer 17 (attempt 49)   [================================]       1.235 .. 1.900 ms  won, 96 left",
                "    buyer 52 (attempt 154)     [==================================]  1.300 .. 2.000 ms  won, 96 left",
            ])
        #expect(lines.contains { $0.hasPrefix("  unique-units: and ") && $0.hasSuffix(" more like that") })
    }

    @Test func evidenceWithoutAnOriginCountsFromItsFirstAttempt() {
        let lines = Self.lines(Samples.violated, origin: nil)
        #expect(lines.contains("Evidence  (times since the first attempt shown)"))
        #expect(lines.contains { $0.contains("(attempt 49)") && $0.contains("0.000 .. 0.665 ms") })
    }

    @Test func evidenceBeforeTheOriginIsNegative() {
        let lines = Self.lines(Samples.violated, origin: Samples.origin + 1_250_000)
        #expect(lines.contains { $0.contains("(attempt 49)") && $0.contains("-0.015 .. 0.650 ms") })
    }

    @Test func longEvidenceIsCut() {
        var record = Samples.violated
        let attempts = (1...13).map {
            Attempt(id: $0, purchase: $0, buyer: $0, invokedNanoseconds: 1, returnedNanoseconds: 2, outcome: .won)
        }
        record.checks = [.init(CheckResult(.ledger, .violated, "x", evidence: [.init("y", attempts: attempts)]))]
        #expect(Self.lines(record).contains("    and 3 more attempts"))
    }

    @Test func anUpheldCheckShowsNoEvidence() {
        var record = Samples.violated
        for index in record.checks.indices { record.checks[index].result = .upheld }
        #expect(!Self.lines(record).contains { $0.hasPrefix("Evidence") })
    }

    @Test func nothingHappened() {
        let lines = Self.lines(Samples.empty)
        #expect(lines.contains("Attempts  0"))
        #expect(lines.contains("  not-started  4,000  100.0%  no attempt was made"))
        #expect(!lines.contains { $0.hasPrefix("Speed") || $0.hasPrefix("Latency") })
    }

    @Test(arguments: 0..<Samples.all.count)
    func colourOnlyWhereItIsAskedFor(_ index: Int) {
        let record = Samples.all[index]
        let plain = Self.lines(record)
        #expect(!plain.contains { $0.contains("\u{1B}") })
        #expect(plain.allSatisfy { $0.count <= 100 && !$0.hasSuffix(" ") })
        #expect(!plain.contains { $0.lowercased().contains("nan") })
        #expect(plain.last == "")

        let painted = Self.lines(record, color: true)
        #expect(painted[0].hasPrefix("\u{1B}[1;3"))
        let codes = try! Regex("\u{1B}\\[[0-9;]*m")
        #expect(painted.map { $0.replacing(codes, with: "") } == plain)
    }

    /// What the rehearsal showed stands between the verdict and the account; one that showed nothing is not spoken of.
    @Test func theRehearsalIsBelowTheVerdict() throws {
        var record = Samples.upheld
        record.rehearsal = .init()
        #expect(!Self.lines(record).contains { $0.hasPrefix("Rehearsal") })
        record.rehearsal = .init(
            warnings: [
                .init(name: "race", place: "a.yaml:7", message: "GET, then SET"),
                .init(name: "b", place: nil, message: "c"),
            ],
            broken: [.ledger, .linearizable], problem: "it was cut short")
        let lines = Self.lines(record)
        let start = try #require(
            lines.firstIndex { $0.hasPrefix("Rehearsal  one buyer after the other, without any race, ") })
        let text = lines[start...].prefix { !$0.hasPrefix("  - ") }.map { $0.drop { $0 == " " } }.joined(separator: " ")
        #expect(text.contains("breaks ledger, linearizable;") && text.contains("it was cut short"))
        #expect(lines.contains("  - race: a.yaml:7: GET, then SET") && lines.contains("  - b: c"))
        #expect(try #require(lines.firstIndex { $0 == "Where the units are" }) > start)
        record.rehearsal = .init(warnings: [.init(name: "b", place: nil, message: "c")])
        #expect(Self.lines(record).contains("Rehearsal  1 warning, seen with one buyer after the other"))
    }

    @Test func aServerCannotSteerTheTerminal() {
        var record = Samples.violated
        record.strategy = "na\u{1B}[2Jive"
        record.checks[0].detail = "bell\u{7} and\nline"
        record.checks[0].evidence[0].detail = "\u{1B}]0;title\u{7}"
        record.findings = [Finding(.errors, "\u{9B}31m")]
        record.server.url = "redis://h\u{1B}c"
        record.server.version = "7\u{202E}中文\u{0}"
        record.server.mode = "stand\u{200B}alone\u{85}"
        let text = Self.lines(record).joined(separator: "\n")
        #expect(!text.contains("\u{1B}"))
        #expect(!text.contains("\u{7}"))
        #expect(!text.unicodeScalars.contains { $0 != "\n" && ForeignText.isHidden($0) })
        #expect(text.contains("7\\u{202E}中文\\x00") && text.contains("stand\\u{200B}alone\\u{85}"))
        #expect(text.contains("bell\\x07 and line"))
    }

    @Test func numbersThatAreNone() {
        var record = Samples.upheld
        record.throughput.attemptsPerSecond = .nan
        record.throughput.elapsedSeconds = .infinity
        record.latencyUs.attempt.mean = .nan
        record.sale.soldByServer = .min
        let lines = Self.lines(record)
        #expect(lines.contains("Speed  - attempts/s and 31,819 commands/s over -"))
        #expect(!lines.contains { $0.lowercased().contains("nan") })
    }

    @Test func resultsMayBeAbsent() {
        let text = TextLayout(color: false).text(
            ReportDocument(Samples.upheld, resultsPath: nil, originNanoseconds: nil))
        #expect(!text.contains("Results"))
    }
}

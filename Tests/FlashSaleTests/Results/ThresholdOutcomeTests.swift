import FlashSale
import Testing

/// When a threshold is met: never where the figure is not known, or may be another.
struct ThresholdOutcomeTests {
    private static func subject(
        _ verdict: CheckResult.Result = .upheld, units: Int = 1000, remaining: Int?, sold: Int, inDoubt: Int = 0,
        held: Int? = nil, restocked: Int? = nil, tally: Tally = Tally()
    ) -> ThresholdSubject {
        ThresholdSubject(
            verdict: verdict,
            sale: .init(
                units: units, restocked: restocked, remaining: remaining, soldToBuyers: sold, inDoubt: inDoubt,
                heldByBuyers: held, ledgerOrders: nil),
            totals: tally)
    }

    private static func outcome(_ text: String, _ subject: ThresholdSubject) throws -> RunRecord.Threshold {
        try #require(try ThresholdParser.thresholds(text).first).outcome(of: subject)
    }

    /// In whole numbers, without any share.
    @Test("shares are compared exactly, for every small sale and every tenth of a percent")
    func sharesAreExact() throws {
        let signs: [(String, (Int, Int) -> Bool)] = [
            (">=", { $0 >= $1 }), ("<=", { $0 <= $1 }), (">", { $0 > $1 }), ("<", { $0 < $1 }), ("=", { $0 == $1 }),
        ]
        for (sign, holds) in signs {
            for tenths in stride(from: 0, through: 1000, by: 7) {
                let threshold = try #require(
                    try ThresholdParser.thresholds("sold\(sign)\(tenths / 10).\(tenths % 10)%").first)
                for units in [1, 3, 7, 8, 57, 100, 1000] {
                    for sold in Set([0, units / 3, units - 1, units, units * tenths / 1000]) {
                        let met = threshold.outcome(
                            of: Self.subject(units: units, remaining: units - sold, sold: sold)
                        ).met
                        #expect(met == holds(sold * 1000, units * tenths), "\(sold) of \(units) \(sign) \(tenths)")
                    }
                }
            }
        }
    }

    @Test func whatIsInDoubtCountsAgainst() throws {
        // Five attempts may have taken a unit, and nobody read the stock.
        let open = Self.subject(.inconclusive, units: 100, remaining: nil, sold: 95, inDoubt: 5)
        #expect(try Self.outcome("sold>=95", open).met)
        #expect(try !Self.outcome("sold>=96", open).met)
        #expect(try !Self.outcome("sold<=95", open).met)
        #expect(try Self.outcome("sold<=100", open).met)
        #expect(try !Self.outcome("sold=95", open).met)
        #expect(
            try Self.outcome("sold<=95", open).detail == "95 or up to 100, which nobody can tell; at most 95 is wanted")
        // The stock says that they took none.
        let settled = Self.subject(units: 100, remaining: 5, sold: 95, inDoubt: 5)
        #expect(try Self.outcome("sold=95", settled).met && Self.outcome("sold<=95%", settled).met)
        // Orders show that a repeated call was told twice.
        let held = Self.subject(units: 100, remaining: 10, sold: 95, held: 90)
        #expect(try Self.outcome("sold<=90", held).met && !Self.outcome("sold>=91", held).met)
        // Units that came later are for sale, too.
        #expect(try !Self.outcome("sold>=99%", Self.subject(units: 100, remaining: 100, sold: 100, restocked: 100)).met)
    }

    @Test("a history does not tell what only a run has, so that such a threshold is not met")
    func historiesLackFigures() throws {
        var tally = Tally()
        tally.count(.won, times: 4)
        tally.count(.conflict, times: 6)
        let history = Self.subject(remaining: 996, sold: 4, tally: tally)
        for (name, figure) in ThresholdFigure.named {
            let limit = figure.measure == .time ? "9999s" : figure == .violations ? "100%" : "99999999"
            let outcome = try Self.outcome("\(name)<=\(limit)", history)
            let isKnown = [
                .sold, .attempts(.conflict), .attempts(.failed), .attempts(.unknown), .attemptsPerWin, .violations,
            ].contains(figure)
            #expect(outcome.met == isKnown && (outcome.value != nil) == isKnown, "\(name): \(outcome.detail)")
            if !isKnown { #expect(outcome.detail.hasPrefix("not known, since a history of another system"), "\(name)") }
        }
        #expect(try Self.outcome("attempts-per-win<=2.5", history).met)
        #expect(try !Self.outcome("attempts-per-win<2.5", history).met)
        #expect(try Self.outcome("conflicts<=60%", history).detail == "60% (6 of 10); at most 60% is wanted")
    }

    @Test func nobodyWonIsNoRatio() throws {
        let outcome = try Self.outcome("attempts-per-win<=100", Self.subject(remaining: 1000, sold: 0))
        #expect(!outcome.met && outcome.detail.contains("nobody won"))
    }

    @Test("one run proves little: the bound of violations says so")
    func violationsAreABound() throws {
        #expect(try !Self.outcome("violations<10%", Self.subject(remaining: 0, sold: 1000)).met)
        #expect(try Self.outcome("violations<=95%", Self.subject(remaining: 0, sold: 1000)).met)
        let inconclusive = try Self.outcome("violations<=100%", Self.subject(.inconclusive, remaining: 0, sold: 1000))
        #expect(!inconclusive.met && inconclusive.value == nil)
    }

    @Test(arguments: [
        (CheckResult.Result.upheld, true), (.violated, true), (.inconclusive, false), (.notApplicable, false),
    ])
    func anInconclusiveRunFails(_ verdict: CheckResult.Result, _ met: Bool) throws {
        #expect(try Self.outcome("inconclusive=fail", Self.subject(verdict, remaining: 0, sold: 1)).met == met)
    }

    @Test("a threshold that is not met changes 0 and 2 to 1, and nothing that is worse")
    func exitCodes() {
        let (met, unmet) = (
            RunRecord.Threshold("a", met: true, detail: ""), RunRecord.Threshold("b", met: false, detail: "")
        )
        for status in FlashSale.ExitStatus.allCases {
            #expect(status.after([]) == status && status.after([met, met]) == status)
            let isMild = status == .upheld || status == .inconclusive
            #expect(status.after([met, unmet]) == (isMild ? .violated : status), "\(status)")
        }
    }
}

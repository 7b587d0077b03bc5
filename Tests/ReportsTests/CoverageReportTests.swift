import FlashSale
import Reports
import Testing

/// What a report says that a run did not put to the test.
@Suite struct CoverageReportTests {
    private static func points(_ record: RunRecord) -> [String]? {
        let document = ReportDocument(record, resultsPath: nil, originNanoseconds: nil)
        guard let section = document.sections.first(where: { $0.title == "Not put to the test" }),
            case .points(let points)? = section.parts.first
        else { return nil }
        return points
    }

    private static func record(_ change: (inout RunRecord.Coverage) -> Void = { _ in }) -> RunRecord {
        var record = Samples.upheld
        var coverage = Samples.coverage
        change(&coverage)
        record.coverage = coverage
        record.observed.idempotent = .purchase
        return record
    }

    @Test("one sentence for each kind")
    func all() {
        #expect(
            Self.points(Self.record()) == [
                "Selling too much: the purchases wanted 500 units, and there were 1,000.",
                "The limit: no buyer asked for more than one may have, other than when too little was left; see --purchases-per-buyer.",
                "idempotent: purchase: nobody who had won was answered once more; see --repeat-every.",
                "No reply met 5 of 6 outcomes: line 11 (2: failed), line 12 (3: failed), line 13 (4: failed), line 14 (5: failed), and 1 more.",
                "No attempt came to 1 of 2 steps: line 12 (finish sold-out).",
                "No attempt took 1 of 2 captures: left.",
            ])
    }

    @Test("the end of the stock, where more was wanted than there was")
    func stock() {
        func first(_ change: @escaping (inout RunRecord.Coverage.Boundaries) -> Void) -> String? {
            Self.points(
                Self.record { coverage in
                    coverage.boundaries.unitsWanted = 1001
                    change(&coverage.boundaries)
                })?.first
        }
        #expect(first { $0.soldOut = 0 } == "The end of the stock: the last unit was not sold.")
        #expect(first { $0.lastUnitTaken = true } == "The end of the stock: nobody was told that too little is left.")
        let isSilent = first { boundaries in
            boundaries.lastUnitTaken = true
            boundaries.soldOut = 1
        }
        #expect(isSilent?.hasPrefix("The limit") == true)
    }

    @Test("nothing where everything was met, nobody counted, or there is no such claim")
    func nothing() {
        let met = Self.record { coverage in
            coverage.boundaries.unitsWanted = 4000
            coverage.boundaries.lastUnitTaken = true
            coverage.boundaries.soldOut = 1
            coverage.boundaries.beyondLimit = nil
            coverage.boundaries.askedAgain = 3
            for index in coverage.rules.indices { coverage.rules[index].met = 1 }
            for index in coverage.steps.indices { coverage.steps[index].met = 1 }
            for index in coverage.captures.indices { coverage.captures[index].met = 1 }
        }
        #expect(Self.points(met) == nil)
        #expect(Self.points(Samples.upheld) == nil)
        // A worker that was lost may have met what nobody else did.
        #expect(Self.points(Self.record { $0.complete = false })?.count == 3)
    }
}

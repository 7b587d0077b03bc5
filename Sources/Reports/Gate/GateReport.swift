internal import FlashSale

/// What a pipeline is told: everything that one command had to judge.
package struct GateReport: Sendable, Equatable {
    /// The report on everything.
    package var document: ReportDocument
    /// The report on the run that decides, where there are several and not all is well.
    package var decisive: ReportDocument?
    package var suites: [GateSuite]
    /// The file that a finding is pinned to: the strategy's, or that of the results.
    package var place: String

    /// - Parameter place: a path, from where the command was started.
    package init(_ document: ReportDocument, decisive: ReportDocument? = nil, suites: [GateSuite], place: String) {
        self.document = document
        self.decisive = decisive
        self.suites = suites
        self.place = place.hasPrefix("./") ? String(place.dropFirst(2)) : place
    }

    /// A command that ended before there was anything to judge, or has not ended yet.
    ///
    /// - Parameter problem: why there is no verdict: a sentence.
    package init(problem: String, place: String) {
        let document = ReportDocument(
            verdict: .inconclusive, headline: "there is no verdict: \(problem)", sections: [])
        self.init(document, suites: [GateSuite(problem: problem, document)], place: place)
    }

    /// What is not good, with the suite that it is in.
    package var red: [(suite: GateSuite, case: GateCase)] {
        suites.flatMap { suite in suite.cases.filter(\.isRed).map { (suite, $0) } }
    }
}

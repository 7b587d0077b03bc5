internal import FlashSale

extension ReportDocument {
    /// What came of the strategy file's claims in the trial before the run; nil where it has none.
    static func claims(_ record: RunRecord) -> Section? { claims(record.claims ?? []) }

    static func claims(_ claims: [RunRecord.Claim]) -> Section? {
        guard !claims.isEmpty else { return nil }
        func count(_ result: RunRecord.Claim.Result) -> Int { claims.count { $0.result == result } }
        let words = [
            (count(.broken), "broken"), (count(.held), "held"), (count(.notTested), "not tested"),
        ].filter { $0.0 > 0 }.map { "\($0.0.grouped) \($0.1)" }
        return Section(
            "Claims of the strategy file", text: words.joined(separator: ", "),
            parts: [.points(claims.map { "\($0.claim): \($0.result.rawValue): \($0.detail)" })])
    }
}

import FlashSale
import Testing

/// What a served sale does, and what a check says of it.
struct ServedCase: CustomTestStringConvertible, Sendable {
    var what: String
    var check: CheckName
    var result: CheckResult.Result
    /// Whether another check finds something too, which would hide that this one does not.
    var isOtherwiseWrong: Bool
    var serve: @Sendable (inout ServedSale) -> Void
    var testDescription: String { what }

    init(
        _ what: String, _ check: CheckName, _ result: CheckResult.Result = .violated, isOtherwiseWrong: Bool = false,
        _ serve: @escaping @Sendable (inout ServedSale) -> Void
    ) {
        self.what = what
        self.check = check
        self.result = result
        self.isOtherwiseWrong = isOtherwiseWrong
        self.serve = serve
    }

    /// A false alarm is as bad as a missed one: where nothing is violated, no other check may say so either, and where the
    /// check is upheld, so is the sale.
    func judge() throws {
        var sale = ServedSale()
        serve(&sale)
        let verdict = Checks.judge(sale.facts)
        let found = try #require(verdict.checks.first { $0.name == check })
        #expect(found.result == result, "\(found.detail) \(found.evidence.map(\.detail))")
        #expect(!found.detail.isEmpty)
        switch result {
        case .violated:
            #expect(verdict.result == .violated)
            #expect(check == .exactAccounting || !found.evidence.isEmpty)
        case .inconclusive, .upheld, .notApplicable:
            let expected = max(result, .upheld)
            let others = verdict.checks.filter { $0.result > expected }.map { "\($0.name): \($0.detail)" }
            #expect(isOtherwiseWrong || verdict.result == expected, "\(others)")
        }
    }
}

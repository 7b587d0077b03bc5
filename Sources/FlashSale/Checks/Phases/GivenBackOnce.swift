/// Each hold returns its units once, however often that is asked for: a giving back that is repeated, one that comes when the hold has lapsed,
/// one that crosses a payment.
///
/// It is violated where units are sold or left that there never were (``HoldAccount``), and only such holds can be the reason. What a buyer is
/// told twice is no proof: a shop may say *done* again and do nothing. It stays open where something else is shown to be wrong that brings
/// units beyond as well, such as what reserves.
enum GivenBackOnce {
    static let name = CheckName.givenBackOnce

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard let account = HoldAccount(facts, resolution) else {
            return CheckResult(name, .notApplicable, "no purchase takes its time")
        }
        let twice = account.holds.filter { $0.unitsGivenTwice > 0 }
        switch account.blame(account.givenTwice, most: account.givenTwice, beside: account.mostPaidLate) {
        case .own:
            // Those who were told so twice come first.
            let shown = twice.filter { $0.givenBack.count > 1 } + twice.filter { $0.givenBack.count <= 1 }
            var result = CheckResult(
                name, .violated,
                "\(account.excessInWords(facts)): units came back twice, of \(twice.count.counted("hold")) that may have been given back more than once",
                evidence: shown.prefix(CheckResult.evidenceLimit).map {
                    .init(inWords($0), attempts: $0.attempts, tellsWhen: false)
                })
            result.furtherEvidence = max(0, shown.count - CheckResult.evidenceLimit)
            return result
        case .open(let why):
            return CheckResult(name, .inconclusive, "\(account.excessInWords(facts)); \(why)")
        case .none: break
        }
        let given = account.holds.count { !$0.givenBack.isEmpty }
        guard given > 0 else {
            return CheckResult(
                name, .notApplicable, "not put to the test: nobody was told that something was given back")
        }
        let repeated = account.holds.count { $0.cancels.count > 1 }
        let lapsed = account.holds.count { hold in
            hold.cancels.contains { $0.returnedNanoseconds ?? .max >= hold.lapse }
        }
        let crossed = account.holds.count { !$0.cancels.isEmpty && !$0.pays.isEmpty }
        guard repeated + lapsed + crossed > 0 else {
            return CheckResult(
                name, .notApplicable,
                "not put to the test: \(given.counted("hold")) given back, none of them asked for twice, when it may have lapsed, or beside a payment"
            )
        }
        if let doubt = account.doubt(facts) { return CheckResult(name, .inconclusive, doubt) }
        guard twice.isEmpty || account.excess != nil else {
            return CheckResult(
                name, .inconclusive,
                "whether units came back twice cannot be told without the stock at the end: \(twice.count.counted("hold")) may have been given back "
                    + "more than once")
        }
        return CheckResult(
            name, .upheld,
            "\(given.counted("hold")) given back, each once: \(repeated.grouped) asked for twice, \(lapsed.grouped) when the hold may have lapsed, "
                + "\(crossed.grouped) beside a payment")
    }

    private static func inWords(_ hold: Hold) -> String {
        if hold.givenBack.count > 1 {
            return "this hold was given back \(hold.givenBack.count.grouped) times, as the buyer was told"
        }
        if !hold.pays.isEmpty { return "this hold was given back and paid for" }
        return "this hold was given back when it may have lapsed"
    }
}

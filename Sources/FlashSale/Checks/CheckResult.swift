/// What one check found.
package struct CheckResult: Sendable, Equatable {
    /// From the best to the worst, so that `max` gives the verdict.
    package enum Result: String, RecordWord, Comparable {
        case notApplicable = "not-applicable"
        case upheld, inconclusive, violated

        package static let kind = "result"

        package static func < (left: Self, right: Self) -> Bool { left.weight < right.weight }

        private var weight: Int {
            switch self {
            case .notApplicable: 0
            case .upheld: 1
            case .inconclusive: 2
            case .violated: 3
            }
        }

        /// The word in reports.
        package var word: String { rawValue }
    }

    /// A small set of attempts that shows a violation by itself.
    package struct Evidence: Sendable, Equatable {
        package var detail: String
        /// The attempts, in the order in which they are told.
        package var attempts: [Attempt]
        /// Whether it is certain that they show it, so that it was wrong from their end on; not so where they only may have done it.
        package var tellsWhen: Bool

        package init(_ detail: String, attempts: [Attempt] = [], tellsWhen: Bool = true) {
            self.detail = detail
            self.attempts = attempts
            self.tellsWhen = tellsWhen
        }

        /// The attempt with whose end it was shown.
        var last: Attempt? { attempts.max { ($0.lastInstant, $0.id) < ($1.lastInstant, $1.id) } }
    }

    package var name: CheckName
    package var result: Result
    /// One sentence with the figures, for people.
    package var detail: String
    /// At most ``evidenceLimit`` items.
    package var evidence: [Evidence]
    /// How many more items there were.
    package var furtherEvidence: Int
    /// Of all the evidence, the attempt that was the first to complete a piece: with its end at the latest it was wrong. Nil where
    /// nothing is violated, or nobody can tell since when.
    package var since: Attempt?

    package static let evidenceLimit = 10

    package init(_ name: CheckName, _ result: Result, _ detail: String, evidence: [Evidence] = []) {
        self.name = name
        self.result = result
        self.detail = detail
        self.evidence = Array(evidence.prefix(Self.evidenceLimit))
        self.furtherEvidence = max(0, evidence.count - Self.evidenceLimit)
        guard result == .violated else { return }
        var first: (attempt: Attempt, index: Int)?
        for (index, piece) in evidence.enumerated() where piece.tellsWhen {
            guard let last = piece.last else { continue }
            if first.map({ last.lastInstant < $0.attempt.lastInstant }) ?? true { first = (last, index) }
        }
        since = first?.attempt
        // What it says is shown, too.
        if let index = first?.index, index >= Self.evidenceLimit {
            self.evidence[Self.evidenceLimit - 1] = evidence[index]
        }
    }

    /// The same where what it rests on may be wrong: then it accuses nobody.
    ///
    /// - Parameter doubt: what goes on after "but"; nil changes nothing.
    func doubted(_ doubt: String?) -> CheckResult {
        guard let doubt, result == .violated else { return self }
        var result = self
        result.result = .inconclusive
        result.since = nil
        result.detail += "; but \(doubt)"
        return result
    }

    /// The same where the order of attempts is not known that it would need: then it clears nobody.
    ///
    /// - Parameter doubt: what goes on after "but"; nil changes nothing.
    func unordered(_ doubt: String?) -> CheckResult {
        guard let doubt, result == .upheld else { return self }
        var result = self
        result.result = .inconclusive
        result.detail += "; but \(doubt)"
        return result
    }
}

extension Attempt {
    /// Its return, or its call where the end is not known.
    var lastInstant: UInt64 { returnedNanoseconds ?? invokedNanoseconds }
}

/// The results of all checks and what they add up to: the worst of them.
package struct Verdict: Sendable, Equatable {
    package var result: CheckResult.Result
    package var checks: [CheckResult]
    package var findings: [Finding]
    /// Units that buyers were told are theirs; a call that only repeats what was sold before counts once.
    package var soldToBuyers: Int
    /// Units that attempts without a clear answer may have taken beside these.
    package var inDoubt: Int
    /// Units that buyers certainly hold, where orders show more or fewer than they were told; nil where they are as many.
    package var heldByBuyers: Int?
    /// How far buyers of a run went to where a sale can go wrong; nil for what another system recorded.
    package var boundaries: RunRecord.Coverage.Boundaries?
    /// What is said of each item, where there are several.
    package var items: [ItemVerdict] = []

    package init(checks: [CheckResult], resolution: Resolution? = nil, findings: [Finding]) {
        self.checks = checks
        self.findings = findings
        let sold = resolution?.wonUnits ?? 0
        soldToBuyers = sold
        inDoubt = resolution.map { $0.certainUnits + $0.openUnits - sold } ?? 0
        heldByBuyers = resolution.flatMap { $0.certainUnits == sold ? nil : $0.certainUnits }
        let worst = checks.map(\.result).max() ?? .inconclusive
        result = worst == .notApplicable ? .inconclusive : worst
    }

    /// The verdict of other results on the same sale.
    package init(checks: [CheckResult], like other: Verdict) {
        self.init(checks: checks, findings: other.findings)
        soldToBuyers = other.soldToBuyers
        inDoubt = other.inDoubt
        heldByBuyers = other.heldByBuyers
    }

    /// How many checks could be made.
    package var made: Int { checks.count { $0.result != .notApplicable } }
}

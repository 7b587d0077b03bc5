/// `compare.json`: several subjects, how far each one's runs spread, and which differences are beyond that.
package struct ComparisonRecord: Codable, Sendable, Equatable {
    /// Of the format: more where a field changes its meaning or goes, not where one comes.
    package var schemaVersion: Int
    package var version: String
    /// ISO 8601, UTC.
    package var started: String
    /// The worst of the subjects'.
    package var verdict: CheckResult.Result
    package var exitCode: ExitStatus
    package var interrupted: Bool
    /// Runs of each fresh subject that were wanted; absent where all runs were there already.
    package var runsWanted: Int?
    /// What says whether a difference is beyond the spread.
    package var test: String
    /// The level of all tests of one list together.
    package var alpha: Double
    package var subjects: [ComparisonSubject]
    /// Between each two subjects.
    package var differences: [ComparisonDifference]
    /// What the subjects are held against; absent without one.
    package var baseline: [ComparisonSubject]?
    /// Of each subject to its baseline; absent without one.
    package var againstBaseline: [ComparisonDifference]?
    /// What is worse than the baseline, beyond the spread; absent without one.
    package var worse: [ComparisonDifference]?
    /// Whether it could be told that nothing is worse; absent without one.
    package var baselineTells: Bool?
    /// What else is to be known: sentences for people.
    package var findings: [String]

    /// Which words stand behind the name of a subject that is a baseline.
    package static let baselineMark = " (baseline)"

    /// - Parameters:
    ///   - started: ISO 8601, UTC.
    ///   - subjects: with names of their own.
    ///   - baseline: for each subject what it is held against, in the order of the subjects; nil without one.
    ///   - runsWanted: of each fresh subject.
    ///   - endedBy: what ended it before its time; nil if nothing did.
    package init(
        started: String, _ subjects: [ComparisonSubject], baseline: [ComparisonSubject]? = nil, runsWanted: Int? = nil,
        endedBy: ExitStatus? = nil
    ) {
        schemaVersion = 1
        version = Version.current
        self.started = started
        self.runsWanted = runsWanted
        interrupted = endedBy == .interrupted
        test = "mann-whitney-u, two-sided, holm"
        alpha = ComparisonTests.alpha
        self.subjects = subjects
        verdict = subjects.map(\.verdict).max() ?? .inconclusive
        exitCode = ExitStatus(verdict)
        let among = ComparisonTests(Self.pairs(of: subjects))
        differences = among.differences
        findings = Self.findings(subjects) + Self.sentences(among)
        if let baseline { hold(against: baseline) }
        if let endedBy, endedBy.worse(than: exitCode) { exitCode = endedBy }
    }

    /// Each two, in their order.
    private static func pairs(of subjects: [ComparisonSubject]) -> [(ComparisonSubject, ComparisonSubject)] {
        subjects.indices.flatMap { first in
            subjects[(first + 1)...].map { (subjects[first], $0) }
        }
    }

    private mutating func hold(against baseline: [ComparisonSubject]) {
        var known: [ComparisonSubject] = []
        let marked = baseline.map { subject in
            var marked = subject
            if !marked.name.hasSuffix(Self.baselineMark) { marked.name += Self.baselineMark }
            if !known.contains(where: { $0.name == marked.name }) { known.append(marked) }
            return marked
        }
        let tests = ComparisonTests(Array(zip(subjects, marked)))
        self.baseline = known
        againstBaseline = tests.differences
        let wrong = Set(known.filter { $0.verdict != .upheld }.map(\.name))
        // What is slower than something wrong may be right.
        let worse = tests.differences.filter { difference in
            difference.ahead == difference.other && !wrong.contains(difference.other)
        }
        self.worse = worse
        findings += Self.changes(subjects, marked) + Self.sentences(tests)
        for subject in known where subject.verdict != .upheld {
            findings.append(
                "\(subject.name) is \(subject.verdict.word), so its figures are no measure for a sale that is right; take upheld runs for a baseline."
            )
        }
        // Nobody can say that nothing got worse.
        baselineTells = tests.tooFew.isEmpty && !tests.uncompared.contains(where: \.isOwn) && wrong.isEmpty
        if baselineTells == false, ExitStatus.inconclusive.worse(than: exitCode) { exitCode = .inconclusive }
        if !worse.isEmpty, ExitStatus.violated.worse(than: exitCode) { exitCode = .violated }
    }

    // MARK: Findings

    private static func findings(_ subjects: [ComparisonSubject]) -> [String] {
        var findings: [String] = []
        for subject in subjects where subject.verdict == .violated {
            findings.append(
                "\(subject.name) sold wrongly in \(subject.violated.grouped) of \(subject.runs.count.counted("run")): its figures are shown, but nothing of it counts as better."
            )
        }
        for subject in subjects where subject.verdict == .inconclusive {
            findings.append("\(subject.name) is not proven to sell rightly, so nothing of it counts as better.")
        }
        for subject in subjects where subject.completeRuns < subject.runs.count {
            let others = subject.runs.count - subject.completeRuns
            findings.append(
                "\(others.counted("run")) of \(subject.name) did not come to \(others == 1 ? "its" : "their") end: the verdict counts, the figures do not."
            )
        }
        for subject in subjects {
            for spread in subject.figures where spread.runs < subject.completeRuns {
                findings.append(
                    "\(spread.figure.rawValue) is known of \(spread.runs.grouped) of \(subject.completeRuns.counted("run")) of \(subject.name) only."
                )
            }
        }
        guard let first = subjects.first(where: { !$0.runs.isEmpty }) else { return findings }
        for subject in subjects where subject.name != first.name {
            findings += differing([first.name, subject.name], first.runs[0], subject.runs.first)
        }
        return findings
    }

    /// What is not the same for a subject and its baseline.
    private static func changes(_ subjects: [ComparisonSubject], _ baseline: [ComparisonSubject]) -> [String] {
        zip(subjects, baseline).flatMap { subject, baseline -> [String] in
            guard let run = subject.runs.first else { return [] }
            return differing([subject.name, baseline.name], run, baseline.runs.first)
        }
    }

    private static func differing(_ names: [String], _ run: ComparisonRun, _ other: ComparisonRun?) -> [String] {
        guard let other else { return [] }
        let load = ComparisonCondition.differences(run.load, other.load)
        let surroundings = ComparisonCondition.differences(run.surroundings, other.surroundings)
        let who = names.joined(separator: " and ")
        return
            (load.isEmpty
            ? []
            : [
                "\(who) had different loads (\(load.joined(separator: "; "))), which their figures show, too; a flag that names it makes it the same."
            ])
            + (surroundings.isEmpty
                ? []
                : [
                    "\(who) ran in different surroundings (\(surroundings.joined(separator: "; "))), which may make a difference by themselves."
                ])
    }

    /// What the tests could not tell.
    private static func sentences(_ tests: ComparisonTests) -> [String] {
        tests.tooFew.map { pair in
            let p = pair.smallestP.fixed(places: 3) ?? "?"
            return
                "\(pair.runs.grouped) against \(pair.otherRuns.counted("run")) (\(pair.subject), \(pair.other)) can never tell them apart: p would be \(p) "
                + "at the least, and \(ComparisonTests.alpha.fixed(places: 2) ?? "") is the most; "
                + (pair.needed.map { "\($0.grouped) runs of each can." } ?? "compare fewer at once.")
        }
            + missing(tests.uncompared)
    }

    /// Each figure that a subject lacks once, with whomever it could not be compared.
    private static func missing(_ uncompared: [ComparisonTests.Uncompared]) -> [String] {
        uncompared.reduce(into: []) { sentences, pair in
            let sentence =
                "\(pair.figure.rawValue) of \(pair.isOwn ? pair.subject : pair.other) could not be compared: it has none."
            if !sentences.contains(sentence) { sentences.append(sentence) }
        }
    }
}

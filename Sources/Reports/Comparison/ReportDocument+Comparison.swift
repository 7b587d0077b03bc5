package import FlashSale

extension ReportDocument {
    /// A report on a comparison: each subject in a row, how far its runs spread, and which differences are beyond that.
    ///
    /// - Parameter resultsPath: where its files are.
    package init(_ record: ComparisonRecord, resultsPath: String?) {
        let against = record.baseline.map { _ in Self.baseline(record) } ?? []
        self.init(
            verdict: Self.shownVerdict(record), headline: Self.summary(record),
            sections: [Section("Medians", parts: [.table(Self.medians(record)), .remarks(Self.legend(record))])]
                + against
                + (record.subjects.count > 1 ? [Self.differences("Differences", record.differences, record)] : [])
                + [Section("Spread", parts: [.table(Self.spread(record))])]
                + (record.findings.isEmpty
                    ? [] : [Section("What you should know", parts: [.points(record.findings)])]))
        setting = record.subjects.first?.runs.first.map(Self.setting)
        results = resultsPath.map { Results(path: $0, note: "compare.json has everything") }
        identity = "started \(record.started), stress \(record.version)"
    }

    /// A figure that got worse is as bad as a wrong sale to whoever looks at the first word.
    private static func shownVerdict(_ record: ComparisonRecord) -> CheckResult.Result {
        if record.worse?.isEmpty == false { return .violated }
        return record.exitCode == .inconclusive ? .inconclusive : record.verdict
    }

    private static func summary(_ record: ComparisonRecord) -> String {
        let names = record.subjects.map(\.name)
        let runs = record.subjects.reduce(0) { $0 + $1.runs.count }
        let stopped = record.interrupted ? " until it was interrupted" : ""
        let wrong = record.subjects.filter { $0.verdict == .violated }.map(\.name)
        let open = record.subjects.filter { $0.verdict == .inconclusive }.map(\.name)
        var words: [String] = []
        if !wrong.isEmpty { words.append("\(wrong.joined(separator: ", ")) violated") }
        if !open.isEmpty { words.append("\(open.joined(separator: ", ")) inconclusive") }
        if words.isEmpty { words.append(names.count == 1 ? "upheld" : "all upheld") }
        var text =
            "\(names.joined(separator: ", ")) in \(runs.counted("run"))\(stopped): \(words.joined(separator: "; "))"
        if let worse = record.worse {
            let figures = worse.map { "\($0.figure.name) of \($0.subject)" }
            text +=
                !figures.isEmpty
                ? "; worse than the baseline: \(figures.joined(separator: ", "))"
                : record.baselineTells == true
                    ? "; nothing is worse than the baseline beyond the spread"
                    : "; whether anything is worse than the baseline cannot be told"
        }
        return text
    }

    private static func setting(_ run: ComparisonRun) -> String {
        func value(_ name: String) -> String { run.load.first { $0.name == name }?.value ?? NumberText.absent }
        return
            "\(value("units")) units for \(value("buyers")) buyers on \(value("procs")) x \(value("threads")) x \(value("clients")) connections"
    }

    private static func all(_ record: ComparisonRecord) -> [ComparisonSubject] {
        record.subjects + (record.baseline ?? [])
    }

    private static func verdict(_ subject: ComparisonSubject) -> String {
        let count =
            switch subject.verdict {
            case .violated: subject.violated
            case .inconclusive: subject.inconclusive
            case .upheld, .notApplicable: subject.upheld
            }
        let word = subject.verdict == .upheld ? subject.verdict.word : subject.verdict.word.uppercased()
        return "\(word) \(count.grouped)/\(subject.runs.count.grouped)"
    }

    /// The first figures are those that every width has room for.
    private static func medians(_ record: ComparisonRecord) -> Table {
        let optional: Set<ComparisonFigure> = [.undersold, .gaveUp, .commandsPerWin, .serverCPUPerWin]
        return Table(
            columns: [.init("verdict", isText: true)]
                + ComparisonFigure.allCases.map { .init($0.heading, isOptional: optional.contains($0)) },
            rows: all(record).map { subject in
                .init(
                    subject.name,
                    cells: [.text(verdict(subject))]
                        + ComparisonFigure.allCases.map { .text($0.text(subject[$0]?.median)) })
            })
    }

    private static func legend(_ record: ComparisonRecord) -> [String] {
        [
            "verdict: the worst of the runs, and how many ended so; everything else is the median of the runs that came to their end",
            "sold, unsold: units; gave up: purchases; tries: attempts; cmds: commands that the server counted; sold out: from the doors' opening "
                + "until the buyer of the last unit was told; p50, p99: of an attempt that won; cpu/win: of the server",
        ]
    }

    private static func spread(_ record: ComparisonRecord) -> Table {
        var table = Table(columns: [.init("runs"), .init("min"), .init("median"), .init("max")], rows: [])
        for figure in ComparisonFigure.allCases {
            let known = all(record).compactMap { subject in subject[figure].map { (subject.name, $0) } }
            guard !known.isEmpty else { continue }
            table.rows.append(.init(figure.name, cells: Array(repeating: .text(""), count: 4)))
            for (name, spread) in known {
                table.rows.append(
                    .init(
                        name, isPart: true,
                        cells: [.text(spread.runs.grouped)]
                            + [spread.min, spread.median, spread.max].map { .text(figure.text($0)) }))
            }
        }
        return table
    }

    // MARK: Differences

    private static func baseline(_ record: ComparisonRecord) -> [Section] {
        [differences("Against the baseline", record.againstBaseline ?? [], record)]
    }

    /// Those beyond the spread, and which test says so.
    private static func differences(
        _ title: String, _ differences: [ComparisonDifference], _ record: ComparisonRecord
    ) -> Section {
        let found = differences.filter(\.beyondSpread)
        let tested = differences.count { $0.correctedP != nil }
        let alpha = record.alpha.fixed(places: 2) ?? ""
        let how =
            "Mann-Whitney's U test, two-sided, with its exact distribution; p is corrected by Holm for \(tested.counted("test")); beyond the spread: p <= \(alpha)"
        guard !found.isEmpty else {
            return Section(title, text: "none beyond the spread of the runs", parts: [.remarks([how])])
        }
        let text = "\(found.count.grouped) of \(differences.count.grouped) beyond the spread of the runs"
        if differences == record.differences, record.subjects.count >= ComparisonLeaders.fewestSubjects {
            return Section(
                title,
                text:
                    "\(text), each in compare-differences.csv; the best median of each figure, and who is how far from it",
                parts: [.points(ComparisonLeaders.sentences(record)), .remarks([how])])
        }
        var pairs: [(title: String, points: [String])] = []
        for difference in found {
            let title = "\(difference.subject) and \(difference.other)"
            let point = sentence(difference, record)
            if pairs.last?.title == title {
                pairs[pairs.count - 1].points.append(point)
            } else {
                pairs.append((title, [point]))
            }
        }
        return Section(
            title, text: text, parts: [.remarks([how])],
            sections: pairs.map { Section($0.title, parts: [.points($0.points)]) })
    }

    private static func sentence(_ difference: ComparisonDifference, _ record: ComparisonRecord) -> String {
        let figure = difference.figure
        let isFirst = difference.ahead == difference.subject
        let (ahead, behind) =
            isFirst
            ? (difference.subject, difference.other) : (difference.other, difference.subject)
        let (own, its) =
            isFirst
            ? (difference.subjectMedian, difference.otherMedian) : (difference.otherMedian, difference.subjectMedian)
        let p = difference.correctedP.map { $0 < 0.0005 ? "<0.001" : $0.fixed(places: 3) ?? "" } ?? ""
        let word = "\(figure.name): \(ahead) \(figure.text(own)), \(behind) \(figure.text(its)) (p \(p))"
        let isWorse = record.worse?.contains(difference) == true
        if isWorse { return "\(word): \(difference.subject) is WORSE than its baseline" }
        guard difference.better == nil else { return "\(word): \(ahead) is better" }
        let verdict = all(record).first { $0.name == ahead }?.verdict.word ?? "wrong"
        return "\(word): no merit, since \(ahead) is \(verdict)"
    }
}
